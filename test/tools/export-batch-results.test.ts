import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import readWorkbook from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localFile } from '../../src/tables/local-file.ts';
import { openTable } from '../../src/tables/open-table.ts';
import { makeResults, manyRows, sourceOf } from '../support/results.ts';
import { startSession, type TestSession } from '../support/session.ts';

const RUN = 'run-0123456789';
const MANY = 'run-1111111111';

let session: TestSession;
let allowed: string;
beforeAll(async () => {
  allowed = await realpath(await mkdtemp(join(tmpdir(), 'export-allowed-')));
  session = await startSession({ settings: { allowDirs: [allowed] } });
  await makeResults(session.folder, RUN, {
    source: sourceOf([
      {
        review: 'Works, "well"',
        answer: '{"label":"good"}',
        label: 'good',
        score: 4.5,
        parts: '["a",{"b":1.10}]',
      },
      { review: '=HYPERLINK("http://x")', outcome: 'blocked', parts: 'no JSON' },
      { review: '-5', outcome: 'truncated', answer: 'Line 1\r\n日本語 🎉\u0007', score: -1e-7 },
      { review: '', answer: '@sum _x0041_', label: '+49 170' },
    ]),
  });
  await makeResults(session.folder, MANY, { source: manyRows(5_000) });
});
afterAll(async () => {
  await session.close();
  await rm(allowed, { recursive: true, force: true });
});

const exportTo = (to: string, rest: Record<string, unknown> = {}) =>
  session.call('export_batch_results', { run: RUN, to, ...rest });
const exported = (name: string) => join(session.folder, 'exports', name);
/** The reply without what differs from machine to machine. */
const stable = (text: string) => text.replaceAll(session.folder, 'WORKSPACE');

test('a whole reply', async () => {
  const reply = await exportTo('all.csv');
  expect(stable(reply.text)).toMatchInlineSnapshot(`
    "Wrote 4 rows of 20 columns (571 B). 3 cells that a spreadsheet would have run as formulas begin with an apostrophe now. (Emulated: no Google account, nothing billed.)

    file: WORKSPACE/exports/all.csv
    rows: 4
    bytes: 571
    neutralised_cells: 3"
  `);
});

describe('CSV', () => {
  const COLUMNS = ['customer id', 'review', 'answer', 'label', 'score', 'parts'];

  test('is what RFC 4180 says, and nothing in it calculates', async () => {
    const { data, summary } = await exportTo('some.csv', { columns: COLUMNS });
    const text = await readFile(data.file, 'utf8');
    expect(text).toBe(
      [
        'customer id,review,answer,label,score,parts',
        'c1,"Works, ""well""","{""label"":""good""}",good,4.5,"[""a"",{""b"":1.10}]"',
        `c2,"'=HYPERLINK(""http://x"")",,,,no JSON`,
        'c3,-5,"Line 1\r\n日本語 🎉\u0007",,-1e-7,',
        `c4,"",'@sum _x0041_,'+49 170,,`,
        '',
      ].join('\r\n'),
    );
    expect(parse(text)).toHaveLength(5);
    expect(data).toMatchObject({ rows: 4, bytes: Buffer.byteLength(text), neutralised_cells: 3 });
    expect(summary).toContain(
      '3 cells that a spreadsheet would have run as formulas begin with an apostrophe now.',
    );
  });

  test('has a byte order mark where it is asked for', async () => {
    const { data } = await exportTo('bom.csv', { columns: ['key'], bom: true });
    expect((await readFile(data.file)).subarray(0, 6).toString('hex')).toBe('efbbbf6b6579');
    expect((await exportTo('no-bom.csv', { columns: ['key'] })).data.bytes).toBe(data.bytes - 3);
  });

  test('as TSV and packed', async () => {
    const { data } = await exportTo('some.tsv.gz', { columns: ['key', 'review'] });
    expect(gunzipSync(await readFile(data.file)).toString()).toBe(
      'key\treview\r\nrow-1\t"Works, ""well"""\r\nrow-2\t"\'=HYPERLINK(""http://x"")"\r\nrow-3\t-5\r\nrow-4\t""\r\n',
    );
  });

  test('comes back as it was through compose', async () => {
    await exportTo('again.csv', { columns: ['key', 'review'] });
    const { data } = await session.call('compose_batch_input', {
      source: 'exports/again.csv',
      prompt: '{{review}}',
    });
    expect(data).toMatchObject({ rows: 4, columns: ['«key»', '«review»'], empty_values: { review: 1 } });
  });
});

