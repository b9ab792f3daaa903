import type { Clock } from '../support/clock.ts';
import { seededIds } from '../support/ids.ts';
import { type Block, blocksOf } from './engine-blocks.ts';
import { importInput } from './engine-import.ts';
import { resolveInputs } from './engine-inputs.ts';
import { chunkName, outputPlace, writeChunk, writePredictions } from './engine-output.ts';
import { type Answer, type RowRun, runBlock } from './engine-rows.ts';
import { ServiceError } from './errors.ts';
import type { Faults } from './faults.ts';
import type { JobFacts, JobRecord, JobStore, OutcomeFact } from './jobs.ts';
import { type Ending, endingOf, firstRowAt, isRunning, rowsDoneAt, startsAt } from './jobs-timeline.ts';
import type { PublisherModel } from './models.ts';
import type { ObjectStore } from './objects.ts';
import { restoreShape } from './rows-shape.ts';

/** Rows that are read, run and written together when time does the work. */
const BLOCK_ROWS = 512;
/** The same when a real model does: each block is a step that a restart does not repeat. */
const WORK_BLOCK_ROWS = 16;
/** Requests to a real model at once. */
const WORK_CONCURRENCY = 4;

export interface Engine {
  /** Does what is due by the clock for every job that has not ended. */
  settle(): Promise<void>;
  /** Stops the work that goes on behind requests. */
  close(): Promise<void>;
}

export interface EngineOptions {
  clock: Clock;
  objects: ObjectStore;
  jobs: JobStore;
  faults: Faults;
  modelOf: (record: JobRecord) => PublisherModel;
  answerFor: (record: JobRecord, signal: AbortSignal) => Answer;
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

  async function advance(seen: JobFacts): Promise<void> {
    const now = clock.now();
    let job: JobFacts | undefined = seen;
    const key = keyOf(seen.record);
    // What went wrong behind the requests is told to the next one, which then starts the work again.
    if (failures.has(key)) {
      const failure = failures.get(key);
      failures.delete(key);
      throw failure;
    }
    if (endingOf(job) === undefined && job.imported === undefined && now >= startsAt(job)) {
      await jobs.add(job.record, 'imported', await importOf(job));
      job = await fresh(job.record);
    }
    if (job === undefined) return;
    const ending = endingOf(job);
    if (ending !== undefined && now >= ending.at) {
      await workers.get(key);
      await jobs.add(job.record, 'outcome', await finish(job, ending));
    } else if (job.imported !== undefined && job.imported.error === undefined) {
      if (job.record.pacedBy === 'clock') await writeChunksUntil(job, now);
      else if (isRunning(job, now)) work(job.record);
    }
  }

  async function importOf({ record }: JobFacts) {
    const config = record.fields.inputConfig as { gcsSource?: { uris?: string[] } };
    const displayName = String(record.fields.displayName);
    try {
      const sources = await resolveInputs(objects, config.gcsSource?.uris ?? []);
      return await importInput({ objects, sources, displayName, faults, signal: closing.signal });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const message = `Failed to import data: ${error.message}`;
      return { rows: 0, sources: [], granules: [], shape: {}, error: { code: 3, message } };
    }
  }

  function planOf(job: JobFacts): { run: RowRun; blocks: Block[] } {
    const { record, imported } = job;
    if (imported === undefined) throw new Error(`job ${record.id} has no rows yet`);
    const byClock = record.pacedBy === 'clock';
    const ids = seededIds(`${record.seed}/${record.id}/blocks`);
    return {
      blocks: blocksOf(imported.granules, imported.rows, byClock ? BLOCK_ROWS : WORK_BLOCK_ROWS, ids),
      run: {
        objects,
        imported,
        shape: restoreShape(imported.shape),
        model: options.modelOf(record),
        displayName: String(record.fields.displayName),
        faults,
        answer: options.answerFor(record, closing.signal),
        concurrency: byClock ? Number.POSITIVE_INFINITY : WORK_CONCURRENCY,
      },
    };
  }

