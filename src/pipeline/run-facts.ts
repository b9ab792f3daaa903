import { shardOf } from './find-run.ts';
import { expectedEnd } from './job-clocks.ts';
import { type JobFacts, type RowCounts, rowsDone } from './job-facts.ts';

/** Several jobs as the one thing that a person thinks of. */
export interface RunFacts {
  run: string;
  location: string;
  name: string;
  model: string;
  /** Running while any job is; see `stateOf`. */
  state: string;
  /** All jobs that exist have ended. */
  ended: boolean;
  created?: string | undefined;
  /** Of the last one, once all have ended. */
  ended_at?: string | undefined;
  rows?: RowCounts | undefined;
  /** Shards that have a job, of those that the plan has; left out where no job says that it is a shard. */
  shards?: { submitted: number; planned: number } | undefined;
  jobs: JobFacts[];
}

/** What the jobs of a run come to together. There is at least one. */
export function runFacts({ run, location }: { run: string; location: string }, jobs: JobFacts[]): RunFacts {
  const [first] = jobs;
  const ended = jobs.every((job) => job.ended);
  const times = (of: (job: JobFacts) => string | undefined) =>
    jobs.map(of).filter((time) => time !== undefined);
  return {
    run,
    location,
    // Shards are called like their run, and which one they are.
    name: first?.name.replace(/ \d+ of \d+$/, '') ?? '',
    model: first?.model ?? '',
    state: stateOf(
      jobs.map(({ state }) => state),
      ended,
    ),
    ended,
    created: times((job) => job.created).sort()[0],
    ended_at: ended
      ? times((job) => job.ended_at)
          .sort()
          .at(-1)
      : undefined,
    rows: sumOfRows(firstAttempts(jobs)),
    shards: shardsOf(firstAttempts(jobs)),
    jobs,
  };
}

/** The jobs that hold each row of the run once; others try some of these again. */
export function firstAttempts(jobs: readonly JobFacts[]): readonly JobFacts[] {
  const firsts = jobs.filter(({ attempt }) => attempt === undefined);
  return firsts.length > 0 ? firsts : jobs;
}

/** The most telling state of jobs under way, and the worst of those that have ended. */
const GOING = ['RUNNING', 'UPDATING', 'CANCELLING', 'PENDING', 'QUEUED', 'PAUSED'];
const WORST = ['FAILED', 'EXPIRED', 'CANCELLED', 'PARTIALLY_SUCCEEDED', 'SUCCEEDED'];

/**
 * One state for several. While any job is under way it is the first of these that one has: running, updating,
 * cancelling, pending, queued, paused, or a state that is new. Ends that differ are a partial success where any job
 * succeeded, else the worst of them.
 */
function stateOf(states: readonly string[], ended: boolean): string {
  const named = (names: readonly string[]) =>
    names.map((name) => `JOB_STATE_${name}`).find((name) => states.includes(name));
  const [first = 'JOB_STATE_UNSPECIFIED'] = states;
  if (states.every((state) => state === first)) return first;
  if (!ended) return named(GOING) ?? states.find((state) => !named(WORST)?.includes(state)) ?? first;
  return named(['SUCCEEDED']) ? 'JOB_STATE_PARTIALLY_SUCCEEDED' : (named(WORST) ?? first);
}

/** Vertex AI's counts added up; where a job that has begun has none, the rows that are done as they were counted here. */
function sumOfRows(jobs: readonly JobFacts[]): RowCounts | undefined {
  const sum = (of: (rows: RowCounts) => number | undefined) =>
    jobs.reduce((total, { rows = {} }) => total + (of(rows) ?? 0), 0);
  const all = (of: (rows: RowCounts) => number | undefined) =>
    jobs.every(({ rows }) => rows && of(rows) !== undefined);
  const total = all((rows) => rows.total) ? sum((rows) => rows.total) : undefined;
  const counted = jobs.filter(({ rows }) => rowsDone(rows) !== undefined);
  if (counted.length === 0) return total === undefined ? undefined : { total };
  if (counted.every(({ rows }) => rows?.succeeded !== undefined))
    return { total, succeeded: sum((rows) => rows.succeeded), failed: sum((rows) => rows.failed) };
  const guessed = counted.some(({ rows }) => rows?.succeeded === undefined && rows?.done === undefined);
  return { total, [guessed ? 'about' : 'done']: sum(rowsDone) };
}

function shardsOf(jobs: readonly JobFacts[]): RunFacts['shards'] {
  const shards = jobs.map(({ shard }) => shardOf(shard)).filter((shard) => shard !== undefined);
  if (shards.length === 0) return undefined;
  const planned = Math.max(...shards.map(({ of }) => of));
  return { submitted: new Set(shards.map(({ number }) => number)).size, planned };
}

/** When the last job is expected to end; undefined while one that is under way shows no rate. */
export function expectedEndOfRun({ jobs }: Pick<RunFacts, 'jobs'>, now: number): number | undefined {
  const ends = jobs.filter(({ ended }) => !ended).map((job) => expectedEnd(job, now));
  return ends.length > 0 && ends.every((end) => end !== undefined) ? Math.max(...ends) : undefined;
}
