import { quoteUntrusted } from '../../support/text.ts';
import type { Cell } from '../../tables/query.ts';

export type ShownCell = null | number | boolean | string;

export interface ShownRows {
  rows: ShownCell[][];
  /** Cells that lost their end. */
  cut: number;
  /** Characters that cut cells were left with. */
  cutAt: number;
}

/** Some 6,000 tokens of English. */
const MOST_BYTES = 24_000;
/** From whole cells down to what still tells one from another. */
const LENGTHS = [24_000, 8_000, 4_000, 2_000, 1_000, 500, 250, 120, 60];
/** Between two cells. */
const SEPARATOR_BYTES = 1;

/**
 * Rows for a reply of bounded size: cells are cut to the largest length at which all rows fit, and rows that do not
 * fit at the shortest are left out. Text is quoted, numbers are not.
 */
export function fitRows(rows: readonly (readonly Cell[])[]): ShownRows {
  for (const length of LENGTHS) {
    const shown = shownAt(rows, length);
    if (sizeOf(shown.rows) <= MOST_BYTES) return shown;
  }
  let least = shownAt(rows, LENGTHS.at(-1) ?? 0);
  while (least.rows.length > 1 && sizeOf(least.rows) > MOST_BYTES)
    least = shownAt(rows.slice(0, Math.floor(least.rows.length * 0.9)), least.cutAt);
  return least;
}

function shownAt(rows: readonly (readonly Cell[])[], cutAt: number): ShownRows {
  let cut = 0;
  const shown = rows.map((cells) =>
    cells.map((cell) => {
      if (typeof cell !== 'object' || cell === null) return cell;
      const cutBefore = cell.length > cell.text.length;
      if (cutBefore || cell.text.trim().length > cutAt) cut += 1;
      return quoteUntrusted(cutBefore ? `${cell.text}…` : cell.text, cutAt);
    }),
  );
  return { rows: shown, cut, cutAt };
}

const sizeOf = (rows: readonly ShownCell[][]): number =>
  rows.reduce(
    (sum, cells) =>
      sum + cells.reduce((size: number, cell) => size + Buffer.byteLength(String(cell)) + SEPARATOR_BYTES, 0),
    0,
  );
