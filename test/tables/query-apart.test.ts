import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { askApart, QUERY_LIMITS } from '../../src/tables/query-apart.ts';
import { makeResults, manyRows } from '../support/results.ts';

let folder: string;
let rows: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'query-apart-'));
  const source = manyRows(40_000, "repeat(md5(n::VARCHAR) || ' ', 60)");
  rows = join(await makeResults(folder, 'run-0123456789', { source }), 'rows.parquet');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const ask = (sql: string, limits: Partial<typeof QUERY_LIMITS> = {}, signal = never) =>
  askApart(
    { files: [{ table: 'rows', path: rows }], views: [], sql, rows: 50, spill: join(folder, 'spill') },
    signal,
    { ...QUERY_LIMITS, ...limits },
  );

test('an answer, and an error, come back as they are', async () => {
  expect(await ask('SELECT count(*) AS n, min(key) AS k FROM rows')).toEqual({
    columns: [
      { name: 'n', type: 'BIGINT' },
      { name: 'k', type: 'VARCHAR' },
    ],
    rows: [[40_000, { text: 'row-1', length: 5 }]],
    more: false,
  });
  await expect(ask('SELECT nothing FROM rows')).rejects.toMatchObject({
    name: 'UserError',
    code: 'unknown_column',
    what: 'There is no column «nothing».',
    fix: expect.stringContaining('double quotes'),
  });
});

describe('what takes too long is stopped', () => {
  test.each([
    ['a join of billions', 'SELECT count(*) FROM rows a, rows b, rows c WHERE a.usd + b.usd < c.usd'],
    ['a series without an end', 'SELECT count(*) FROM generate_series(1, 1000000000000)'],
    [
      'a recursion without an end',
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r',
    ],
    // One call that takes minutes, and cannot be interrupted.
    [
      'one long step',
      "SELECT levenshtein(string_agg(answer, ''), string_agg(answer, '-')) FROM (FROM rows LIMIT 500)",
    ],
  ])('%s', async (_what, sql) => {
    await expect(ask(sql, { seconds: 2 })).rejects.toMatchObject({
      code: 'query_too_slow',
      what: expect.stringContaining('2 s'),
    });
  });
});

describe('what takes too much is stopped', () => {
  test.each([
    // Counted by the engine.
    ['a list of everything', 'SELECT list(a.answer) FROM rows a, rows b'],
    ['a text of everything', "SELECT string_agg(a.answer, '') FROM rows a, rows b"],
    // Counted by nobody but the process.
    [
      'texts that double',
      "WITH RECURSIVE r AS (SELECT 'xxxxxxxxxx' AS s, 1 AS n UNION ALL SELECT s || s, n + 1 FROM r WHERE n < 40) SELECT max(length(s)) FROM r",
    ],
    ['texts inside texts', "SELECT length(replace(replace(answer, 'a', answer), 'b', answer)) FROM rows"],
    ['a reply of gigabytes', "SELECT replace(replace(answer, 'a', answer), 'b', answer) FROM rows"],
  ])('%s', async (_what, sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ code: 'query_too_large' });
  });

  test('a reply of many long texts comes cut', async () => {
    const { rows: answered } = (await ask('SELECT answer || answer || answer AS a FROM rows')) as {
      rows: { text: string; length: number }[][];
    };
    expect(answered).toHaveLength(50);
    expect(answered[0]?.[0]?.length).toBe(60 * 33 * 3);
  });
});

test('what is large is grouped and sorted, and nothing is left behind', async () => {
  const seen = (await ask('SELECT count(*) AS n FROM (SELECT DISTINCT answer FROM rows)')) as {
    rows: unknown[][];
  };
  expect(seen.rows).toEqual([[40_000]]);
  const sorted = (await ask('SELECT key, answer FROM rows ORDER BY answer')) as { more: boolean };
  expect(sorted.more).toBe(true);
  expect(await readdir(folder)).toEqual(['results']);
});

describe('an abort', () => {
  test('ends the process', async () => {
    const controller = new AbortController();
    const asked = ask('SELECT count(*) FROM generate_series(1, 1000000000000)', {}, controller.signal);
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(asked).rejects.toThrow('enough');
  });

  test('before it starts none', async () => {
    await expect(ask('SELECT 1', {}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe.skipIf(process.platform === 'win32')(
  'where no process can be started, the answer comes from this one',
  () => {
    const node = process.execPath;
    afterEach(() => {
      process.execPath = node;
    });

    test.each(['/bin/false', '/nowhere/node'])('%s', async (path) => {
      process.execPath = path;
      expect(await ask('SELECT count(*) FROM rows')).toMatchObject({ rows: [[40_000]] });
      await expect(
        ask('SELECT count(*) FROM generate_series(1, 1000000000000)', { seconds: 1 }),
      ).rejects.toMatchObject({ code: 'query_too_slow' });
      const controller = new AbortController();
      const asked = ask('SELECT count(*) FROM generate_series(1, 1000000000000)', {}, controller.signal);
      setImmediate(() => controller.abort(new Error('enough')));
      await expect(asked).rejects.toThrow('enough');
    });
  },
);
