import { createHash } from 'node:crypto';
import { canonicalJson } from '../batch/canonical-json.ts';
import type { RequestRow } from '../batch/request-row.ts';

export interface Deduped<T> {
  row: T;
  /** Key of the row that asks the same and came first; its answer is this row's too. */
  duplicateOf?: string | undefined;
}

/**
 * Requests that are remembered, about 100 bytes each. A job takes fewer rows than this; what comes later goes
 * through, also where it repeats something.
 */
const MOST_REMEMBERED = 1_000_000;

/**
 * Tells rows that ask what an earlier one asked. Requests are compared by 128 bits of a hash over their canonical
 * JSON: among a million rows two different ones meet with a chance of 1 in 10²⁶.
 */
export function deduplicator(mostRemembered = MOST_REMEMBERED) {
  const firstKeys = new Map<string, string>();
  return {
    /** The key of the first row with this request; undefined for the first itself. */
    duplicateOf({ key, request }: Pick<RequestRow, 'key' | 'request'>): string | undefined {
      const hash = createHash('sha256').update(canonicalJson(request)).digest().toString('latin1', 0, 16);
      const first = firstKeys.get(hash);
      if (first === undefined && firstKeys.size < mostRemembered) firstKeys.set(hash, copyOf(key));
      return first;
    },
  };
}

/** A key from a cell is cut from a large text, all of which would be held with it. */
const copyOf = (key: string): string => Buffer.from(key).toString();

/** Rows in their order, those that repeat an earlier request marked with its key. */
export async function* dedupe<T extends Pick<RequestRow, 'key' | 'request'>>(
  rows: AsyncIterable<T> | Iterable<T>,
  mostRemembered?: number,
): AsyncGenerator<Deduped<T>, void, undefined> {
  const { duplicateOf } = deduplicator(mostRemembered);
  for await (const row of rows) {
    const first = duplicateOf(row);
    yield first === undefined ? { row } : { row, duplicateOf: first };
  }
}

/** One line of `duplicates.jsonl`, beside the manifest. */
export const duplicateLine = (key: string, duplicateOf: string): string =>
  `${JSON.stringify({ key, duplicate_of: duplicateOf })}\n`;
