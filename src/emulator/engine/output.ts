import { parseGsUri } from '../gs-uri.ts';
import type { JobFacts } from '../jobs/store.ts';
import type { ObjectStore } from '../objects/store.ts';
import type { Block } from './blocks.ts';
import type { BlockResult } from './rows.ts';

/** A job of more rows than this writes several files, of about as many each. */
const ROWS_PER_FILE = 50_000;
const CONTENT_TYPE = 'application/jsonl';

export interface OutputPlace {
  bucket: string;
  /** Ends with a slash. */
  prefix: string;
}

/**
 * Where a job writes: `<prefix>/prediction-model-<timestamp>/`. The timestamp is that of the start, in microseconds,
 * and so never that of the job's creation.
 */
export function outputPlace({ record }: JobFacts): OutputPlace {
  const config = record.fields.outputConfig as { gcsDestination?: { outputUriPrefix?: string } };
  const { bucket, name } = parseGsUri(config.gcsDestination?.outputUriPrefix ?? '');
  const started = new Date(record.createdAt + record.pace.queue + 1).toISOString();
  const micros = record.id.slice(-3);
  const base = name === '' || name.endsWith('/') ? name : `${name}/`;
  return { bucket, prefix: `${base}prediction-model-${started.replace('Z', `${micros}Z`)}/` };
}

export const chunkName = (place: OutputPlace, index: number): string =>
  `${place.prefix}incremental_predictions/predictions_${String(index + 1).padStart(5, '0')}.jsonl`;

/** Puts the rows of one block where a caller can see them while the job runs. */
export async function writeChunk(
  objects: ObjectStore,
  place: OutputPlace,
  index: number,
  { text }: BlockResult,
): Promise<void> {
  await objects.insert(place.bucket, chunkName(place, index), [Buffer.from(text)], {
    contentType: CONTENT_TYPE,
  });
}

export interface OutputCounts {
  ok: number;
  failed: number;
}

/**
 * Writes the final files from the first `rows` rows in output order; blocks come from `produce`, one at a time.
 * Files appear whole; writing them again gives the same bytes.
 */
export async function writePredictions(options: {
  objects: ObjectStore;
  place: OutputPlace;
  blocks: readonly Block[];
  rows: number;
  produce: (index: number, most: number) => Promise<{ bytes: AsyncIterable<Uint8Array> } & OutputCounts>;
}): Promise<OutputCounts> {
  const { objects, place, blocks, rows, produce } = options;
  const counts = { ok: 0, failed: 0 };
  const files = filesOf(blocks, rows);

  async function* bytesOf(file: readonly FileBlock[]) {
    for (const { index, most } of file) {
      const produced = await produce(index, most);
      counts.ok += produced.ok;
      counts.failed += produced.failed;
      yield* produced.bytes;
    }
  }

  for (const [number, file] of files.entries()) {
    const suffix = files.length === 1 ? '' : `_${String(number + 1).padStart(4, '0')}`;
    const name = `${place.prefix}predictions${suffix}.jsonl`;
    await objects.insert(place.bucket, name, bytesOf(file), { contentType: CONTENT_TYPE });
  }
  return counts;
}

interface FileBlock {
  index: number;
  most: number;
}

/** The blocks of each file, with the number of rows that ran in each; files of about the same size. */
function filesOf(blocks: readonly Block[], rows: number): FileBlock[][] {
  const count = Math.ceil(rows / ROWS_PER_FILE);
  const files: FileBlock[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const [index, block] of blocks.entries()) {
    if (before >= rows) break;
    const most = Math.min(rows - before, block.rows);
    files[Math.floor((before / rows) * count)]?.push({ index, most });
    before += most;
  }
  return files;
}
