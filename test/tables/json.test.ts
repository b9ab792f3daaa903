import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { localFile } from '../../src/tables/local-file.ts';
import { openTable } from '../../src/tables/open-table.ts';
import { inMemory, readSource, readTable } from './read-table.ts';

const signal = new AbortController().signal;

test('JSONL: columns are the members of the first rows, in the order they occur', async () => {
  const { columns, cells, unit } = await readTable(
    't.jsonl',
    '{"a":1,"b":null}\r\n{"c":[1,{"d":"x"}],"a":true}\n',
  );
  expect(columns).toEqual(['a', 'b', 'c']);
  expect(cells).toEqual([
    { a: 1, b: null },
    { c: [1, { d: 'x' }], a: true },
  ]);
  expect(unit).toBe('line');
});

test('JSON: an array of objects', async () => {
  const { columns, places, unit } = await readTable('t.json', '\uFEFF[{"a":1},\n{"b":2}]');
  expect([columns, places, unit]).toEqual([['a', 'b'], [1, 2], 'item']);
});

test('JSONL: blank lines between rows are told, those at the end are not', async () => {
  const { places, skipped } = await readTable('t.ndjson', '{"a":1}\n\n  \n{"a":2}\n\n\n');
  expect(places).toEqual([1, 4]);
  expect(skipped.map(({ place }) => place)).toEqual([2, 3]);
});

test('JSONL: rows longer than a chunk stay whole', async () => {
  const rows = ['日', 'ß', 'x'].map((letter) => ({ text: letter.repeat(800_000) }));
  const { cells } = await readTable('t.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  expect(cells.every((row, index) => row.text === rows[index]!.text)).toBe(true);
});

test('both: any objects come back as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }), async (rows) => {
      const expected = JSON.parse(JSON.stringify(rows));
      const lines = await readTable('t.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
      const array = await readTable('t.json', JSON.stringify(rows, null, 1));
      expect(lines.cells).toEqual(expected);
      expect(array.cells).toEqual(expected);
      expect(lines.columns).toEqual(array.columns);
    }),
    { numRuns: 50 },
  );
});

test('a JSON array is read item by item, wherever chunks cut it', async () => {
  const rows = [{ a: 'x]},"\\' }, { 'b{"': [[], {}, '\\"'], c: { d: [1, 'é😀'] } }, {}, { e: '"' }];
  for (const text of [JSON.stringify(rows), ` \n${JSON.stringify(rows, null, '\t')} \n`])
    for (const chunkBytes of [1, 2, 3, 7])
      expect((await readSource(inMemory('t.json', text, chunkBytes))).cells).toEqual(rows);
});

test('PowerShell writes JSON as UTF-16, and it is read', async () => {
  const { cells, notes } = await readTable(
    't.jsonl',
    Buffer.from('\uFEFF{"a":"日"}\r\n{"a":"ß"}\r\n', 'utf16le'),
  );
  expect(cells).toEqual([{ a: '日' }, { a: 'ß' }]);
  expect(notes).toEqual([expect.stringContaining('UTF-16')]);
});

describe('what is wrong is named with its place', () => {
  test.each<[string, string, string | Uint8Array, string, string]>([
    ['a line that is cut', 't.jsonl', '{"a":1}\n{"a":\n', 'bad_json_line', 'Line 2 '],
    ['an array in a .jsonl', 't.jsonl', '[{"a":1},\n{"a":2}]\n', 'bad_json_line', 'rename the file to .json'],
    [
      'a line that is no object',
      't.jsonl',
      '{"a":1}\n\n[1]\n',
      'not_an_object',
      'Line 3 of «t.jsonl» is an array',
    ],
    [
      'a line in another encoding',
      't.jsonl',
      Buffer.from('{"a":1}\n{"a":"\xe9"}\n', 'latin1'),
      'invalid_utf8',
      'line 2 ',
    ],
    ['no rows', 't.jsonl', '\n\n', 'no_rows', 'no rows'],
    ['an array cut off', 't.json', '[{"a":1},', 'bad_json', 'is not JSON'],
    ['an array without its end', 't.json', '[{"a":1}', 'bad_json', 'breaks off at item 1'],
    ['an item without its comma', 't.json', '[{"a":1} {"b":2}]', 'bad_json', 'item 1'],
    ['a comma at the end', 't.json', '[{"a":1},]', 'bad_json', 'is not JSON'],
    ['brackets that do not meet', 't.json', '[{"a":[1}]', 'bad_json', 'is not JSON'],
    ['a brace for a bracket', 't.json', '[{"a":1}}', 'bad_json', 'is not JSON'],
    ['more than one array', 't.json', '[{"a":1}]\n[{"a":2}]', 'bad_json', 'behind the array'],
    ['a CSV in a .json', 't.json', 'a,b\n1,2\n', 'bad_json', '«a,b»'],
    ['one number', 't.json', '12', 'not_an_array', 'jq .rows'],
    ['a long object around the rows', 't.json', '{\n "rows": [{"a":1}]\n}', 'not_an_array', 'jq .rows'],
    ['JSONL in a .json', 't.json', '{"a":1}\n{"a":2}\n', 'bad_json', 'rename it to .jsonl'],
    ['an object around the rows', 't.json', '{"rows":[{"a":1}]}', 'not_an_array', 'jq .rows'],
    ['an item that is no object', 't.json', '[{"a":1},null]', 'not_an_object', 'Item 2 of «t.json» is null'],
    ['an empty array', 't.json', '[]', 'no_rows', 'empty array'],
    [
      'an unknown extension',
      't.xml',
      '<a/>',
      'unsupported_table',
      '.csv, .tsv, .json, .jsonl, .ndjson, .parquet and .xlsx',
    ],
  ])('%s', async (_what, name, content, code, message) => {
    await expect(readTable(name, content)).rejects.toMatchObject({
      name: 'UserError',
      code,
      message: expect.stringContaining(message),
    });
  });

  test('a line too long to be a row', async () => {
    const line = Buffer.alloc(34_000_000, 'x');
    await expect(readTable('t.jsonl', line)).rejects.toMatchObject({ code: 'row_too_long' });
    await expect(readTable('t.csv', Buffer.concat([Buffer.from('a,b\n1,"'), line]))).rejects.toMatchObject({
      code: 'row_too_long',
      message: expect.stringContaining('line 2 '),
    });
  });
});

test('rows can be read twice', async () => {
  const path = new URL('../../node_modules/vega-datasets/data/airports.csv', import.meta.url).pathname;
  const table = await openTable(localFile({ path, name: 'airports.csv', size: 1 }), signal);
  const counts = [0, 0];
  for await (const _row of table.rows) counts[0]! += 1;
  for await (const _row of table.rows) counts[1]! += 1;
  expect(counts).toEqual([3376, 3376]);
});
