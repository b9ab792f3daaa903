import type { Clock } from '../../support/clock.ts';
import { seededIds } from '../../support/ids.ts';
import type { Faults } from '../faults.ts';
import type { JobFacts, JobRecord, JobStore, OutcomeFact } from '../jobs/store.ts';
import { type Ending, firstRowAt, rowsDoneAt } from '../jobs/timeline.ts';
import type { PublisherModel } from '../models.ts';
import type { ObjectStore } from '../objects/store.ts';
import { restoreShape } from '../rows/shape.ts';
import { type Block, blocksOf } from './blocks.ts';
import { chunkName, outputPlace, writeChunk, writePredictions } from './output.ts';
import { type Answer, type BlockResult, type RowRun, runBlock } from './rows.ts';

/** Rows that are read, run and written together when time does the work. */
const BLOCK_ROWS = 512;
/** The same when a real model does: each block is a step that a restart does not repeat. */
const WORK_BLOCK_ROWS = 16;
/** Requests to a real model at once. */
const WORK_CONCURRENCY = 4;

export interface EngineOptions {
  clock: Clock;
  objects: ObjectStore;
  jobs: JobStore;
  faults: Faults;
  modelOf: (record: JobRecord) => PublisherModel;
  answerFor: (record: JobRecord, signal: AbortSignal) => Answer;
}

/** One imported job on its way through its blocks, in output order. What runs twice gives the same bytes. */
export interface JobRun {
  /** Runs the next block and puts its rows where a caller sees them; false when there is none left. */
  writeNextChunk(): Promise<boolean>;
  /** Writes the chunks of all blocks that are done by the clock. */
  writeChunksUntil(now: number): Promise<void>;
  /** Writes the final files of an ending that has rows. */
  finish(ending: Ending): Promise<OutcomeFact>;
}

/** Throws `ServiceError` 404 when the job's model is gone. */
export function createJobRun(job: JobFacts, options: EngineOptions, closing: AbortSignal): JobRun {
  const { clock, objects, jobs } = options;
  const { record } = job;
  const byClock = record.pacedBy === 'clock';
  const place = outputPlace(job);
  const run = rowRunOf(job, options, closing);
  const seedOf = (what: string | number) => seededIds(`${record.seed}/${record.id}/${what}`);
  const blocks = blocksOf(
    run.imported.granules,
    run.imported.rows,
    byClock ? BLOCK_ROWS : WORK_BLOCK_ROWS,
    seedOf('blocks'),
  );

  async function runNth(index: number, most: number): Promise<BlockResult> {
    const before = blocks.slice(0, index).reduce((sum, { rows }) => sum + rows, 0);
    const timeOf = (row: number) =>
      byClock ? firstRowAt(job) + (before + row + 1) * record.pace.row : clock.now();
    const result = await runBlock(run, blocks[index] as Block, { ids: seedOf(index), most, timeOf });
    // Rows that failed because the emulator closes are not done.
    closing.throwIfAborted();
    return result;
  }

  async function writeNth(index: number): Promise<void> {
    const result = await runNth(index, blocks[index]?.rows ?? 0);
    await writeChunk(objects, place, index, result);
    const { rows, ok, failed } = result;
    await jobs.addChunk(record, index, { rows, ok, failed, at: clock.now() });
  }

  return {
    async writeNextChunk() {
      const next = job.chunks.length;
      if (next >= blocks.length) return false;
      await writeNth(next);
      return true;
    },
    async writeChunksUntil(now) {
      const due = rowsDoneAt(job, now);
      let done = 0;
      for (const [index, { rows }] of blocks.entries()) {
        done += rows;
        if (done > due) break;
        if (index >= job.chunks.length) await writeNth(index);
      }
    },
    async finish(ending) {
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
          const { text, ok, failed } = await runNth(index, most);
          return { ok, failed, bytes: bytesOf(text) };
        },
      });
      return { ...ending, ...counts };
    },
  };
}

function rowRunOf(job: JobFacts, options: EngineOptions, closing: AbortSignal): RowRun {
  const { record, imported } = job;
  if (imported === undefined) throw new Error(`job ${record.id} has no rows yet`);
  return {
    objects: options.objects,
    imported,
    shape: restoreShape(imported.shape),
    model: options.modelOf(record),
    displayName: String(record.fields.displayName),
    faults: options.faults,
    answer: options.answerFor(record, closing),
    concurrency: record.pacedBy === 'clock' ? Number.POSITIVE_INFINITY : WORK_CONCURRENCY,
  };
}

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}
