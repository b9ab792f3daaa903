import { z } from 'zod';
import { findJob } from '../../pipeline/find-job.ts';
import { jobFacts } from '../../pipeline/job-facts.ts';
import { defineTool } from '../define.ts';
import { jobArgument, jobLine } from './job-fields.ts';

export const cancelBatchJob = defineTool({
  name: 'cancel_batch_job',
  title: 'Cancel a batch job',
  toolset: 'jobs',
  effect: 'change',
  description:
    'Asks Vertex AI to stop a batch job. Rows that are done are kept and billed; the rest are not run. The job itself stays.',
  input: z.strictObject({ job: jobArgument }),
  output: jobLine.extend({ cancel_sent: z.boolean() }),
  run: async ({ job }, context) => {
    const { vertex, signal } = context;
    const before = jobFacts(await findJob(job, context));
    const sent = !before.ended;
    if (sent) await vertex.batchPredictionJobs.cancel(before.job, { signal });
    const facts = sent ? jobFacts(await vertex.batchPredictionJobs.get(before.job, { signal })) : before;
    const next = {
      tool: 'get_job_status',
      arguments: { job: facts.job, wait_seconds: 30 },
      reason: 'see which rows were done before the end',
    };
    const { job: name, state, ended, name: title, model, location, run, created, rows } = facts;
    return {
      data: { job: name, state, ended, name: title, model, location, run, created, rows, cancel_sent: sent },
      summary: sent
        ? `The cancel was accepted and the job is ${state}. Rows that are done are kept and billed; the rest are not run.`
        : `The job had already ended as ${state}; there was nothing to cancel.`,
      next,
    };
  },
});
