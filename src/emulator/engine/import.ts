import { count } from '../../support/text.ts';
import type { Faults } from '../faults.ts';
import { isObject, type Json, type JsonObject } from '../messages/messages.ts';
import type { ObjectStore } from '../objects/store.ts';
import { lineBatches } from '../rows/lines.ts';
import { type Shape, ShapeConflict, type StoredShape, storeShape, widen } from '../rows/shape.ts';

/** Limits of a Gemini batch job. Source: Google's batch inference page, 2026. */
export const MOST_ROWS = 200_000;
export const MOST_BYTES = 1_000_000_000;

/** Rows that are read together; the unit in which progress is seen in a small job. */
const ROWS_PER_GRANULE = 16;

export interface Source {
  bucket: string;
  name: string;
  generation: string;
}

/** A stretch of consecutive rows: source, first byte, byte behind the last, rows, number of the first row from 1. */
export type Granule = [source: number, start: number, end: number, rows: number, first: number];

/** What a look over the whole input found. Written once; the rows themselves stay where they are. */
export interface ImportFact {
  rows: number;
  sources: Source[];
  granules: Granule[];
  shape: StoredShape;
  /** Faults that run out were dealt out here: row number → index of the fault. */
  faults?: Record<number, number>;
  /** The job fails with it. */
  error?: { code: number; message: string };
}

/** Members that a resumed job's input, the output of an earlier one, has beside the caller's. */
const OUTPUT_COLUMNS = ['response', 'status', 'processed_time'] as const;

/** The line without the columns of an earlier run: the columns that the input itself brings. */
export function inputColumns(line: JsonObject): JsonObject {
  if (!OUTPUT_COLUMNS.some((name) => name in line)) return line;
  const { response: _, status: __, processed_time: ___, ...columns } = line;
  return columns;
}

class ImportError extends Error {}

/**
 * Reads the input once, as a load job would: every line an object with a `request`, one type for a field, not too
 * many rows, not too many bytes. Never throws for what is wrong with the input: that is a fact of the job.
 * Memory: the shape and five numbers for sixteen rows.
 */
export async function importInput(options: {
  objects: ObjectStore;
  sources: readonly (Source & { size: number })[];
  displayName: string;
  faults: Faults;
  signal: AbortSignal;
}): Promise<ImportFact> {
  const { objects, sources, displayName, faults, signal } = options;
  const shape: Shape = {};
  const granules: Granule[] = [];
  const dealt: Record<number, number> = {};
  let rows = 0;

  const checkRow = (text: string, where: string) => {
    rows += 1;
    if (rows > MOST_ROWS) {
      throw new ImportError(
        `the input has more than ${count(MOST_ROWS, 'request')}, the limit of a batch job.`,
      );
    }
    const line = parseLine(text, where);
    widen(shape, inputColumns(line));
    if (!faults.counted) return;
    const fault = faults.onImportedRow(displayName, { number: rows, key: line.key, text });
    if (fault !== undefined) dealt[rows] = fault;
  };

  const facts = () => ({
    rows,
    sources: sources.map(({ bucket, name, generation }) => ({ bucket, name, generation })),
    granules,
    shape: storeShape(shape),
    ...(Object.keys(dealt).length > 0 ? { faults: dealt } : {}),
  });

  try {
    const bytes = sources.reduce((sum, { size }) => sum + size, 0);
    if (bytes > MOST_BYTES) throw new ImportError(`the input has ${bytes} bytes, and the limit is 1 GB.`);
    for (const [index, { bucket, name, generation }] of sources.entries()) {
      let granule: Granule | undefined;
      for await (const batch of lineBatches(objects.read(bucket, name, undefined, generation))) {
        signal.throwIfAborted();
        for (const { start, end, text } of batch) {
          checkRow(text, `gs://${bucket}/${name}, in the row starting at position ${start}`);
          if (granule === undefined || granule[3] >= ROWS_PER_GRANULE) {
            granule = [index, start, end, 0, rows];
            granules.push(granule);
          }
          granule[2] = end;
          granule[3] += 1;
        }
      }
    }
    if (rows === 0) throw new ImportError('the input has no rows.');
    return facts();
  } catch (error) {
    if (signal.aborted) throw error;
    const expected = error instanceof ImportError || error instanceof ShapeConflict || isServiceError(error);
    if (!expected) throw error;
    return { ...facts(), error: { code: 3, message: `Failed to import data: ${error.message}` } };
  }
}

const isServiceError = (error: unknown): error is Error => (error as Error).name === 'ServiceError';

function parseLine(text: string, where: string): JsonObject {
  let line: Json;
  try {
    line = JSON.parse(text) as Json;
  } catch {
    throw new ImportError(`JSON parsing error in ${where}.`);
  }
  if (!isObject(line)) throw new ImportError(`a line is not an object: ${where}.`);
  if (!isObject(line.request)) throw new ImportError(`the required field 'request' is missing in ${where}.`);
  return line;
}
