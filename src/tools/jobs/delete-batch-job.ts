import { z } from 'zod';
import { findJob } from '../../pipeline/find-job.ts';
import { jobFacts } from '../../pipeline/job-facts.ts';
import { UserError } from '../../support/errors.ts';
import { defineTool } from '../define.ts';
import { jobArgument } from './job-fields.ts';

export const deleteBatchJob = defineTool({
  name: 'delete_batch_job',
  title: 'Delete a batch job',
  toolset: 'jobs',
  effect: 'destroy',
  description:
    'Deletes the record of an ended batch job from Vertex AI, for good. Input and output files stay. A job that is still going must be cancelled first.',
  input: z.strictObject({ job: jobArgument }),
  output: z.object({ job: z.string(), state: z.string(), output: z.string().optional() }),
  run: async ({ job }, context) => {
    const facts = jobFacts(await findJob(job, context));
    if (!facts.ended)
      throw new UserError('job_not_ended', {
        what: `The job ${facts.id} is ${facts.state}.`,
        why: 'Vertex AI deletes only jobs that have ended.',
        fix: `Cancel it with cancel_batch_job {"job":"${facts.job}"}, wait for its end, then delete it.`,
      });
    await context.vertex.batchPredictionJobs.delete(facts.job, { signal: context.signal });
    const kept = facts.output ? ` Its output stays at ${facts.output}.` : '';
    return {
      data: { job: facts.job, state: facts.state, output: facts.output },
      summary: `Deleted the job ${facts.id}, which had ended as ${facts.state}.${kept} What it cost stays billed.`,
    };
  },
});
