import type { GoogleApiError } from '../google/errors.ts';
import { countLines } from './count-lines.ts';
import { readPrices } from './estimate-prices.ts';
import { type Found, findJobs, jobsOfRun } from './find-run.ts';
import { type JobCost, jobCost, sumOfCosts } from './job-cost.ts';
import { type JobFacts, jobFacts, rowsDone } from './job-facts.ts';
import { type OutputFiles, outputFiles } from './output-files.ts';
import { poll } from './poll.ts';
import type { Ports } from './ports.ts';
import { MOST_BYTES, MOST_SAMPLES, type OutputRead, type OutputTally, readOutput } from './read-output.ts';
import { firstAttempts, type RunFacts, runFacts } from './run-facts.ts';
import { tallyRows } from './tally-rows.ts';

export interface Tracked {
  jobs: TrackedJob[];
  /** What the jobs come to together; left out for one by itself. */
  run?: RunFacts | undefined;
  /** The rows of all jobs, once they have ended and their output is small enough to be read in passing. */
  output?: OutputTally | undefined;
  cost: JobCost;
  /** The run of the one job, where that has others too. */
  partOf?: string | undefined;
  /** Why the last look brought no answer: all else is from the one before. */
  trouble?: GoogleApiError | undefined;
}

export interface TrackedJob {
  facts: JobFacts;
  /** Its final output is there. */
  final: boolean;
}

/** Where a job or a run stands; waits up to `waitMs` for its end, asking less and less often. */
export async function track(spec: { job: string; waitMs: number }, ports: Ports): Promise<Tracked> {
  const found = await findJobs(spec.job, ports);
  const { jobs, trouble } = await follow(found, spec.waitMs, ports);
  const ended = jobs.every((job) => job.ended);
  const files = await Promise.all(
    jobs.map((job) => (ended || isUncounted(job) ? outputFiles(job, ports) : undefined)),
  );
  const read = ended ? await readAll(jobs, files, ports) : undefined;
  const counted = read ? jobs : await countAll(jobs, files, ports);
  const costs = counted.map((job, at) => jobCost(job, read?.outputs[at]?.used, ports));
  return {
    jobs: counted.map((facts, at) => ({ facts, final: files[at]?.final ?? false })),
    run: found.run && runFacts(found.run, counted),
    output: read?.tally,
    cost: sumOfCosts(await Promise.all(costs)),
    partOf: found.run ? undefined : await partOf(jobs, ports),
    trouble,
  };
}

async function follow(found: Found, waitMs: number, ports: Ports) {
  const { clock, signal, progress } = ports;
  const jobs = new Map(found.jobs.map(jobFacts).map((job) => [job.job, job]));
  const report = () => {
    const { rows, state } = runFacts({ run: '', location: '' }, [...jobs.values()]);
    progress({ done: rowsDone(rows) ?? 0, total: rows?.total, message: state });
  };
  report();
  let trouble: GoogleApiError | undefined;
  const until = clock.now() + waitMs;
  for await (const event of poll({ jobs: [...jobs.values()], run: found.run, until }, ports)) {
    trouble = event.kind === 'trouble' ? event.error : undefined;
    if (event.kind !== 'job') continue;
    jobs.set(event.job.job, event.job);
    report();
  }
  signal.throwIfAborted();
  return { jobs: [...jobs.values()], trouble };
}

/** Rows are being done, and Vertex AI does not say how many. */
const isUncounted = ({ ended, started, rows }: JobFacts): boolean =>
  !ended && started !== undefined && rowsDone(rows) === undefined;

type Files = readonly (OutputFiles | undefined)[];

/** All outputs, or none where they are too much together, or one of them cannot be told. */
async function readAll(jobs: readonly JobFacts[], files: Files, ports: Ports) {
  const bytes = files.reduce((sum, one) => sum + (one?.bytes ?? Number.POSITIVE_INFINITY), 0);
  // Without files every row is missing; not so where rows were done and their output was taken away.
  const unsaid = jobs.some(({ rows }, at) => {
    const gone = files[at]?.files.length === 0;
    return gone && (rows?.total === undefined || (rowsDone(rows) ?? 0) > 0);
  });
  if (bytes > MOST_BYTES || unsaid) return undefined;
  const prices = await readPrices(ports.settings.prices);
  const rows = tallyRows({ again: jobs.some(({ attempt }) => attempt !== undefined) });
  const outputs: OutputRead[] = [];
  for (const [at, job] of jobs.entries())
    outputs.push(await readOutput(job, files[at] as OutputFiles, { rows, prices }, ports));
  const total = firstAttempts(jobs).reduce((sum, job) => sum + (job.rows?.total ?? 0), 0);
  const samples = outputs.flatMap((output) => output.samples).slice(0, MOST_SAMPLES);
  const tally: OutputTally = { ...rows.read(total), samples };
  return { outputs, tally };
}

/** The jobs with the rows that are done, where Vertex AI does not count them and their files are there. */
async function countAll(jobs: readonly JobFacts[], files: Files, ports: Ports): Promise<JobFacts[]> {
  const uncounted = jobs.filter(({ rows }, at) => files[at]?.files.length && rowsDone(rows) === undefined);
  const counted: JobFacts[] = [];
  for (const [at, job] of jobs.entries()) {
    const own = files[at];
    const lines =
      own && uncounted.includes(job) && (await countLines(own, MOST_BYTES / uncounted.length, ports));
    counted.push(lines ? { ...job, rows: { ...job.rows, ...lines } } : job);
  }
  return counted;
}

/** Shards and later attempts say so themselves; a job alone may get others once it has ended. */
async function partOf([job]: readonly JobFacts[], ports: Ports): Promise<string | undefined> {
  if (!job?.run) return undefined;
  if (job.shard !== undefined || job.attempt !== undefined) return job.run;
  if (!job.ended) return undefined;
  return (await jobsOfRun(job.run, job.location, ports)).length > 1 ? job.run : undefined;
}
