import type { GroupRows } from './encode-results.ts';
import { addText, packedTexts, textAt } from './packed-texts.ts';
import type { Part } from './part.ts';
import type { Repeats } from './repeats.ts';
import { grown, isRow } from './row-index.ts';
import { bestAttempts, keysOfRun, type RunRows } from './run-rows.ts';

/** The rows of a table: those of the run, and those that dedupe left out. */
export interface TableRows {
  run: RunRows;
  repeats: Repeats;
}

/** Where the results of rows are, for those in a range of the order. */
export function groupRows({ run, repeats }: TableRows, parts: readonly Part[], order: TableOrder) {
  const keyOf = keysOfRun(run, parts);
  const attempts = bestAttempts(run, parts);
  return (from: number, rows: number): GroupRows => {
    const group: GroupRows = {
      rows,
      keys: packedTexts(),
      duplicateOf: packedTexts(),
      part: new Uint16Array(rows),
      outcomes: new Uint8Array(rows),
      starts: new Float64Array(rows),
      sizes: new Uint32Array(rows),
      attempts: new Uint8Array(rows),
    };
    for (let at = 0; at < rows; at++) {
      const number = order.at(from + at);
      const repeat = number - run.rows;
      const known = repeat < 0 ? number : (repeats.originals[repeat] ?? 0);
      addText(group.keys, repeat < 0 ? keyOf(known) : textAt(repeats.keys, repeat));
      addText(group.duplicateOf, repeat < 0 ? '' : keyOf(known));
      const p = attempts.part[known] ?? 0;
      const own = attempts.row[known] ?? 0;
      const part = parts[p] as Part;
      group.part[at] = p;
      group.outcomes[at] = part.outcomes[own] ?? 0;
      group.starts[at] = part.starts[own] ?? 0;
      group.sizes[at] = part.sizes[own] ?? 0;
      group.attempts[at] = attempts.count[known] ?? 1;
    }
    return group;
  };
}

export type TableOrder = ReturnType<typeof tableOrder>;

/** The rows of the table by number: those of the run, and behind them those that dedupe left out. */
export function tableOrder({ run, repeats }: TableRows) {
  const total = run.rows + repeats.keys.length;
  const taken = new Uint8Array(total);
  let order = new Uint32Array(1 << 12);
  let length = 0;
  let next = 0;

  function push(number: number): boolean {
    if (taken[number] === 1) return false;
    taken[number] = 1;
    if (length === order.length) order = grown(order, length + 1);
    order[length++] = number;
    return true;
  }
  return {
    length: () => length,
    at: (place: number): number => order[place] ?? 0,
    /** True where the key is that of a row that had not been taken yet. */
    take(key: string): boolean {
      const row = run.byKey.first(key);
      if (isRow(row)) return push(row);
      const at = repeats.byKey.first(key);
      return isRow(at) && push(run.rows + at);
    },
    /** Takes the first row that had not been taken; false where there is none left. */
    takeNext(): boolean {
      while (next < total && taken[next] === 1) next += 1;
      return next < total && push(next);
    },
  };
}
