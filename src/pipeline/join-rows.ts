import { OUTCOMES, type Outcome } from '../batch/outcomes.ts';
import { requestHash } from '../batch/request-hash.ts';
import { isRecord } from '../support/records.ts';
import { type CollectInput, eachInputKey, eachInputLine, parseLine } from './collect-input.ts';
import { addText, type PackedTexts, packedTexts, textAt, trimmed } from './packed-texts.ts';
import { grown, isRow, type RowIndex, rowIndex } from './row-index.ts';

/** Where a line's record is, and how the line ended. */
export interface Placed {
  outcome: Outcome;
  start: number;
  size: number;
  /** USD, and prompt, answer and thought tokens. */
  spent: readonly [number, number, number, number];
}

/** The rows of an input, by what tells them apart. */
export interface InputRows {
  rows: number;
  keys: PackedTexts;
  byKey: RowIndex;
  /** Rows that their key does not tell from others. */
  ambiguous: Uint8Array;
}

/** Input rows and the output line that each of them has got. */
export interface Join extends InputRows {
  /** By row: 0 where there is no line yet, else the outcome's place in `OUTCOMES`, counted from 1. */
  outcomes: Uint8Array;
  starts: Float64Array;
  sizes: Uint32Array;
  /** Four numbers a row. */
  spent: Float64Array;
}

/** Reads the keys of all rows; where a row has none, or one that another row has too, its request tells it apart. */
export async function rowsOfInput(input: CollectInput, signal: AbortSignal): Promise<InputRows> {
  const keys = packedTexts();
  const byKey = rowIndex();
  let ambiguous = new Uint8Array(1 << 12);
  const rows = await eachInputKey(input, signal, (key, row) => {
    if (row === ambiguous.length) ambiguous = grown(ambiguous, row + 1);
    addText(keys, key ?? '');
    if (key === undefined) ambiguous[row] = 1;
    else {
      const earlier = byKey.add(key, row);
      if (!isRow(earlier)) return;
      ambiguous[earlier] = 1;
      ambiguous[row] = 1;
    }
  });
  return { rows, keys: trimmed(keys), byKey, ambiguous };
}

export const withoutLines = (input: InputRows): Join => ({
  ...input,
  outcomes: new Uint8Array(input.rows),
  starts: new Float64Array(input.rows),
  sizes: new Uint32Array(input.rows),
  spent: new Float64Array(input.rows * 4),
});

/** The row that a key alone tells; -1 where it takes more. */
export function rowOfKey({ byKey, ambiguous }: InputRows, key: string | undefined): number {
  if (key === undefined) return -1;
  const row = byKey.first(key);
  return isRow(row) && ambiguous[row] === 0 ? row : -1;
}

/** The key of a row; its line where it has none. */
export const keyOfRow = ({ keys }: { keys: PackedTexts }, row: number): string =>
  textAt(keys, row) || `line-${row + 1}`;

/** How much an outcome is worth beside another of the same row: an answer, half an answer, an error. */
const WORTH: Record<Outcome, number> = {
  ok: 3,
  truncated: 2,
  blocked: 2,
  empty: 2,
  invalid_json: 2,
  schema_mismatch: 2,
  error_retriable: 1,
  error_permanent: 1,
  missing: 0,
};

/** The later of two wins, unless it is worth less: an error never takes the place of an answer. */
export const supersedes = (later: Outcome, earlier: Outcome): boolean => WORTH[later] >= WORTH[earlier];

export const outcomeAt = (outcomes: Uint8Array, row: number): Outcome =>
  OUTCOMES[(outcomes[row] ?? 0) - 1] ?? 'missing';

/** Gives a row its line. False where the row keeps a better one that it has. */
export function place(join: Join, row: number, { outcome, start, size, spent }: Placed): boolean {
  if (!supersedes(outcome, outcomeAt(join.outcomes, row))) return false;
  join.outcomes[row] = OUTCOMES.indexOf(outcome) + 1;
  join.starts[row] = start;
  join.sizes[row] = size;
  const at = row * 4;
  join.spent[at] = spent[0];
  join.spent[at + 1] = spent[1];
  join.spent[at + 2] = spent[2];
  join.spent[at + 3] = spent[3];
  return true;
}

/** A line whose key tells no row, by what was asked; `hash` is missing where the line echoes no request. */
export interface Leftover extends Placed {
  hash: string | undefined;
  key: string | undefined;
}

/**
 * Gives the lines whose keys tell no row to the rows that ask the same: each row takes one, and what is more than
 * there are rows is a duplicate. Reads the input once more. Returns the lines that fit no row.
 */
export async function placeByRequest(
  join: Join,
  leftovers: readonly Leftover[],
  input: CollectInput,
  signal: AbortSignal,
): Promise<{ unmatched: Leftover[]; duplicates: number }> {
  const unmatched = leftovers.filter(({ hash }) => hash === undefined);
  if (unmatched.length === leftovers.length) return { unmatched, duplicates: 0 };
  const byRequest = await requestsOf(input, signal);
  let duplicates = 0;
  for (const leftover of leftovers) {
    if (leftover.hash === undefined) continue;
    const row = bestRow(join, byRequest, leftover.hash);
    if (!isRow(row)) {
      unmatched.push(leftover);
      continue;
    }
    const earlier = outcomeAt(join.outcomes, row);
    if (earlier !== 'missing') duplicates += 1;
    if (WORTH[leftover.outcome] > WORTH[earlier]) place(join, row, leftover);
  }
  return { unmatched, duplicates };
}

async function requestsOf(input: CollectInput, signal: AbortSignal): Promise<RowIndex> {
  const byRequest = rowIndex();
  await eachInputLine(input, signal, (line, row) => {
    const hash = hashOfRow(parseLine(line) ?? {});
    if (hash !== undefined) byRequest.add(hash, row);
  });
  return byRequest;
}

/** The first row with this request that has no line, else the one whose line is worth least. */
function bestRow({ outcomes }: Join, byRequest: RowIndex, hash: string): number {
  let best = byRequest.first(hash);
  for (let row = best; isRow(row); row = byRequest.next(row)) {
    if (outcomes[row] === 0) return row;
    if (WORTH[outcomeAt(outcomes, row)] < WORTH[outcomeAt(outcomes, best)]) best = row;
  }
  return best;
}

/** The identity of what a line of the input asks, or of what a line of the output echoes. */
export function hashOfRow(row: Record<string, unknown>): string | undefined {
  const request = row.request ?? row.body ?? row.instance ?? (row.content === undefined ? undefined : row);
  const asked = typeof request === 'string' ? parseLine(Buffer.from(request)) : request;
  return isRecord(asked) ? requestHash(asked) : undefined;
}