test('JSONL has typed values, and JSON as JSON, with the digits that it had', async () => {
  const { data } = await exportTo('some.jsonl', {
    columns: ['review', 'score', 'parts', 'prompt_tokens', 'usd'],
  });
  expect(data.neutralised_cells).toBeUndefined();
  expect((await readFile(data.file, 'utf8')).trimEnd().split('\n')).toEqual([
    '{"review":"Works, \\"well\\"","score":4.5,"parts":["a",{"b":1.10}],"prompt_tokens":10,"usd":0.25}',
    '{"review":"=HYPERLINK(\\"http://x\\")","score":null,"parts":"no JSON","prompt_tokens":10,"usd":0.25}',
    '{"review":"-5","score":-1e-7,"parts":null,"prompt_tokens":10,"usd":0.25}',
    '{"review":"","score":null,"parts":null,"prompt_tokens":10,"usd":0.25}',
  ]);
});

describe('XLSX', () => {
  test('is what another library reads: text as text, numbers as numbers', async () => {
    const { data } = await exportTo('some.xlsx', { columns: ['review', 'answer', 'score', 'prompt_tokens'] });
    const [sheet] = await readWorkbook(data.file, { trim: false });
    expect(sheet?.data).toEqual([
      ['review', 'answer', 'score', 'prompt_tokens'],
      ['Works, "well"', '{"label":"good"}', 4.5, 10],
      ['=HYPERLINK("http://x")', null, null, 10],
      ['-5', 'Line 1\r\n日本語 🎉\u0007', -1e-7, 10],
      [null, '@sum _x0041_', null, 10],
    ]);
    expect(data.neutralised_cells).toBeUndefined();
  });

  test('cuts what Excel cannot hold, never inside a character, and says so', async () => {
    await makeResults(session.folder, 'run-2222222222', {
      source: sourceOf([{ review: 'x'.repeat(32_767) }, { review: `${'x'.repeat(32_766)}🎉🎉` }]),
    });
    const { data, summary } = await exportTo('long.xlsx', { run: 'run-2222222222', columns: ['review'] });
    const [sheet] = await readWorkbook(data.file, { trim: false });
    expect(sheet?.data.map(([cell]) => String(cell).length)).toEqual([6, 32_767, 32_766]);
    expect(data.clipped_cells).toBe(1);
    expect(summary).toContain('1 text is cut to the 32,767 characters of an Excel cell.');
  });
});

test('Parquet keeps types and order', async () => {
  const { data } = await exportTo('some.parquet', { columns: ['score', 'review', 'prompt_tokens'] });
  const table = await openTable(
    localFile({ path: data.file, name: 'some.parquet', size: data.bytes }),
    new AbortController().signal,
  );
  const rows = [];
  for await (const row of table.rows) rows.push('cells' in row ? row.cells : row);
  expect(table.columns).toEqual(['score', 'review', 'prompt_tokens']);
  expect(rows).toEqual([
    { score: 4.5, review: 'Works, "well"', prompt_tokens: 10 },
    { score: null, review: '=HYPERLINK("http://x")', prompt_tokens: 10 },
    { score: -1e-7, review: '-5', prompt_tokens: 10 },
    { score: null, review: '', prompt_tokens: 10 },
  ]);
});

describe('which rows', () => {
  const keysWhere = async (where: string, to: string) => {
    const { data, text } = await exportTo(to, { run: MANY, columns: ['KEY'], where });
    expect(data, text).toBeDefined();
    return (await readFile(data.file, 'utf8')).trim().split('\r\n').slice(1);
  };

  test('all, in the order of the input', async () => {
    const keys = await keysWhere('true', 'order.csv');
    expect(keys).toEqual(Array.from({ length: 5_000 }, (_, n) => `row-${n + 1}`));
  });

  test.each<[string, number[]]>([
    ["review = 'review 7'", [7]],
    ["outcome = 'truncated' AND score < 5", [4, 8]],
    ['score BETWEEN 1 AND 2', [2, 3, 4]],
    ["usd > 0 AND label = 'bad' AND score <= 3", [3, 6]],
    ['block_reason IS NOT NULL', []],
  ])('where %s', async (where, rows) => {
    expect(await keysWhere(where, `where-${rows.length}-${rows[0]}.csv`)).toEqual(
      rows.map((n) => `row-${n}`),
    );
  });

  test('none is said, with what there is', async () => {
    const { data, summary, next } = await exportTo('none.parquet', { where: "outcome = 'missing'" });
    expect(data.rows).toBe(0);
    expect(summary).toMatch(/^Wrote 0 rows of 20 columns/);
    expect((await session.call(next!.tool, next!.arguments)).data.rows).toContainEqual(['«ok»', 2]);
  });
});

