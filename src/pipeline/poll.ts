import { GoogleApiError } from '../google/errors.ts';
import { jobsOfRun, type Run } from './find-run.ts';
import { type JobFacts, jobFacts, rowsDone } from './job-facts.ts';
import type { Ports } from './ports.ts';

type PollPorts = Pick<Ports, 'vertex' | 'clock' | 'ids' | 'signal' | 'emulated'>;

/** Milliseconds. Vertex AI takes minutes to hours; the emulator is in this process, and its jobs take seconds. */
const PACE = {
  google: { first: 3_000, most: 60_000 },
  emulator: { first: 250, most: 5_000 },
} as const;
const GROWTH = 1.5;
/** Looks in a row without an answer; at the slowest pace that is more than half an hour without a network. */
export const MOST_FAILURES = 60;

/** Pauses between looks: they grow while nothing happens, with full jitter, so that many who wait do not ask at once. */
export function backoff({ emulated, ids }: Pick<Ports, 'emulated' | 'ids'>) {
  const { first, most } = emulated ? PACE.emulator : PACE.google;
  let ceiling: number = first;
  return {
    /** Milliseconds until the next look. */
    next: (): number => {
      const pause = Math.ceil(ids.random() * ceiling);
      ceiling = Math.min(ceiling * GROWTH, most);
      return pause;
    },
    /** Something has changed, and more may soon. */
    reset: (): void => {
      ceiling = first;
    },
  };
}

export interface PollSpec {
  /** As they were last seen. */
  jobs: readonly JobFacts[];
  /** With it all jobs of the run are followed, also those that are submitted meanwhile. */
  run?: Pick<Run, 'run' | 'location'> | undefined;
  /** Milliseconds since the epoch at which to look for the last time; left out, to the end of the jobs. */
  until?: number | undefined;
}

export type PollEvent =
  /** A job has another state, or more rows done, than before; one that is new to a run has no before. */
  | { kind: 'job'; job: JobFacts; before?: JobFacts | undefined }
  /** A look failed; those after it may fail too, which is not told again. */
  | { kind: 'trouble'; error: GoogleApiError }
  /** Looks succeed again. */
  | { kind: 'recovered' };

/**
 * Follows jobs until all have ended, the time is over, or the signal aborts, less and less often while they stay as
 * they are. Jobs of one run are asked for in one list call. Throws what Google answers where asking again is
 * pointless (`404` for a job that was deleted), and the last failure after an hour or so of failing.
 */
export async function* poll(spec: PollSpec, ports: PollPorts): AsyncGenerator<PollEvent, void, undefined> {
  const { clock, signal } = ports;
  const { until = Number.POSITIVE_INFINITY } = spec;
  const followed = new Map(spec.jobs.map((job) => [job.job, job]));
  const pauses = backoff(ports);
  const goesOn = () => [...followed.values()].some(({ ended }) => !ended) && clock.now() < until;
  let failures = 0;
  let atLeast = 0;
  while (goesOn() && !signal.aborted) {
    const pause = Math.min(Math.max(pauses.next(), atLeast), until - clock.now());
    try {
      await clock.sleep(pause, signal);
      const seen = await look(followed, spec.run, ports);
      if (failures > 0) yield { kind: 'recovered' };
      failures = 0;
      atLeast = 0;
      for (const job of seen) {
        const before = followed.get(job.job);
        followed.set(job.job, job);
        if (job.state !== before?.state) pauses.reset();
        if (job.state !== before?.state || rowsDone(job.rows) !== rowsDone(before?.rows))
          yield { kind: 'job', job, before };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof GoogleApiError && error.retryable)) throw error;
      failures += 1;
      if (failures >= MOST_FAILURES) throw error;
      atLeast = error.retryAfterMs ?? 0;
      if (failures === 1) yield { kind: 'trouble', error };
    }
  }
}

/** All that is still under way, asked for anew. */
async function look(
  followed: ReadonlyMap<string, JobFacts>,
  run: PollSpec['run'],
  ports: PollPorts,
): Promise<JobFacts[]> {
  const going = [...followed.values()].filter(({ ended }) => !ended);
  if (run) return lookAtRun(run, going, ports);
  const groups = new Map<string, JobFacts[]>();
  for (const job of going) {
    const key = job.run ? `${job.location}/${job.run}` : job.job;
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  const looks = [...groups.values()].map(async (group) => {
    const [{ run: id, location }] = group as [JobFacts];
    if (!id || group.length === 1) return Promise.all(group.map((job) => lookAtJob(job, ports)));
    const seen = await lookAtRun({ run: id, location }, group, ports);
    return seen.filter(({ job }) => followed.has(job));
  });
  return (await Promise.all(looks)).flat();
}

const lookAtJob = async ({ job }: JobFacts, { vertex, signal }: PollPorts): Promise<JobFacts> =>
  jobFacts(await vertex.batchPredictionJobs.get(job, { signal }));

/** A job that the list lacks may have been deleted: asking for it by name tells. */
async function lookAtRun(
  { run, location }: Pick<Run, 'run' | 'location'>,
  going: readonly JobFacts[],
  ports: PollPorts,
): Promise<JobFacts[]> {
  const listed = (await jobsOfRun(run, location, ports)).map(jobFacts);
  const names = new Set(listed.map(({ job }) => job));
  const unlisted = going.filter(({ job }) => !names.has(job));
  return [...listed, ...(await Promise.all(unlisted.map((job) => lookAtJob(job, ports))))];
}
