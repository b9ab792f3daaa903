import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTable } from '../../src/tables/open-table.ts';
import type { Row, Skipped } from '../../src/tables/table.ts';
import { rowsWhere } from '../../src/tables/where.ts';
import { inMemory } from './read-table.ts';

const running = new AbortController().signal;

const REVIEWS = [
  'id,Stars,text,weird "name",active',
  '1,5,Works well,a,true',
  '2,4.5,"It isn\'t bad, is it?",b,false',
  '3,,Broke,c,',
  '4,n/a,Broke twice,,yes',
  '5,12,日本語,e,TRUE',
].join('\n');

async function entriesWhere(condition: string, content = REVIEWS, name = 't.csv', signal = running) {
  const quoted = content.replace('weird "name"', '"weird ""name"""');
  const table = await rowsWhere(await openTable(inMemory(name, quoted), signal), condition, signal);
  const entries: (Row | Skipped)[] = [];
  for await (const entry of table.rows) entries.push(entry);
  return entries;
}

const idsWhere = async (condition: string, content?: string, name?: string) =>
  (await entriesWhere(condition, content, name)).flatMap((entry) =>
    'cells' in entry ? [Number(entry.cells.id)] : [],
  );

describe('which rows fit', () => {
  test.each<[string, number[]]>([
    ["text = 'Broke'", [3]],
    ["text LIKE 'Broke%'", [3, 4]],
    ["text ILIKE '%WELL%' OR id = '2'", [1, 2]],
    ["lower(text) = 'broke' AND id IN ('3', '4')", [3]],
    ['length(text) > 6', [1, 2, 4]],
    ["regexp_matches(text, '[一-龥]')", [5]],
    ["text = 'It isn''t bad, is it?'", [2]],
    // Beside a number a cell is one, and beside text it is text.
    ['Stars > 4', [1, 2, 5]],
    ['stars >= 4.5', [1, 2, 5]],
    ['4.5 = stars', [2]],
    ["stars > '4'", [1, 2, 4]],
    ['stars BETWEEN 4.4 AND 5', [1, 2]],
    ['stars IN (5, 12)', [1, 5]],
    ['stars NOT IN (5, 12)', [2]],
    ['NOT stars > 4.7', [2]],
    ['stars <> 5', [2, 5]],
    ['-TRY_CAST(stars AS DOUBLE) < -10', [5]],
    ['stars::INT = 12', [5]],
    ['stars IS NULL', [3]],
    ['stars IS NOT NULL AND stars IS DISTINCT FROM 5', [2, 4, 5]],
    ["coalesce(stars, '0') = '0'", [3]],
    ['active = true', [1, 4, 5]],
    ['active IS NOT TRUE', [2, 3]],
    ["CASE WHEN stars > 4.7 THEN 'high' ELSE 'low' END = 'high'", [1, 5]],
    ['"weird ""name""" = \'b\'', [2]],
    ['"STARS" = 5', [1]],
    ['id = 3 -- and nothing else', [3]],
    ['id = 3 /* here */ OR id = 5', [3, 5]],
    ['true', [1, 2, 3, 4, 5]],
    ['1 = 2', []],
  ])('%s', async (condition, ids) => {
    expect(await idsWhere(condition)).toEqual(ids);
  });

  test('what JSON has besides text', async () => {
    const rows = [
      { id: 1, n: 7, tags: ['a', 'b'], made: '2024-02-01', o: { k: 1 } },
      { id: 2, n: null, tags: [], made: '2025-01-31' },
      { id: 3, n: 70.5, 'a.b': true },
    ];
    const where = (condition: string) => idsWhere(condition, JSON.stringify(rows), 't.json');
    expect(await where('n < 10')).toEqual([1]);
    expect(await where('n IS NULL')).toEqual([2]);
    expect(await where("made >= DATE '2024-06-01'")).toEqual([2]);
    expect(await where("made < '2024-06-01'")).toEqual([1]);
    expect(await where("json_array_length(tags) = 2 AND (tags->>0) = 'a'")).toEqual([1]);
    expect(await where("(o->>'k') = '1'")).toEqual([1]);
    expect(await where('"a.b"')).toEqual([3]);
  });

  test('columns that differ in case only are told apart', async () => {
    const content = 'id,A,a\n1,x,y\n2,y,x\n';
    expect(await idsWhere("A = 'x'", content)).toEqual([1]);
    expect(await idsWhere("a = 'x'", content)).toEqual([2]);
  });
});

