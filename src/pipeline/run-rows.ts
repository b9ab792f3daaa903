import { outcomeAt, supersedes } from './join-rows.ts';
import { type PackedTexts, textAt } from './packed-texts.ts';
import type { Part } from './part.ts';
import { grown, isRow, type RowIndex, rowIndex } from './row-index.ts';

/** The rows of all jobs of a run, each once. */
export interface RunRows {
  rows: number;
  /** By job: the row of the run that each of its rows is. */
  ofJob: Uint32Array[];
  byKey: RowIndex;
}

/** Keys of a job's rows; empty for a row that has none. */
export type JobKeys = Pick<Part, 'rows' | 'keys'> & {
  /** Where it is known already. */
  byKey?: RowIndex | undefined;
};

/**
 * Puts the rows of jobs together, in the order of the jobs. A key that a later job has again is the same row, tried
 * once more; in one job, equal keys are different rows.
 */
export function runRows(jobs: readonly JobKeys[]): RunRows {
  const [only, ...others] = jobs;
  if (only?.byKey && others.length === 0)
    return {
      rows: only.rows,
      ofJob: [Uint32Array.from({ length: only.rows }, (_, row) => row)],
      byKey: only.byKey,
    };
  const byKey = rowIndex();
  /** The last job that had the row, counted from 1. */
  let last = new Uint16Array(1 << 12);
  let rows = 0;
  const ofJob = jobs.map(({ rows: own, keys }, job) => {
    const numbers = new Uint32Array(own);
    for (let row = 0; row < own; row++) {
      const key = textAt(keys, row);
      let known = job === 0 || key === '' ? -1 : byKey.first(key);
      while (isRow(known) && last[known] === job + 1) known = byKey.next(known);
      if (!isRow(known)) {
        known = rows++;
        if (known === last.length) last = grown(last, rows);
        if (key !== '') byKey.add(key, known);
      }
      last[known] = job + 1;
      numbers[row] = known;
    }
    return numbers;
  });
  return { rows, ofJob, byKey };
}

/** By row of the run: the attempt that counts. */
export interface Attempts {
  part: Uint16Array;
  /** In the part. */
  row: Uint32Array;
  /** How many jobs had the row. */
  count: Uint8Array;
}

/** Of several attempts at a row the later one counts, unless it is worth less. */
export function bestAttempts({ rows, ofJob }: RunRows, parts: readonly Part[]): Attempts {
  const part = new Uint16Array(rows);
  const row = new Uint32Array(rows);
  const count = new Uint8Array(rows);
  parts.forEach(({ outcomes }, p) => {
    ofJob[p]?.forEach((known, own) => {
      const before = parts[part[known] ?? 0];
      const first = count[known] === 0;
      count[known] = Math.min(255, (count[known] ?? 0) + 1);
      const worse =
        before && !supersedes(outcomeAt(outcomes, own), outcomeAt(before.outcomes, row[known] ?? 0));
      if (!first && worse) return;
      part[known] = p;
      row[known] = own;
    });
  });
  return { part, row, count };
}

/** Keys by row of the run; a row's line in its first job's input where it has none. */
export function keysOfRun({ rows, ofJob }: RunRows, jobs: readonly { keys: PackedTexts }[]) {
  const job = new Uint16Array(rows);
  const row = new Uint32Array(rows);
  // From the last to the first, so that the first stays.
  for (let j = ofJob.length - 1; j >= 0; j--)
    ofJob[j]?.forEach((known, own) => {
      job[known] = j;
      row[known] = own;
    });
  return (known: number): string => {
    const own = row[known] ?? 0;
    const keys = jobs[job[known] ?? 0]?.keys;
    return (keys && textAt(keys, own)) || `line-${own + 1}`;
  };
}
