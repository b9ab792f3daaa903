import { seededIds } from '../support/ids.ts';
import type { Row, Skipped, Table } from './table.ts';

export interface Sample {
  rows: number;
  /** The same seed draws the same rows of the same table. */
  seed: number;
}

/**
 * A table with so many of its rows, each as likely as any other, in their order; the others are told as skipped.
 * Reads the table twice instead of holding rows: once to draw their numbers, once to pick them.
 */
export function rowsSampled(table: Table, sample: Sample): Table {
  async function* picked(): AsyncGenerator<Row | Skipped> {
    const drawn = await draw(table, sample);
    let index = 0;
    for await (const entry of table.rows)
      if ('skipped' in entry || drawn.has(index++)) yield entry;
      else yield { place: entry.place, skipped: 'not in the sample' };
  }
  return { ...table, rows: { [Symbol.asyncIterator]: picked } };
}

/** Numbers from 0 of the drawn rows: a reservoir, in which each new row takes the place of an earlier one by chance. */
async function draw({ rows }: Table, { rows: size, seed }: Sample): Promise<Set<number>> {
  const { random } = seededIds(`sample ${seed}`);
  const drawn: number[] = [];
  let seen = 0;
  for await (const entry of rows) {
    if ('skipped' in entry) continue;
    const place = seen < size ? seen : Math.floor(random() * (seen + 1));
    if (place < size) drawn[place] = seen;
    seen += 1;
  }
  return new Set(drawn);
}
