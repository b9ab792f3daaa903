import { z } from 'zod';
import { roundUsd } from '../../batch/cost-words.ts';
import { OUTCOMES } from '../../batch/outcomes.ts';
import { jobAdvice } from '../../pipeline/job-advice.ts';
import { clockSentence, expectedEnd } from '../../pipeline/job-clocks.ts';
import type { JobCost } from '../../pipeline/job-cost.ts';
import { type JobFacts, rowsDone } from '../../pipeline/job-facts.ts';
import type { OutputTally } from '../../pipeline/read-output.ts';
import { expectedEndOfRun, type RunFacts } from '../../pipeline/run-facts.ts';
import { type Tracked, type TrackedJob, track } from '../../pipeline/track.ts';
import { timestamp } from '../../support/clock.ts';
import { quoteUntrusted } from '../../support/text.ts';
import { defineTool, type Next, type ToolContext } from '../define.ts';
import { jobArgument, jobLine, lineOfRun, linesOfJobs, outcomeCounts } from './job-fields.ts';
import { jobSummary, runClock, runSummary } from './status-words.ts';

export const getJobStatus = defineTool({
  name: 'get_job_status',
  title: 'Status of a batch job',
  toolset: 'jobs',
  effect: 'read',
  description:
    'State, row counts, clocks, cost and advice for a batch job, or for all jobs of a run; for ended ones the tally of their rows with causes of failure and samples. Can wait for the end.',
  input: z.strictObject({
    job: jobArgument,
    wait_seconds: z.number().int().min(0).max(30).default(0).describe('Wait this long for the end.'),
  }),
  output: jobLine.extend({
    started: z.string().optional(),
    ended_at: z.string().optional(),
    updated: z.string().optional(),
    clock: z.string(),
    expected_end: z.string().optional(),
    usd: z
      .partialRecord(
        z.enum(['committed_low', 'committed_likely', 'committed_high', 'so_far', 'actual']),
        z.number().optional(),
      )
      .optional()
      .describe('Committed at submit; so_far by rows done; actual by what the answers used.'),
    outcomes: outcomeCounts.optional(),
    causes: z.array(z.unknown()).optional(),
    samples: z.array(z.looseObject({})).optional().describe('key, prompt and answer of ok rows.'),
    shards: z.partialRecord(z.enum(['submitted', 'planned']), z.number()).optional(),
    jobs: linesOfJobs,
    error: z.string().optional(),
    partial_failures: z.array(z.string()).optional(),
    input: z.string().optional(),
    output: z.string().optional(),
    advice: z.array(z.string()),
  }),
  run: async ({ job, wait_seconds }, context) => {
    const tracked = await track({ job, waitMs: wait_seconds * 1000 }, context);
    const now = context.clock.now();
    const { run, jobs, output, cost } = tracked;
    const [{ facts }] = jobs as [TrackedJob];
    const end = run ? expectedEndOfRun(run, now) : expectedEnd(facts, now);
    return {
      data: {
        ...(run ? runFactsTold(run, now) : jobFactsTold(facts, now)),
        expected_end: end === undefined ? undefined : timestamp(end),
        usd: dollars(cost),
        outcomes: output && occurring(output),
        causes: output?.causes,
        samples: output?.samples.map((sample) => ({ ...sample })),
        advice: adviceOn(tracked, context),
      },
      summary: run ? runSummary(run, tracked, now) : jobSummary(facts, tracked, now),
      next: nextStep(tracked, context),
    };
  },
});

function jobFactsTold({ id: _, token: __, ...told }: JobFacts, now: number) {
  return { ...told, clock: clockSentence({ id: '', ...told }, now) };
}

/** More jobs than this are told by those alone that did not succeed. */
const MOST_LINES = 20;

function runFactsTold(run: RunFacts, now: number) {
  const { ended_at, shards, jobs } = run;
  const told = jobs.length > MOST_LINES ? jobs.filter(({ state }) => state !== 'JOB_STATE_SUCCEEDED') : jobs;
  return {
    ...lineOfRun(run),
    ended_at,
    clock: runClock(run, now),
    shards,
    jobs: told.slice(0, MOST_LINES).map((job) => ({
      job: job.job,
      shard: job.shard,
      attempt: job.attempt,
      state: job.state,
      rows: lineOfRows(job),
      clock: clockSentence(job, now),
      error: job.error,
    })),
  };
}

/** What a line has room for. */
function lineOfRows({ rows }: JobFacts) {
  if (!rows) return undefined;
  const { total, failed, about } = rows;
  const done = about === undefined ? rowsDone(rows) : undefined;
  return { total, done, about, ...(failed && { failed }) };
}

function dollars({ committed, soFar, actual }: JobCost) {
  if (!committed && actual === undefined) return undefined;
  const rounded = (amount: number | undefined) => (amount === undefined ? undefined : roundUsd(amount));
  return {
    committed_low: rounded(committed?.low),
    committed_likely: rounded(committed?.likely),
    committed_high: rounded(committed?.high),
    so_far: rounded(soFar),
    actual: rounded(actual),
  };
}

const occurring = ({ tally }: OutputTally) =>
  Object.fromEntries(
    OUTCOMES.filter((outcome) => tally[outcome] > 0).map((outcome) => [outcome, tally[outcome]]),
  );

/** What is to be said of several jobs is said once. */
function adviceOn({ jobs, trouble }: Tracked, { clock, settings }: ToolContext): string[] {
  const now = clock.now();
  const advice = jobs.flatMap(({ facts, final }) => jobAdvice(facts, { now, settings, resumable: final }));
  const stale = trouble
    ? [`The last look had no answer (${quoteUntrusted(trouble.message, 120)}); this is how it stood before.`]
    : [];
  return [...new Set([...stale, ...advice])];
}

function nextStep({ run, partOf, jobs }: Tracked, { hasTool }: ToolContext): Next | undefined {
  const [{ facts }] = jobs as [TrackedJob];
  const { ended, state } = run ?? facts;
  const job = run?.run ?? facts.job;
  if (!ended && state === 'JOB_STATE_PAUSED')
    return { tool: 'cancel_batch_job', arguments: { job }, reason: 'if nobody will resume it' };
  if (!ended)
    return { tool: 'get_job_status', arguments: { job, wait_seconds: 30 }, reason: 'wait for the end' };
  if (partOf)
    return { tool: 'get_job_status', arguments: { job: partOf }, reason: 'see all jobs of its run' };
  const ran = jobs.some(({ facts: { started, output } }) => started && output?.startsWith('gs://'));
  return ran && hasTool('collect_batch_results')
    ? { tool: 'collect_batch_results', arguments: { job }, reason: 'get a table of all rows' }
    : undefined;
}
