import { z } from 'zod';
import { OUTCOMES } from '../../batch/outcomes.ts';
import type { JobFacts } from '../../pipeline/job-facts.ts';
import type { RunFacts } from '../../pipeline/run-facts.ts';

/** Fields that the job tools share, so that a thing has one name and one meaning. */
export const jobArgument = z
  .string()
  .min(1)
  .describe('Resource name, bare id or console URL of a job, or run-0123456789 for a run.');

/** Records of numbers instead of objects: their schemas cost a few tokens, and few of the members are there. */
export const rowCounts = z.partialRecord(
  z.enum(['total', 'succeeded', 'failed', 'incomplete', 'done', 'about']),
  z.number().optional(),
);

/** Only outcomes that occur are listed. */
export const outcomeCounts = z.partialRecord(z.enum(OUTCOMES), z.number());

/** A job in a list or after a change; for a run of several, what its jobs come to, with the run's id as `job`. */
export const jobLine = z.object({
  job: z.string(),
  state: z.string(),
  ended: z.boolean(),
  name: z.string(),
  model: z.string(),
  location: z.string(),
  run: z.string().optional(),
  shard: z.string().optional(),
  attempt: z.number().optional(),
  created: z.string().optional(),
  rows: rowCounts.optional(),
});

export const linesOfJobs = z.array(z.looseObject({})).optional().describe('Of a run, a line each.');

export function lineOfJob({
  job,
  state,
  ended,
  name,
  model,
  location,
  run,
  shard,
  attempt,
  created,
  rows,
}: JobFacts): z.input<typeof jobLine> {
  return { job, state, ended, name, model, location, run, shard, attempt, created, rows };
}

export function lineOfRun({ jobs: _, shards: __, ended_at: ___, ...run }: RunFacts): z.input<typeof jobLine> {
  return { job: run.run, ...run };
}

/** `running`, as people say it. */
export const stateWord = (state: string): string =>
  state
    .replace(/^JOB_STATE_/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
