import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inMemory, readSource, readTable } from './read-table.ts';

const rows = [
  { a: '1', b: 'x' },
  { a: '2', b: 'é日' },
];

test.each([
  ['t.csv.gz', 'a,b\n1,x\n2,é日\n'],
  ['T.TSV.GZ', 'a\tb\n1\tx\n2\té日\n'],
  ['t.jsonl.gz', '{"a":"1","b":"x"}\n{"a":"2","b":"é日"}\n'],
  ['t.json.gz', JSON.stringify(rows)],
])('%s', async (name, content) => {
  for (const chunkBytes of [1, 7, 1 << 20])
    expect((await readSource(inMemory(name, gzipSync(content), chunkBytes))).cells).toEqual(rows);
});

test('several members are one file, as gzip has it', async () => {
  const { cells } = await readTable('t.csv.gz', Buffer.concat([gzipSync('a\n1\n'), gzipSync('2\n')]));
  expect(cells).toEqual([{ a: '1' }, { a: '2' }]);
});

describe('what is wrong', () => {
  test.each<[string, string, Uint8Array, string]>([
    ['no gzip file', 't.csv.gz', Buffer.from('a\n1\n'), 'bad_gzip'],
    ['cut off', 't.csv.gz', gzipSync('a\n1\n').subarray(0, -9), 'bad_gzip'],
    ['a row that is ragged', 't.csv.gz', gzipSync('a\n1,2\n'), 'ragged_row'],
    [
      'a byte that is no character',
      't.jsonl.gz',
      gzipSync(Buffer.from('{"a":"\xe9"}', 'latin1')),
      'invalid_utf8',
    ],
    ['a form that is packed itself', 't.parquet.gz', gzipSync('x'), 'unsupported_table'],
    ['no table inside', 't.gz', gzipSync('x'), 'unsupported_table'],
  ])('%s', async (_what, name, content, code) => {
    await expect(readTable(name, content)).rejects.toMatchObject({ name: 'UserError', code });
  });

  test('a file that was made to fill a disk', async () => {
    const line = Buffer.from(`${'x'.repeat(999)}\n`);
    const bomb = gzipSync(Buffer.concat([Buffer.from('a\n'), ...Array.from({ length: 70_000 }, () => line)]));
    await expect(readTable('t.csv.gz', bomb)).rejects.toMatchObject({ code: 'too_compressed' });
  });
});
