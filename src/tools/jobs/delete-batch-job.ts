import { z } from 'zod';
import { findJobs } from '../../pipeline/find-run.ts';
import { type JobFacts, jobFacts } from '../../pipeline/job-facts.ts';
import { runFacts } from '../../pipeline/run-facts.ts';
import { UserError } from '../../support/errors.ts';
import { count, list } from '../../support/text.ts';
import { defineTool } from '../define.ts';
import { type Attempt, eachJob } from './each-job.ts';
import { jobArgument, linesOfJobs } from './job-fields.ts';

export const deleteBatchJob = defineTool({
  name: 'delete_batch_job',
  title: 'Delete a batch job',
  toolset: 'jobs',
  effect: 'destroy',
  description:
    'Deletes the record of an ended batch job, or of all jobs of a run, from Vertex AI, for good. Input and output files stay. A job that is still going must be cancelled first.',
  input: z.strictObject({ job: jobArgument }),
  output: z.object({
    job: z.string(),
    state: z.string(),
    output: z.string().optional(),
    jobs: linesOfJobs,
  }),
  run: async ({ job }, context) => {
    const { vertex, signal } = context;
    const { jobs, run } = await findJobs(job, context);
    const facts = jobs.map(jobFacts);
    refuseGoing(facts, run?.run);
    const deleted = await eachJob(facts, (one) => vertex.batchPredictionJobs.delete(one.job, { signal }));
    const [first] = facts as [JobFacts];
    if (!run)
      return {
        data: { job: first.job, state: first.state, output: first.output },
        summary: jobSummary(first),
      };
    const failed = deleted.filter(({ error }) => error !== undefined).length;
    return {
      data: { job: run.run, state: runFacts(run, facts).state, jobs: deleted.map(told) },
      summary: runSummary(deleted.length, failed),
      next: failed
        ? { tool: 'delete_batch_job', arguments: { job: run.run }, reason: 'try again what failed' }
        : undefined,
    };
  },
});

/** All or nothing: of a run that is half deleted nobody could say how its rows ended. */
function refuseGoing(jobs: readonly JobFacts[], run: string | undefined): void {
  const going = jobs.filter(({ ended }) => !ended);
  const [first] = going;
  if (!first) return;
  const states = list([...new Set(going.map(({ state }) => state))]);
  throw new UserError('job_not_ended', {
    what: run
      ? `${going.length} of ${count(jobs.length, 'job')} of ${run} ${going.length === 1 ? 'is' : 'are'} ${states}; nothing was deleted.`
      : `The job ${first.id} is ${first.state}.`,
    why: 'Vertex AI deletes only jobs that have ended.',
    fix: `Cancel it with cancel_batch_job {"job":"${run ?? first.job}"}, wait for its end, then delete it.`,
  });
}

const told = ({ job, error }: Attempt<unknown>) => ({
  job: job.job,
  shard: job.shard,
  state: job.state,
  deleted: error === undefined,
  output: job.output,
  error,
});

function jobSummary({ id, state, output }: JobFacts): string {
  const kept = output ? ` Its output stays at ${output}.` : '';
  return `Deleted the job ${id}, which had ended as ${state}.${kept} What it cost stays billed.`;
}

const runSummary = (jobs: number, failed: number): string =>
  failed
    ? `Deleted ${jobs - failed} of ${count(jobs, 'job')} of the run; ${failed} could not be deleted. Outputs stay, and what they cost stays billed.`
    : `Deleted the ${count(jobs, 'job')} of the run. Their outputs stay, and what they cost stays billed.`;
