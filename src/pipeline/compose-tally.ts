import type { Row, Skipped } from '../tables/table.ts';
import type { Manifest } from './manifest.ts';
import { cellOf } from './template.ts';

export type Tally = Pick<
  Manifest,
  'rows_in' | 'rows_out' | 'skipped' | 'empty_values' | 'rows_without_values' | 'rounded_numbers'
>;

const MOST_SKIPPED_NAMED = 20;

/** Counts what happens to each row on its way, so that every row of the source is accounted for. */
export function tallyRows(columns: { prompt: readonly string[]; all: readonly string[] }) {
  const first: Tally['skipped']['first'] = [];
  const reasons = new Map<string, number>();
  const empty = new Map<string, number>();
  const rounded = new Map<string, number>();
  let taken = 0;
  let skipped = 0;
  let withoutValues = 0;
  return {
    taken: () => taken,
    skip: ({ place, skipped: reason }: Skipped) => {
      skipped += 1;
      increment(reasons, reason);
      if (first.length < MOST_SKIPPED_NAMED) first.push({ place, reason });
    },
    take: ({ cells }: Row) => {
      taken += 1;
      for (const column of columns.all) {
        if (isEmpty(cells, column)) increment(empty, column);
        if (isRounded(cells, column)) increment(rounded, column);
      }
      if (columns.prompt.length > 0 && columns.prompt.every((column) => isEmpty(cells, column)))
        withoutValues += 1;
    },
    result: (): Tally => ({
      rows_in: taken + skipped,
      rows_out: taken,
      skipped: { count: skipped, by_reason: Object.fromEntries(reasons), first },
      empty_values: Object.fromEntries(empty),
      rows_without_values: withoutValues,
      rounded_numbers: Object.fromEntries(rounded),
    }),
  };
}

const increment = (counts: Map<string, number>, name: string) =>
  counts.set(name, (counts.get(name) ?? 0) + 1);

function isEmpty(cells: Row['cells'], column: string): boolean {
  const value = cellOf(cells, column);
  return value === undefined || value === null || value === '';
}

function isRounded(cells: Row['cells'], column: string): boolean {
  const value = cellOf(cells, column);
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}
