import { ServiceError } from '../errors.ts';
import type { JobFacts, JobRecord, OutcomeFact } from '../jobs/store.ts';
import { type Ending, endingOf, isRunning, startsAt } from '../jobs/timeline.ts';
import { importInput } from './import.ts';
import { resolveInputs } from './inputs.ts';
import { createJobRun, type EngineOptions } from './run.ts';

export interface Engine {
  /** Does what is due by the clock for every job that has not ended. */
  settle(): Promise<void>;
  /** Stops the work that goes on behind requests. */
  close(): Promise<void>;
}

/**
 * Runs the jobs. Nothing ticks: whoever looks first does what has become due since, and a job looked at only once,
 * at its end, comes to the same output as one that was watched all the time.
 */
export function createEngine(options: EngineOptions): Engine {
  const { clock, objects, jobs, faults } = options;
  const closing = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  const workers = new Map<string, Promise<void>>();
  const failures = new Map<string, unknown>();
  const keyOf = ({ location, id }: JobRecord) => `${location}/${id}`;
  const fresh = ({ location, id }: JobRecord) => jobs.get(location, id);
  const runOf = (job: JobFacts) => createJobRun(job, options, closing.signal);

  async function advance(record: JobRecord): Promise<void> {
    const now = clock.now();
    let job = await fresh(record);
    if (job !== undefined && needsImport(job, now)) {
      await jobs.add(record, 'imported', await importOf(record));
      job = await fresh(record);
    }
    if (job === undefined || job.outcome !== undefined) return;
    const ending = endingOf(job);
    try {
      throwFailure(keyOf(record));
      if (ending !== undefined && now >= ending.at) {
        await workers.get(keyOf(record));
        await jobs.add(record, 'outcome', await finish(record, ending));
      } else if (job.imported !== undefined && job.imported.error === undefined) {
        if (record.pacedBy === 'clock') await runOf(job).writeChunksUntil(now);
        else if (isRunning(job, now)) work(record);
      }
    } catch (error) {
      // The output bucket or an input object is gone: that ends the job, not the emulator.
      if (!(error instanceof ServiceError)) throw error;
      await jobs.add(record, 'outcome', failed(now, error.message));
    }
  }

  const needsImport = (job: JobFacts, now: number): boolean =>
    job.imported === undefined &&
    job.outcome === undefined &&
    endingOf(job) === undefined &&
    now >= startsAt(job);

  async function importOf({ fields }: JobRecord) {
    const config = fields.inputConfig as { gcsSource?: { uris?: string[] } };
    const displayName = String(fields.displayName);
    try {
      const sources = await resolveInputs(objects, config.gcsSource?.uris ?? []);
      return await importInput({ objects, sources, displayName, faults, signal: closing.signal });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const message = `Failed to import data: ${error.message}`;
      return { rows: 0, sources: [], granules: [], shape: {}, error: { code: 3, message } };
    }
  }

  async function finish(record: JobRecord, ending: Ending): Promise<OutcomeFact> {
    const job = await fresh(record);
    if (job === undefined || ending.rows === 0) return { ...ending, ok: 0, failed: 0 };
    return await runOf(job).finish(ending);
  }

  const failed = (at: number, message: string): OutcomeFact => ({
    state: 'JOB_STATE_FAILED',
    at,
    rows: 0,
    ok: 0,
    failed: 0,
    error: { code: 5, message },
  });

  /** A real model answers behind the requests, block by block, until the job ends or the emulator closes. */
  function work(record: JobRecord): void {
    const key = keyOf(record);
    if (workers.has(key)) return;
    const worker = (async () => {
      let job = await fresh(record);
      while (job !== undefined && isRunning(job, clock.now()) && !closing.signal.aborted) {
        if (!(await runOf(job).writeNextChunk())) return;
        job = await fresh(record);
      }
    })()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) failures.set(key, error);
      })
      .finally(() => workers.delete(key));
    workers.set(key, worker);
  }

  /** What went wrong behind the requests is told to the next one, which then starts the work again. */
  function throwFailure(key: string): void {
    if (!failures.has(key)) return;
    const failure = failures.get(key);
    failures.delete(key);
    throw failure;
  }

  /** Two requests that look at the same time wait for the same work. */
  function settleOne(record: JobRecord): Promise<void> {
    const key = keyOf(record);
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = advance(record).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  return {
    async settle() {
      await Promise.all((await jobs.unfinished()).map(({ record }) => settleOne(record)));
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...workers.values(), ...underWay.values()]);
    },
  };
}
