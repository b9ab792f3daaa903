import { describe, expect, test } from 'vitest';
import { openTables } from '../../src/tables/joined.ts';
import type { Row, Skipped } from '../../src/tables/table.ts';
import { inMemory } from './read-table.ts';

const running = new AbortController().signal;

async function join(files: Record<string, string | Uint8Array>) {
  const sources = Object.entries(files).map(([name, content]) => inMemory(name, content));
  const table = await openTables(sources, running);
  const entries: (Row | Skipped)[] = [];
  for await (const entry of table.rows) entries.push(entry);
  return { ...table, entries, notes: table.notes() };
}

test('several files are one table; places are row numbers over all of them', async () => {
  const { columns, unit, entries, notes } = await join({
    'a.csv': 'x,y\n1,2\n\n3,4\n',
    'b.csv': 'y;x\n6;5\n',
    'c.csv': Buffer.from('x,y\n7,\xe9\n', 'latin1'),
  });
  expect({ columns, unit }).toEqual({ columns: ['x', 'y'], unit: 'row' });
  expect(entries).toEqual([
    { place: 1, cells: { x: '1', y: '2' } },
    { place: 2, skipped: 'blank line' },
    { place: 3, cells: { x: '3', y: '4' } },
    { place: 4, cells: { x: '5', y: '6' } },
    { place: 5, cells: { x: '7', y: 'é' } },
  ]);
  expect(notes).toEqual([
    'Rows are counted over 3 objects, in order of name.',
    'Columns are separated by semicolons.',
    'The text is Windows-1252, and was converted.',
  ]);
});

test('one file is itself', async () => {
  const { unit, notes } = await join({ 'a.csv': 'x\n1\n' });
  expect({ unit, notes }).toEqual({ unit: 'line', notes: [] });
});

test('rows of JSON may have members of their own, as within one file', async () => {
  const { entries } = await join({ 'a.jsonl': '{"x":1}\n', 'b.jsonl': '{"y":2}\n' });
  expect(entries).toEqual([
    { place: 1, cells: { x: 1 } },
    { place: 2, cells: { y: 2 } },
  ]);
});

describe('the file that is wrong is named', () => {
  test.each<[string, Record<string, string>, string, RegExp]>([
    ['a column fewer', { 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x\n1\n' }, 'other_columns', /«b.csv».*lacks «y»/],
    [
      'other names',
      { 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x,Y\n1,2\n' },
      'other_columns',
      /lacks «y» and has «Y» besides/,
    ],
    ['a ragged row', { 'a.csv': 'x\n1\n', 'b.csv': 'x\n1\n2,3\n' }, 'ragged_row', /line 3 of «b.csv»/],
    ['no table', { 'a.csv': 'x\n1\n', 'b.txt': 'x' }, 'unsupported_table', /«b.txt»/],
  ])('%s', async (_what, files, code, message) => {
    await expect(join(files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
