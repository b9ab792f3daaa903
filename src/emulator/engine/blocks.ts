import type { Ids } from '../../support/ids.ts';
import type { Granule } from './import.ts';

/** A stretch of one source that is read, run and written together. */
export interface Block {
  source: number;
  start: number;
  end: number;
  rows: number;
  /** Number of its first row in the input, from 1. */
  first: number;
}

/** Bounds the memory of a run: rows, and bytes for rows that are large. */
const MOST_BYTES = 4_000_000;

/**
 * Granules joined to blocks, in a seeded order that is not the input's: at least twenty blocks where there are
 * rows enough, so that the progress of a job can be seen, and at most `mostRows` rows in one.
 */
export function blocksOf(granules: readonly Granule[], rows: number, mostRows: number, ids: Ids): Block[] {
  const target = Math.min(mostRows, Math.ceil(rows / 20));
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const [source, start, end, granuleRows, first] of granules) {
    const fits =
      open?.source === source && open.rows + granuleRows <= target && end - open.start <= MOST_BYTES;
    if (open !== undefined && fits) {
      open.end = end;
      open.rows += granuleRows;
    } else {
      open = { source, start, end, rows: granuleRows, first };
      blocks.push(open);
    }
  }
  return shuffle(blocks, ids);
}

/** Fisher-Yates on a copy; one seed, one order. */
export function shuffle<T>(items: readonly T[], ids: Ids): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(ids.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
