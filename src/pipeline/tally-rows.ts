import { emptyTally, type Outcome, type Tally, tallyTotal } from '../batch/outcomes.ts';
import { supersedes } from './join-rows.ts';

export interface Cause {
  outcome: Outcome;
  cause: string;
  rows: number;
}

/** How one row ended, and why where it is not ok. */
export interface Ending {
  outcome: Outcome;
  cause?: string | undefined;
}

const MOST_CAUSES = 5;

/**
 * Counts rows by how they ended, over all jobs of a run in their order. Where `again` is expected, rows are remembered
 * by key: one that a later attempt has again is still one row, and ended as the attempt did that counts.
 */
export function tallyRows({ again }: { again: boolean }) {
  const tally = emptyTally();
  const causes = new Map<string, Cause>();
  const known = new Map<string, Ending>();

  function count({ outcome, cause }: Ending, rows: 1 | -1): void {
    tally[outcome] += rows;
    if (cause === undefined) return;
    const key = `${outcome} ${cause}`;
    causes.set(key, { outcome, cause, rows: rows + (causes.get(key)?.rows ?? 0) });
  }

  return {
    /** `attempt` is 1 for a row that is sent for the first time; equal keys of such are different rows. */
    add(key: unknown, ending: Ending, attempt: number): void {
      const name = again && (typeof key === 'string' || typeof key === 'number') ? String(key) : undefined;
      const before = name === undefined || attempt === 1 ? undefined : known.get(name);
      if (before && !supersedes(ending.outcome, before.outcome)) return;
      if (before) count(before, -1);
      count(ending, 1);
      if (name !== undefined) known.set(name, ending);
    },
    /** The counts; what is not there of the rows that should be is `missing`. The most frequent causes come first. */
    read(total: number): { tally: Tally; rows: number; causes: Cause[] } {
      const rows = Math.max(total, tallyTotal(tally));
      const frequent = [...causes.values()].filter((cause) => cause.rows > 0).sort((a, b) => b.rows - a.rows);
      return {
        tally: { ...tally, missing: rows - tallyTotal(tally) },
        rows,
        causes: frequent.slice(0, MOST_CAUSES),
      };
    },
  };
}

export type RowTally = ReturnType<typeof tallyRows>;