describe('a file that is there', () => {
  test('is not written over unless that is asked for', async () => {
    await exportTo('once.csv', { columns: ['key'] });
    const before = await readFile(exported('once.csv'));
    for (const to of ['once.csv', 'exports/once.csv', exported('once.csv')]) {
      const again = await exportTo(to, { columns: ['outcome'] });
      expect(again.text).toMatch(/^\[file_exists\].*overwrite: true/);
    }
    expect(await readFile(exported('once.csv'))).toEqual(before);
    const forced = await exportTo('once.csv', { columns: ['outcome'], overwrite: true });
    expect(forced.summary).toMatch(/^Replaced the file with 4 rows/);
    expect(await readFile(exported('once.csv'), 'utf8')).toBe(
      'outcome\r\nok\r\nblocked\r\ntruncated\r\nok\r\n',
    );
  });

  test('of several at once, one makes it, and all of it is there', async () => {
    for (const to of ['race.csv', 'race.parquet']) {
      const replies = await Promise.all([1, 2, 3].map(() => exportTo(to, { run: MANY })));
      expect(replies.filter(({ isError }) => !isError)).toHaveLength(1);
      for (const { text } of replies.filter(({ isError }) => isError))
        expect(text).toMatch(/^\[file_exists\]/);
    }
    expect(parse(await readFile(exported('race.csv')))).toHaveLength(5_001);
  });

  test('stays as it was where the export fails, and nothing else is left', async () => {
    await mkdir(exported('failing'), { recursive: true });
    await writeFile(exported('failing/a.csv'), 'before');
    const failed = await exportTo('failing/a.csv', { overwrite: true, where: 'abs(review) > 1' });
    expect(failed.text).toMatch(/^\[bad_condition\] where failed: «.*abs/);
    expect(await readFile(exported('failing/a.csv'), 'utf8')).toBe('before');
    expect(await readdir(exported('failing'))).toEqual(['a.csv']);
  });
});

describe('where files may go', () => {
  test('folders under exports, and allowed ones', async () => {
    expect((await exportTo('deep/er/a.csv')).data.file).toBe(await realpath(exported('deep/er/a.csv')));
    expect((await exportTo(join(allowed, 'new', 'a.csv'))).data.file).toBe(join(allowed, 'new', 'a.csv'));
  });

  test.each<[string, () => string | Promise<string>]>([
    ['a path upwards', () => '../a.csv'],
    ['a path upwards from exports', () => 'exports/../results/a.csv'],
    ['the results themselves', () => join(session.folder, 'results', RUN, 'rows.parquet')],
    ['another folder', () => join(tmpdir(), 'not-allowed.csv')],
    [
      'a link to another folder',
      async () => {
        await mkdir(exported(''), { recursive: true });
        await symlink(tmpdir(), exported('out'));
        return 'out/not-allowed.csv';
      },
    ],
    [
      'a file that is a link to another',
      async () => {
        await writeFile(join(session.folder, 'precious.csv'), 'precious');
        await symlink(join(session.folder, 'precious.csv'), exported('link.csv'));
        return 'link.csv';
      },
    ],
  ])('not %s', async (_what, path) => {
    const reply = await exportTo(await path(), { overwrite: true });
    expect(reply.text).toMatch(/^\[file_not_allowed\].*exports.*--allow-dir/);
  });

  test('not what the server keeps, where the folder around it is allowed', async () => {
    const around = await startSession({ settings: { allowDirs: [tmpdir()] } });
    await makeResults(around.folder, RUN, { source: manyRows(3) });
    const to = join(around.folder, 'results', RUN, 'rows.parquet');
    const reply = await around.call('export_batch_results', { run: RUN, to, overwrite: true });
    expect(reply.text).toMatch(/^\[file_not_allowed\]/);
    await around.close();
  });

  test('not over a folder', async () => {
    await mkdir(exported('folder.csv'), { recursive: true });
    expect((await exportTo('folder.csv', { overwrite: true })).text).toMatch(/^\[not_a_file\]/);
  });
});

describe('errors', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a.xls', {}, /^\[bad_export\] «a\.xls» does not end like .*\.xlsx/],
    ['a', {}, /^\[bad_export\]/],
    ['a.parquet.gz', {}, /^\[bad_export\] A \.parquet file is packed already/],
    ['a.jsonl', { bom: true }, /^\[bad_export\].*byte order mark/],
    ['a.csv', { columns: ['reviw'] }, /^\[unknown_column\].*«reviw».*columns are «review»/],
    ['a.csv', { columns: ['key', 'KEY'] }, /^\[bad_export\].*«key» is named twice/],
    ['a.csv', { where: 'ouctome = 1' }, /^\[unknown_column\].*«outcome»/],
    ['a.csv', { where: "read_text('/etc/passwd') = ''" }, /^\[bad_condition\]/],
    ['a.csv', { run: 'run-9999999999' }, /^\[results_not_collected\]/],
  ])('%s %o', async (to, rest, said) => {
    const reply = await exportTo(to, rest);
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(said);
    expect(await readdir(exported('')).catch(() => [])).not.toContain('a.csv');
  });
});
