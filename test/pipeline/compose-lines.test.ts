import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { composeLines, type LinesPlan } from '../../src/pipeline/compose-lines.ts';
import { tallyRows } from '../../src/pipeline/compose-tally.ts';
import { duplicatesWriter, readDuplicates } from '../../src/pipeline/duplicates.ts';
import type { Progress } from '../../src/pipeline/ports.ts';
import { rowKeys } from '../../src/pipeline/row-keys.ts';
import type { Row, Skipped, Table } from '../../src/tables/table.ts';

const tableOf = (texts: readonly (string | undefined)[]): Table => ({
  columns: ['text'],
  unit: 'line',
  rows: {
    async *[Symbol.asyncIterator](): AsyncGenerator<Row | Skipped> {
      for (const [index, text] of texts.entries())
        yield text === undefined
          ? { place: index + 2, skipped: 'blank line' }
          : { place: index + 2, cells: { text } };
    },
  },
  notes: () => [],
});

async function run(texts: readonly (string | undefined)[], rest: Partial<LinesPlan> = {}) {
  const table = tableOf(texts);
  const tally = tallyRows({ prompt: ['text'], all: ['text'] });
  const requestOf: LinesPlan['requestOf'] = ({ cells }) => ({
    contents: [{ role: 'user', parts: [{ text: String(cells.text) }] }],
  });
  const plan: LinesPlan = { table, tally, keys: rowKeys(undefined, table), requestOf, waits: false, ...rest };
  const controller = new AbortController();
  const progress: Progress[] = [];
  const lines: { key: string; text: string; place: string }[] = [];
  for await (const { text, place } of composeLines(plan, {
    signal: controller.signal,
    progress: (step) => progress.push(step),
  })) {
    const { key, request } = JSON.parse(text);
    lines.push({ key, text: request.contents[0].parts[0].text, place });
  }
  return { lines, progress, tally: tally.result() };
}

test('each row is a line with its place, or is told', async () => {
  const { lines, tally } = await run(['a', undefined, 'b', 'c'], { limit: 2 });
  expect(lines).toEqual([
    { key: 'r-000001', text: 'a', place: 'line 2' },
    { key: 'r-000002', text: 'b', place: 'line 4' },
  ]);
  expect(tally).toMatchObject({ rows_in: 4, rows_out: 2, skipped: { count: 2 } });
});

test('requests that take their time are several at work, and come in order', async () => {
  let working = 0;
  let most = 0;
  const texts = Array.from({ length: 30 }, (_, n) => `t${n}`);
  const { lines } = await run(texts, {
    waits: true,
    requestOf: async ({ cells, place }) => {
      most = Math.max(most, ++working);
      for (let turn = 0; turn < ((place * 7) % 5) * 20; turn++) await Promise.resolve();
      working -= 1;
      return { contents: [{ role: 'user', parts: [{ text: String(cells.text) }] }] };
    },
  });
  expect(lines.map(({ text }) => text)).toEqual(texts);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(8);
});

describe('requests that repeat an earlier one', () => {
  const texts = ['a', 'b', 'a', 'a', 'c', 'b'];

  test('are lines too, unless they are to be left out', async () => {
    expect((await run(texts)).lines).toHaveLength(6);
  });

  test('are written down with the first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-lines-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'duplicates.jsonl');
    const duplicates = duplicatesWriter(path);
    const { lines, tally } = await run(texts, { duplicates });
    const left = await duplicates.finish();
    expect(lines.map(({ key, text }) => `${key} ${text}`)).toEqual([
      'r-000001 a',
      'r-000002 b',
      'r-000005 c',
    ]);
    const pairs: string[] = [];
    for await (const { key, duplicateOf } of readDuplicates(path)) pairs.push(`${key} as ${duplicateOf}`);
    expect(pairs).toEqual(['r-000003 as r-000001', 'r-000004 as r-000001', 'r-000006 as r-000002']);
    expect(lines.length + left).toBe(tally.rows_out);
  });
});

test('a long table tells how far it is', async () => {
  const { progress } = await run(Array(10_001).fill('x'));
  expect(progress).toEqual([
    { done: 5_000, message: 'composed 5,000 rows' },
    { done: 10_000, message: 'composed 10,000 rows' },
  ]);
});