  async function runNth(job: JobFacts, run: RowRun, blocks: readonly Block[], index: number, most: number) {
    const block = blocks[index];
    if (block === undefined) throw new Error(`job ${job.record.id} has no block ${index}`);
    const before = blocks.slice(0, index).reduce((sum, { rows }) => sum + rows, 0);
    const { record } = job;
    const timeOf = (row: number) =>
      record.pacedBy === 'clock' ? firstRowAt(job) + (before + row + 1) * record.pace.row : clock.now();
    const ids = seededIds(`${record.seed}/${record.id}/${index}`);
    const result = await runBlock(run, block, { ids, most, timeOf });
    // Rows that failed because the emulator closes are not done.
    closing.signal.throwIfAborted();
    return result;
  }

  async function addChunk(job: JobFacts, run: RowRun, blocks: readonly Block[], index: number) {
    const result = await runNth(job, run, blocks, index, blocks[index]?.rows ?? 0);
    await writeChunk(objects, outputPlace(job), index, result);
    const { rows, ok, failed } = result;
    await jobs.addChunk(job.record, index, { rows, ok, failed, at: clock.now() });
  }

  async function writeChunksUntil(job: JobFacts, now: number): Promise<void> {
    const due = rowsDoneAt(job, now);
    if (due === 0) return;
    const { run, blocks } = planOf(job);
    let done = 0;
    for (const [index, { rows }] of blocks.entries()) {
      done += rows;
      if (done > due) break;
      if (index >= job.chunks.length) await addChunk(job, run, blocks, index);
    }
  }

  /** A real model answers behind the requests, block by block, until the job ends or the emulator closes. */
  function work(record: JobRecord): void {
    if (workers.has(keyOf(record))) return;
    const worker = (async () => {
      let job = await fresh(record);
      while (job !== undefined && isRunning(job, clock.now()) && !closing.signal.aborted) {
        const { run, blocks } = planOf(job);
        if (job.chunks.length >= blocks.length) return;
        await addChunk(job, run, blocks, job.chunks.length);
        job = await fresh(record);
      }
    })()
      .catch((error: unknown) => {
        if (!closing.signal.aborted) failures.set(keyOf(record), error);
      })
      .finally(() => workers.delete(keyOf(record)));
    workers.set(keyOf(record), worker);
  }

  async function finish(job: JobFacts, ending: Ending): Promise<OutcomeFact> {
    if (ending.rows === 0) return { ...ending, ok: 0, failed: 0 };
    const place = outputPlace(job);
    const { run, blocks } = planOf(job);
    try {
      const counts = await writePredictions({
        objects,
        place,
        blocks,
        rows: ending.rows,
        async produce(index, most) {
          const chunk = job.chunks[index];
          const name = chunkName(place, index);
          if (chunk?.rows === most && (await objects.stat(place.bucket, name)) !== undefined) {
            return { ...chunk, bytes: objects.read(place.bucket, name) };
          }
          const { text, ok, failed } = await runNth(job, run, blocks, index, most);
          return { ok, failed, bytes: once(Buffer.from(text)) };
        },
      });
      return { ...ending, ...counts };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { at } = ending;
      return {
        state: 'JOB_STATE_FAILED',
        at,
        rows: 0,
        ok: 0,
        failed: 0,
        error: { code: 5, message: error.message },
      };
    }
  }

  async function* once(bytes: Uint8Array) {
    yield bytes;
  }

  /** Two requests that look at the same time wait for the same work. */
  function settleOne(job: JobFacts): Promise<void> {
    const key = keyOf(job.record);
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = advance(job).finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  return {
    async settle() {
      await Promise.all((await jobs.unfinished()).map(settleOne));
    },
    async close() {
      closing.abort();
      await Promise.allSettled([...workers.values(), ...underWay.values()]);
    },
  };
}
