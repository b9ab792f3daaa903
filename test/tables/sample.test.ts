import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTable } from '../../src/tables/open-table.ts';
import { rowsSampled } from '../../src/tables/sample.ts';
import type { Row, Skipped } from '../../src/tables/table.ts';
import { inMemory } from './read-table.ts';

const running = new AbortController().signal;

async function draw(rowCount: number, rows: number, seed: number, between = '') {
  const lines = Array.from({ length: rowCount }, (_, index) => `${index}\n${between}`);
  const table = rowsSampled(await openTable(inMemory('t.csv', `n\n${lines.join('')}end\n`), running), {
    rows,
    seed,
  });
  const entries: (Row | Skipped)[] = [];
  for await (const entry of table.rows) entries.push(entry);
  return entries;
}

const drawn = (entries: readonly (Row | Skipped)[]) =>
  entries.flatMap((entry) => ('cells' in entry ? [String(entry.cells.n)] : []));

test('as many rows as asked for, in their order, and every entry is there once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(60),
      fc.integer({ min: 1, max: 70 }),
      fc.integer(),
      async (rowCount, rows, seed) => {
        const entries = await draw(rowCount, rows, seed, '\n');
        expect(entries.map(({ place }) => place)).toEqual(Array.from(entries, (_entry, index) => index + 2));
        expect(entries.length).toBe(2 * rowCount + 1);
        expect(drawn(entries).length).toBe(Math.min(rows, rowCount + 1));
        expect(entries.filter((entry) => 'skipped' in entry && entry.skipped === 'blank line').length).toBe(
          rowCount,
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('the same seed draws the same rows, another seed others', async () => {
  const first = drawn(await draw(1_000, 20, 7));
  expect(drawn(await draw(1_000, 20, 7))).toEqual(first);
  expect(drawn(await draw(1_000, 20, 8))).not.toEqual(first);
});

test('every row is as likely as any other', async () => {
  const times = new Map<string, number>();
  for (let seed = 0; seed < 2_000; seed++)
    for (const row of drawn(await draw(19, 5, seed))) times.set(row, (times.get(row) ?? 0) + 1);
  expect(times.size).toBe(20);
  // 2,000 × 5 ÷ 20, with a standard deviation of 19.
  for (const count of times.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
});

describe('a table smaller than the sample', () => {
  test('is all of it', async () => {
    expect(drawn(await draw(3, 10, 1))).toEqual(['0', '1', '2', 'end']);
  });
});
