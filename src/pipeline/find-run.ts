import { unwrap } from '../batch/unwrap.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { count } from '../support/text.ts';
import { findJob } from './find-job.ts';
import { attemptOf } from './job-facts.ts';
import { LABELS } from './job-labels.ts';
import type { Ports } from './ports.ts';
import { searchLocations } from './search-locations.ts';

/** All jobs of one location that share the label `run`. */
export interface Run {
  run: string;
  location: string;
  jobs: BatchPredictionJob[];
}

/** The id in what a person gives for a run, also in quotes or markdown; undefined where it names no run. */
export const parseRunId = (text: string): string | undefined =>
  unwrap(text).find((candidate) => /^run-[0-9a-f]{10}$/.test(candidate));

/** The jobs of a run in one location, shards in their order, later attempts behind. Empty where there are none. */
export async function jobsOfRun(
  run: string,
  location: string,
  { vertex, signal }: Pick<Ports, 'vertex' | 'signal'>,
): Promise<BatchPredictionJob[]> {
  const filter = `labels.${LABELS.run}="${run}"`;
  const jobs: BatchPredictionJob[] = [];
  for await (const job of vertex.batchPredictionJobs.list(location, { filter, pageSize: 100, signal }))
    jobs.push(job);
  return jobs.sort(inOrder);
}

function inOrder(a: BatchPredictionJob, b: BatchPredictionJob): number {
  const byAttempt = (attemptOf(a) ?? 1) - (attemptOf(b) ?? 1);
  const shard = ({ labels }: BatchPredictionJob) => shardOf(labels?.[LABELS.shard])?.number ?? 0;
  return byAttempt || shard(a) - shard(b) || (a.createTime ?? '').localeCompare(b.createTime ?? '');
}

/** `3-of-7`, taken apart. */
export function shardOf(label: string | undefined): { number: number; of: number } | undefined {
  const [, number, of] = /^(\d+)-of-(\d+)$/.exec(label ?? '') ?? [];
  return number && of ? { number: Number(number), of: Number(of) } : undefined;
}

/** What a person named: one job, or a run that has several or is to have them. */
export interface Found {
  jobs: BatchPredictionJob[];
  /** Left out for one job by itself, also where it was named by its run. */
  run?: Pick<Run, 'run' | 'location'> | undefined;
}

/** The jobs that a job's name or a run's id means. Throws what `findJob` and `findRun` throw. */
export async function findJobs(named: string, ports: Ports): Promise<Found> {
  const id = parseRunId(named);
  if (id === undefined) return { jobs: [await findJob(named, ports)] };
  const { run, location, jobs } = await findRun(id, ports);
  const single = jobs.length === 1 && jobs[0]?.labels?.[LABELS.shard] === undefined;
  return single ? { jobs } : { jobs, run: { run, location } };
}

/** Runs stay where they are: what was found once is not looked for everywhere again. */
const homes = new WeakMap<Ports['vertex'], Map<string, string>>();

/** A run by its id, wherever it is. Throws `run_not_found`. */
export async function findRun(run: string, ports: Ports): Promise<Run> {
  const known = homes.get(ports.vertex) ?? new Map<string, string>();
  homes.set(ports.vertex, known);
  const look = async (location: string): Promise<Run | undefined> => {
    const jobs = await jobsOfRun(run, location, ports);
    return jobs.length > 0 ? { run, location, jobs } : undefined;
  };
  const home = known.get(run);
  const there = home === undefined ? undefined : await look(home);
  if (there) return there;
  const { found, searched } = await searchLocations(look, ports);
  if (!found)
    throw new UserError('run_not_found', {
      what: `There is no job of ${run}.`,
      why: `It was looked for at ${count(searched.length, 'location')} of project ${ports.project}.`,
      fix: 'List the jobs with list_batch_jobs; each shows its run.',
    });
  known.set(run, found.location);
  return found;
}
