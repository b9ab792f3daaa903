import { z } from 'zod';
import { findJobs } from '../../pipeline/find-run.ts';
import { type JobFacts, jobFacts } from '../../pipeline/job-facts.ts';
import { runFacts } from '../../pipeline/run-facts.ts';
import { count } from '../../support/text.ts';
import { defineTool, type ToolContext } from '../define.ts';
import { type Attempt, eachJob } from './each-job.ts';
import { jobArgument, jobLine, lineOfJob, lineOfRun, linesOfJobs } from './job-fields.ts';

export const cancelBatchJob = defineTool({
  name: 'cancel_batch_job',
  title: 'Cancel a batch job',
  toolset: 'jobs',
  effect: 'change',
  description:
    'Asks Vertex AI to stop a batch job, or all jobs of a run. Rows that are done are kept and billed; the rest are not run. The job itself stays.',
  input: z.strictObject({ job: jobArgument }),
  output: jobLine
    .pick({ job: true, state: true, ended: true, rows: true })
    .extend({ cancel_sent: z.boolean(), jobs: linesOfJobs }),
  run: async ({ job }, context) => {
    const { jobs, run } = await findJobs(job, context);
    const cancelled = await eachJob(jobs.map(jobFacts), (one) => cancel(one, context));
    const now = cancelled.map(({ job: before, done }) => done?.facts ?? before);
    const failed = cancelled.filter(({ error }) => error !== undefined).length;
    const line = run ? lineOfRun(runFacts(run, now)) : lineOfJob(now[0] as JobFacts);
    return {
      data: {
        ...line,
        cancel_sent: cancelled.some(({ done }) => done?.sent),
        jobs: run && cancelled.map(told),
      },
      summary: run ? runSummary(cancelled, failed) : jobSummary(cancelled[0]?.done as Cancelled),
      next: failed
        ? { tool: 'cancel_batch_job', arguments: { job: line.job }, reason: 'try again what failed' }
        : {
            tool: 'get_job_status',
            arguments: { job: line.job, wait_seconds: 30 },
            reason: 'see which rows were done before the end',
          },
    };
  },
});

interface Cancelled {
  facts: JobFacts;
  sent: boolean;
}

/** Asks for the end of a job that has not ended, and looks at it again. */
async function cancel(before: JobFacts, { vertex, signal }: ToolContext): Promise<Cancelled> {
  if (before.ended) return { facts: before, sent: false };
  await vertex.batchPredictionJobs.cancel(before.job, { signal });
  return { facts: jobFacts(await vertex.batchPredictionJobs.get(before.job, { signal })), sent: true };
}

const told = ({ job, done, error }: Attempt<Cancelled>) => ({
  job: job.job,
  shard: job.shard,
  state: (done?.facts ?? job).state,
  cancel_sent: done?.sent ?? false,
  error,
});

const KEPT = 'Rows that are done are kept and billed; the rest are not run.';

const jobSummary = ({ facts, sent }: Cancelled): string =>
  sent
    ? `The cancel was accepted and the job is ${facts.state}. ${KEPT}`
    : `The job had already ended as ${facts.state}; there was nothing to cancel.`;

function runSummary(cancelled: readonly Attempt<Cancelled>[], failed: number): string {
  const sent = cancelled.filter(({ done }) => done?.sent).length;
  const ended = cancelled.length - sent - failed;
  const others = [
    ...(ended ? [`${ended} had already ended`] : []),
    ...(failed ? [`${failed} could not be cancelled`] : []),
  ];
  if (sent === 0 && failed === 0)
    return `All ${count(cancelled.length, 'job')} of the run had already ended; there was nothing to cancel.`;
  return `${[`The cancel of ${count(sent, 'job')} was accepted`, ...others].join('; ')}. ${KEPT}`;
}