test('rows that do not fit are told, in their order, with what was skipped before', async () => {
  const entries = await entriesWhere("a = 'x'", 'a\nx\n\ny\nx\n');
  expect(entries).toEqual([
    { place: 2, cells: { a: 'x' } },
    { place: 3, skipped: 'blank line' },
    { place: 4, skipped: 'not matched by where' },
    { place: 5, cells: { a: 'x' } },
  ]);
});

test('over many batches it is what a filter in JavaScript is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -9, max: 9 }),
      async (pattern, limit) => {
        const numbers = Array.from({ length: 5_000 }, (_, index) => pattern[index % pattern.length] ?? 0);
        const entries = await entriesWhere(`n > ${limit}`, `n\n${numbers.join('\n')}\n`);
        expect(entries.length).toBe(5_000);
        expect(entries.flatMap((entry) => ('cells' in entry ? [entry.place - 2] : []))).toEqual(
          numbers.flatMap((number, index) => (number > limit ? [index] : [])),
        );
      },
    ),
    { numRuns: 5 },
  );
});

describe('what is refused', () => {
  const secret = join(tmpdir(), 'vertex-batch-where.csv');
  writeFileSync(secret, 'a\nsecret\n');

  test.each<[string, string, string | RegExp]>([
    ['stars >', 'bad_condition', 'not an SQL condition'],
    ['', 'bad_condition', 'not an SQL condition'],
    ['nothing = 1', 'unknown_column', /«nothing».*«id», «Stars», «text», «weird "name"» and «active»/],
    ['star = 1', 'unknown_column', 'columns are «Stars», «id»'],
    ['text = "Broke"', 'unknown_column', "'single quotes'"],
    ['abs(text) = 1', 'bad_condition', /failed.*abs/],
    [`text IN (SELECT a FROM read_csv('${secret}'))`, 'bad_condition', 'a subquery'],
    [`EXISTS (FROM '${secret}')`, 'bad_condition', 'a subquery'],
    [`(SELECT count(*) FROM read_text('${secret}')) > 0`, 'bad_condition', 'a subquery'],
    ['1 = 1) UNION SELECT 1 FROM range(3) WHERE (1 = 1', 'bad_condition', 'more than one condition'],
    ['1 = 1) ORDER BY (i', 'bad_condition', 'more than one condition'],
    ['1 = 1) GROUP BY (i', 'bad_condition', 'more than one condition'],
    ['1 = 1); DROP TABLE batch; SELECT (1', 'bad_condition', /more than one|not an SQL/],
    [`1 = 1); COPY batch TO '${secret}'; --`, 'bad_condition', /more than one|not an SQL/],
    ["read_text('/etc/passwd') IS NULL", 'bad_condition', '«read_text»'],
    ["getenv('HOME') = 'x'", 'bad_condition', '«getenv»'],
    ["length(repeat('x', 2000000000)) > 1", 'bad_condition', '«repeat»'],
    ['random() < 0.5', 'bad_condition', '«random»'],
    ['now() > text', 'bad_condition', '«now»'],
    ['pg_sleep(1000) IS NULL', 'bad_condition', '«pg_sleep»'],
    ['count(*) > 1', 'bad_condition', '«count_star»'],
    ['sum(stars) OVER () > 1', 'bad_condition', 'a window function'],
    ['id = $1', 'bad_condition', 'a parameter'],
    ['COLUMNS(*) = 1', 'bad_condition', '«star»'],
    ['list_value(id).list_transform(lambda x: x) IS NULL', 'bad_condition', /./],
    ['id::VARCHAR[] IS NULL', 'bad_condition', '«LIST»'],
    ['id = 12345678901234567890', 'bad_condition', /15 digits.*single quotes/],
    ['id = 9007199254740993', 'bad_condition', '15 digits'],
    ['id < 1e400', 'bad_condition', 'too large'],
  ])('%s', async (condition, code, message) => {
    await expect(idsWhere(condition)).rejects.toMatchObject({
      name: 'UserError',
      code,
      message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    });
  });
});

test('an abort ends it', async () => {
  const controller = new AbortController();
  const table = await openTable(inMemory('t.csv', `a\n${'x\n'.repeat(100_000)}`), controller.signal);
  const { rows } = await rowsWhere(table, "a = 'x'", controller.signal);
  await expect(async () => {
    for await (const _row of rows) controller.abort(new Error('enough'));
  }).rejects.toThrow('enough');
});
