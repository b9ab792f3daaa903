import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query, QueryAnswer } from '../../src/tables/query.ts';
import { answerQuery } from '../../src/tables/query-engine.ts';
import { mayCall } from '../../src/tables/query-words.ts';
import { openSandbox, textLiteral } from '../../src/tables/sandbox.ts';
import { makeResults, manyRows } from '../support/results.ts';

const running = new AbortController().signal;
/** With what a careless path would break on. */
const folder = mkdtempSync(join(tmpdir(), "query [a]*'s=1 "));
const secret = join(folder, 'secret.csv');

let rows: string;
beforeAll(async () => {
  writeFileSync(secret, 'a\nsecret\n');
  rows = join(await makeResults(folder, 'run-0123456789', { source: manyRows(3_000) }), 'rows.parquet');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const task = (sql: string, most = 5): Query => ({
  files: [{ table: 'rows', path: rows }],
  views: [{ table: 'input', select: 'SELECT key, review FROM rows' }],
  sql,
  rows: most,
  spill: '',
});
const ask = async (sql: string, most?: number) =>
  (await answerQuery(task(sql, most), running)) as QueryAnswer;
const said = (text: string) => ({ text, length: text.length });
/** Cells with their text bare. */
const cells = async (sql: string) =>
  (await ask(sql)).rows.map((row) =>
    row.map((cell) => (typeof cell === 'object' && cell ? cell.text : cell)),
  );

describe('what is answered', () => {
  test.each<[string, unknown[][]]>([
    ['SELECT count(*) FROM rows', [[3000]]],
    ['FROM rows SELECT count(*) ;', [[3000]]],
    ['SELECT count(*) FROM rows; -- all of them', [[3000]]],
    ['-- all\nSELECT count(*) /* of them */ FROM rows', [[3000]]],
    ["SELECT ';' || '--' || 'DROP TABLE rows'", [[';--DROP TABLE rows']]],
    [
      'SELECT label, count(*) FROM rows GROUP BY ALL ORDER BY 2 DESC',
      [
        ['good', 2000],
        ['bad', 1000],
      ],
    ],
    ["SELECT count(*) FILTER (outcome <> 'ok'), avg(score), sum(usd) FROM rows", [[750, 750.25, 750]]],
    ['WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT y FROM b', [[2]]],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT max(n) FROM r',
      [[9]],
    ],
    ['SELECT a.key FROM rows a JOIN input b USING (key) WHERE a.score = 2', [['row-4']]],
    ['SELECT key, rank() OVER (ORDER BY score DESC) AS r FROM rows QUALIFY r = 1', [['row-3000', 1]]],
    ["SELECT count(*) FROM rows WHERE key IN (SELECT key FROM rows WHERE label = 'bad')", [[1000]]],
    ["SELECT json_extract_string('{\"a\":[1,2]}', '$.a[1]')", [['2']]],
    [
      'SELECT list_transform([1, 2], x -> x + 1), [x * 2 FOR x IN [1, 2]], {a: 1}.a',
      [['[2, 3]', '[2, 4]', 1]],
    ],
    ['SELECT max(i) FROM range(10) t(i)', [[9]]],
    ['SELECT unnest([1, 2]) AS u', [[1], [2]]],
    ['SELECT quantile_cont(score, 0.5), regr_slope(score, score) FROM rows', [[750.25, 1]]],
    ["SELECT min(COLUMNS(c -> c LIKE '%_tokens')) FROM rows", [[10, 0, 5, 2, 0]]],
    ["SELECT date_trunc('month', DATE '2026-11-22')", [['2026-11-01 00:00:00']]],
    [
      'SELECT 9007199254740993, 1.5::DECIMAL(4,2), 1/0, NULL, true',
      [['9007199254740993', 1.5, 'Infinity', null, true]],
    ],
    [
      "SELECT * FROM (SELECT outcome, usd FROM rows) PIVOT (count(*) FOR outcome IN ('ok', 'truncated'))",
      [[0.25, 2250, 750]],
    ],
  ])('%s', async (sql, expected) => {
    expect(await cells(sql)).toEqual(expected);
  });

  test('columns with their types, in the words of the engine', async () => {
    const { columns } = await ask('SELECT key, usd, count(*) AS n, parts::JSON AS j FROM rows GROUP BY ALL');
    expect(columns).toEqual([
      { name: 'key', type: 'VARCHAR' },
      { name: 'usd', type: 'DOUBLE' },
      { name: 'n', type: 'BIGINT' },
      { name: 'j', type: 'JSON' },
    ]);
  });

  test('as many rows as are wanted, and whether there are more', async () => {
    expect(await ask('SELECT key FROM rows', 5)).toMatchObject({ more: true, rows: { length: 5 } });
    expect(await ask('SELECT key FROM rows LIMIT 5', 5)).toMatchObject({ more: false, rows: { length: 5 } });
    expect(await ask('SELECT key FROM rows; -- b', 5)).toMatchObject({ more: true, rows: { length: 5 } });
    expect(await ask('SELECT key FROM rows ORDER BY score DESC', 1)).toMatchObject({
      more: true,
      rows: [[said('row-3000')]],
    });
    expect(await ask('SELECT key FROM rows', 3000)).toMatchObject({ more: false, rows: { length: 3000 } });
  });

  test('long texts come cut, with the length that they have', async () => {
    const { rows } = await ask("SELECT string_agg('abcdefghij', '') FROM rows");
    expect(rows[0]?.[0]).toEqual({ length: 30_000, text: 'abcdefghij'.repeat(2_400) });
  });

  test('without a statement, the tables with their columns and rows', async () => {
    expect(await answerQuery({ ...task(''), sql: undefined }, running)).toMatchObject([
      { table: 'rows', rows: 3000, columns: expect.arrayContaining([{ name: 'usd', type: 'DOUBLE' }]) },
      { table: 'input', rows: 3000, columns: [{ name: 'key' }, { name: 'review' }] },
    ]);
  });
});

const q = (path: () => string) => () => textLiteral(path());
const file = q(() => secret);

describe('what is refused', () => {
  test.each<[string, () => string, string, string | RegExp]>([
    // Files.
    ['read_csv', () => `SELECT * FROM read_csv(${file()})`, 'query_refused', '«read_csv()»'],
    ['read_text', () => `SELECT * FROM read_text(${file()})`, 'query_refused', '«read_text()»'],
    ['read_parquet', () => `FROM read_parquet(${textLiteral(rows)})`, 'query_refused', '«read_parquet()»'],
    ['glob', () => "SELECT * FROM glob('/etc/*')", 'query_refused', '«glob()»'],
    ['a file as a table', () => `SELECT * FROM ${file()}`, 'unknown_table', 'files cannot be read'],
    ['a file as a name', () => 'SELECT * FROM "/etc/passwd"', 'unknown_table', '«/etc/passwd»'],
    ['a URL', () => "FROM 'https://example.com/a.csv'", 'unknown_table', 'files cannot be read'],
    ['a subquery of one', () => `SELECT (SELECT a FROM ${file()})`, 'unknown_table', 'files'],
    ['one in WITH', () => `WITH t AS (FROM read_csv(${file()})) FROM t`, 'query_refused', '«read_csv()»'],
    [
      'one in a lateral join',
      () => `FROM rows, LATERAL (FROM read_text(key))`,
      'query_refused',
      '«read_text()»',
    ],
    ['one by another name', () => `FROM "main"."read_csv"(${file()})`, 'query_refused', '«read_csv()»'],
    ['a scan by pointer', () => 'FROM arrow_scan(1, 2, 3)', 'query_refused', '«arrow_scan()»'],
    // Other statements.
    ['COPY', () => `COPY rows TO ${file()}`, 'query_refused', 'not a SELECT'],
    ['COPY of a query', () => `COPY (SELECT 1) TO ${file()}`, 'query_refused', 'not a SELECT'],
    ['EXPORT', () => `EXPORT DATABASE '/tmp/x'`, 'query_refused', 'not a SELECT'],
    ['ATTACH', () => `ATTACH '/tmp/x.db'`, 'query_refused', 'not a SELECT'],
    ['INSTALL', () => 'INSTALL httpfs', 'query_refused', 'not a SELECT'],
    ['LOAD', () => 'LOAD httpfs', 'query_refused', 'not a SELECT'],
    ['SET', () => "SET memory_limit = '100GB'", 'query_refused', 'not a SELECT'],
    ['RESET', () => 'RESET memory_limit', 'query_refused', 'not a SELECT'],
    ['PRAGMA', () => 'PRAGMA database_list', 'query_refused', 'not a SELECT'],
    ['CALL', () => 'CALL pragma_version()', 'query_refused', 'not a SELECT'],
    ['CREATE', () => 'CREATE TABLE t AS SELECT 1', 'query_refused', 'not a SELECT'],
    [
      'CREATE MACRO',
      () => "CREATE MACRO f() AS TABLE FROM read_text('/etc/passwd')",
      'query_refused',
      'not a SELECT',
    ],
    ['INSERT', () => 'INSERT INTO rows VALUES (1)', 'query_refused', 'not a SELECT'],
    ['UPDATE', () => 'UPDATE rows SET usd = 0', 'query_refused', 'not a SELECT'],
    ['DELETE', () => 'DELETE FROM rows', 'query_refused', 'not a SELECT'],
    ['DROP', () => 'DROP VIEW rows', 'query_refused', 'not a SELECT'],
    ['EXPLAIN ANALYZE', () => 'EXPLAIN ANALYZE SELECT 1', 'query_refused', 'not a SELECT'],
    ['PREPARE', () => 'PREPARE p AS SELECT 1', 'query_refused', 'not a SELECT'],
    ['BEGIN', () => 'BEGIN', 'query_refused', 'not a SELECT'],
    ['PIVOT, which is several', () => 'PIVOT rows ON outcome USING count(*)', 'query_refused', 'FILTER'],
    ['two', () => 'SELECT 1; SELECT 2', 'query_refused', 'more than one'],
    ['none', () => ' ; -- nothing', 'query_refused', 'or none'],
    [
      'a second behind a comment',
      () => 'SELECT 1 /* ; */ ; DROP VIEW rows --',
      'query_refused',
      'not a SELECT',
    ],
    ['one that changes inside', () => 'WITH x AS (DELETE FROM rows RETURNING *) FROM x', 'bad_sql', 'CTE'],
    ['SELECT INTO', () => 'SELECT * INTO t FROM rows', 'bad_sql', 'INTO'],
    // What tells of the engine.
    ['settings', () => 'FROM duckdb_settings()', 'query_refused', '«duckdb_settings()»'],
    ['databases', () => 'FROM duckdb_databases()', 'query_refused', '«duckdb_databases()»'],
    ['secrets', () => 'FROM duckdb_secrets()', 'query_refused', '«duckdb_secrets()»'],
    ['views', () => 'SELECT sql FROM duckdb_views()', 'query_refused', '«duckdb_views()»'],
    ['the view of views', () => 'SELECT sql FROM duckdb_views', 'unknown_table', '«duckdb_views»'],
    ['the master', () => 'FROM sqlite_master', 'unknown_table', '«sqlite_master»'],
    ['the catalog', () => 'FROM information_schema.tables', 'unknown_table', '«information_schema.tables»'],
    ['pg_catalog', () => 'FROM pg_catalog.pg_views', 'unknown_table', '«pg_catalog.pg_views»'],
    [
      'a name that only looks like one of WITH',
      () => 'WITH a AS (FROM duckdb_views), duckdb_views AS (SELECT 1) FROM a',
      'unknown_table',
      '«duckdb_views»',
    ],
    [
      'a name of another WITH',
      () =>
        'SELECT (WITH duckdb_views AS (SELECT 1 AS x) SELECT x FROM duckdb_views), (SELECT count(*) FROM duckdb_views)',
      'unknown_table',
      '«duckdb_views»',
    ],
    ['a setting', () => "SELECT current_setting('allowed_paths')", 'query_refused', '«current_setting()»'],
    ['a variable', () => "SELECT getvariable('a')", 'query_refused', '«getvariable()»'],
    ['the environment', () => "SELECT getenv('HOME')", 'query_refused', '«getenv()»'],
    ['a plan', () => "SELECT json_serialize_plan('FROM rows')", 'query_refused', '«json_serialize_plan()»'],
    ['the definition of a view', () => 'SELECT pg_get_viewdef(1)', 'query_refused', '«pg_get_viewdef()»'],
    ['the log', () => "SELECT write_log('a')", 'query_refused', '«write_log()»'],
    ['SHOW', () => 'SHOW TABLES', 'query_refused', 'SHOW'],
    ['SHOW ALL TABLES', () => 'SHOW ALL TABLES', 'query_refused', 'SHOW'],
    // SQL in texts.
    ['query', () => `FROM query('FROM read_text(''/etc/passwd'')')`, 'query_refused', '«query()»'],
    ['query_table', () => `FROM query_table(${file()})`, 'query_refused', '«query_table()»'],
    [
      'a serialized statement',
      () => "FROM json_execute_serialized_sql('{}')",
      'query_refused',
      '«json_execute_serialized_sql()»',
    ],
    // What waits or grows.
    ['pg_sleep', () => 'SELECT pg_sleep(1000)', 'query_refused', '«pg_sleep()»'],
    ['sleep_ms', () => 'SELECT sleep_ms(1000)', 'query_refused', '«sleep_ms()»'],
    ['repeat', () => "SELECT repeat('x', 1000000000)", 'query_refused', '«repeat()»'],
    ['rpad', () => "SELECT rpad('x', 1000000000, 'x')", 'query_refused', '«rpad()»'],
    ['list_resize', () => 'SELECT list_resize([1], 1000000000)', 'query_refused', '«list_resize()»'],
    ['a list of all numbers', () => 'SELECT range(1000000000000)', 'query_refused', '«range()»'],
    ['repeat_row', () => "FROM repeat_row('x', num_rows = 1000000000)", 'query_refused', '«repeat_row()»'],
    // What has no meaning.
    ['a parameter', () => 'SELECT $1', 'query_refused', '«PARAMETER»'],
    ['a number beyond JSON', () => 'SELECT 1e400', 'query_refused', 'too large'],
    [
      'brackets without end',
      () => `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
      'bad_sql',
      /memory exhausted|syntax/,
    ],
    ['depth without end', () => `SELECT 1${' + 1'.repeat(5_000)}`, 'bad_sql', 'depth'],
    ['length without end', () => `SELECT '${'x'.repeat(50_000)}'`, 'query_refused', '50,009 characters'],
    ['a slip', () => 'SELEC count(*) FROM rows', 'bad_sql', '«syntax error at or near "SELEC"»'],
  ])('%s', async (_what, sql, code, message) => {
    await expect(ask(sql())).rejects.toMatchObject({
      name: 'UserError',
      code,
      message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    });
  });
});

describe('what is wrong is said with what would be right', () => {
  test.each<[string, string, string | RegExp]>([
    [
      'SELECT ouctome FROM rows',
      'unknown_column',
      /«ouctome». rows has «outcome», .*; input has «key» and «review»/,
    ],
    ['SELECT r.sore FROM rows r', 'unknown_column', /«sore». rows has «score»/],
    ['SELECT key FROM row', 'unknown_table', 'There are rows and input;'],
    ['SELECT key FROM rows WHERE answer > 4', 'query_failed', /Columns of the source are text\. .*TRY_CAST/],
    ['SELECT avg(review) FROM rows', 'query_failed', /avg\(VARCHAR\).*TRY_CAST/],
    ['SELECT review::INTEGER FROM rows', 'query_failed', /«Could not convert string 'review 1'.*TRY_CAST/],
    ['SELECT max(count(*)) FROM rows', 'query_failed', 'aggregate'],
  ])('%s', async (sql, code, message) => {
    const error = await ask(sql).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'UserError', code });
    expect(error.message).toMatch(message);
    // Nobody learns where things are, or reads a page.
    expect(error.message).not.toContain(folder);
    expect(error.message.length).toBeLessThan(900);
  });

  test('a table that cannot be read', async () => {
    const broken = join(folder, 'broken.parquet');
    writeFileSync(broken, 'PAR1 no');
    const files = [{ table: 'rows', path: broken }];
    await expect(answerQuery({ ...task('FROM rows'), files, views: [] }, running)).rejects.toMatchObject({
      code: 'results_unreadable',
    });
  });
});

/** Without the look at the tree: each of two bars is enough. */
describe('the lock by itself keeps out', () => {
  test.each<[string, () => string]>([
    ['another file', () => `FROM ${file()}`],
    ['its text', () => `FROM read_text(${file()})`],
    ['a folder', () => "FROM glob('/etc/*')"],
    ['writing', () => `COPY (SELECT 1) TO ${textLiteral(join(folder, 'out.csv'))}`],
    ['databases', () => `ATTACH ${textLiteral(join(folder, 'new.db'))} AS other`],
    ['extensions', () => 'LOAD httpfs'],
    ['more memory', () => "SET memory_limit = '100GB'"],
    ['unlocking', () => 'SET lock_configuration = false'],
    ['opening', () => 'SET enable_external_access = true'],
    ['other paths', () => "SET allowed_paths = ['/']"],
    ['another place to spill', () => "SET temp_directory = '/tmp'"],
  ])('%s', async (_what, sql) => {
    const sandbox = await openSandbox(running, { paths: [rows] });
    try {
      await expect(sandbox.connection.run(sql())).rejects.toThrow(
        /Permission|locked|disabled|configuration/i,
      );
      expect(
        (
          await sandbox.connection.runAndReadAll(`SELECT count(*)::INT FROM ${textLiteral(rows)}`)
        ).getRowsJS(),
      ).toEqual([[3000]]);
    } finally {
      sandbox.close();
    }
  });
});

describe('functions', () => {
  const functions = async (condition: string): Promise<string[]> => {
    const sandbox = await openSandbox(running);
    const found = await sandbox.connection.runAndReadAll(
      `SELECT DISTINCT function_name FROM duckdb_functions() WHERE ${condition} ORDER BY 1`,
    );
    sandbox.close();
    return found.getRowsJS().map(([name]) => String(name));
  };

  test('that tell, run, wait or grow are not called, whatever the engine calls them', async () => {
    const bad =
      /setting|variable|secret|catalog|schema|database|^pg_|^has_|privilege|query|log$|log_|sql|plan|nextval|currval|sleep|repeat|pad$|resize|stats|vector_type|checkpoint|txid|connection|user|role|inet|version|error|setseed|__internal/;
    const callable = (await functions("function_type IN ('scalar', 'macro', 'aggregate')")).filter(mayCall);
    expect(callable.filter((name) => bad.test(name))).toEqual(['log']);
  });

  test('of the families are known: an engine that brings more has to be looked at', async () => {
    const families = (await functions("function_name SIMILAR TO '(list|array|map|struct)_.*'")).filter(
      mayCall,
    );
    expect(families.join(' ')).toMatchInlineSnapshot(
      `"array_agg array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains array_cosine_distance array_cosine_similarity array_cross_product array_distance array_distinct array_dot_product array_extract array_filter array_grade_up array_has array_has_all array_has_any array_indexof array_inner_product array_intersect array_length array_negative_dot_product array_negative_inner_product array_pop_back array_pop_front array_position array_prepend array_push_back array_push_front array_reduce array_reverse array_reverse_sort array_select array_slice array_sort array_to_json array_to_string array_to_string_comma_default array_transform array_unique array_value array_where array_zip list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_concat list_contains list_cosine_distance list_cosine_similarity list_count list_distance list_distinct list_dot_product list_element list_entropy list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any list_histogram list_indexof list_inner_product list_intersect list_kurtosis list_kurtosis_pop list_last list_mad list_max list_median list_min list_mode list_negative_dot_product list_negative_inner_product list_pack list_position list_prepend list_product list_reduce list_reverse list_reverse_sort list_select list_sem list_skewness list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique list_value list_var_pop list_var_samp list_where list_zip map_concat map_contains map_contains_entry map_contains_value map_entries map_extract map_extract_value map_from_entries map_keys map_to_pg_oid map_values struct_concat struct_contains struct_extract struct_extract_at struct_has struct_indexof struct_insert struct_keys struct_pack struct_position struct_update struct_values"`,
    );
  });
});
