import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inMemory, readSource } from './read-table.ts';

const read = (content: Uint8Array) => readSource(inMemory('t.parquet', content));

/** What DuckDB writes for a query. */
async function written(query: string, options = ''): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-parquet-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 't.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  return readFile(path);
}

describe('values are JSON, and text where JSON has no such value', () => {
  test.each<[string, unknown]>([
    ["'é 😀'", 'é 😀'],
    ["''", ''],
    ['NULL::VARCHAR', null],
    ['true', true],
    ['42::TINYINT', 42],
    ['4294967295::UINTEGER', 4294967295],
    ['7::BIGINT', '7'],
    ['9223372036854775807::BIGINT', '9223372036854775807'],
    ['18446744073709551615::UBIGINT', '18446744073709551615'],
    ['0.1::FLOAT', 0.1],
    ['0.1::DOUBLE', 0.1],
    ["'nan'::DOUBLE", 'NaN'],
    ["'-inf'::FLOAT", '-Infinity'],
    ['12.50::DECIMAL(4,2)', '12.50'],
    ['-0.05::DECIMAL(9,2)', '-0.05'],
    ['1234567890123.45::DECIMAL(18,2)', '1234567890123.45'],
    ['-12345678901234567890123456.789::DECIMAL(38,3)', '-12345678901234567890123456.789'],
    ["DATE '2024-02-29'", '2024-02-29'],
    ["DATE '1969-12-31'", '1969-12-31'],
    ["TIME '09:30:00.25'", '09:30:00.25'],
    ["TIMESTAMP '2024-01-31 12:00:00.123456'", '2024-01-31T12:00:00.123456'],
    ["TIMESTAMP '1969-12-31 23:59:59.5'", '1969-12-31T23:59:59.5'],
    ["TIMESTAMP_NS '2024-01-31 12:00:00.123456789'", '2024-01-31T12:00:00.123456789'],
    ["TIMESTAMPTZ '2024-01-31 12:00:00+00'", '2024-01-31T12:00:00Z'],
    ['\'{"a": 1.10}\'::JSON', '{"a": 1.10}'],
    ["'\\xFF\\x00'::BLOB", '/wA='],
    ["'abc'::BLOB", 'abc'],
    ["UUID '8f0c2a46-2f5b-4a5e-9d55-0c9a3a8bb001'", '8f0c2a46-2f5b-4a5e-9d55-0c9a3a8bb001'],
    ["['a', NULL, 'b']", ['a', null, 'b']],
    ["{'x': 9007199254740993::BIGINT, 'y': [1.5::DOUBLE]}", { x: '9007199254740993', y: [1.5] }],
  ])('%s', async (sql, value) => {
    const { cells } = await read(await written(`SELECT ${sql} AS v, 1 AS n`));
    expect(cells).toEqual([{ v: value, n: 1 }]);
  });
});

test.each(['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'])(
  'packed with %s',
  async (codec) => {
    const { columns, cells, places, unit } = await read(
      await written(
        "SELECT 'text ' || range AS t FROM range(3000)",
        `, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048`,
      ),
    );
    expect({ columns, unit }).toEqual({ columns: ['t'], unit: 'row' });
    expect(cells.map(({ t }) => t)).toEqual(Array.from({ length: 3000 }, (_, index) => `text ${index}`));
    expect(places.slice(-1)).toEqual([3000]);
  },
);

test('any texts come back, over row groups, batches and pages, with an index of pages and without', async () => {
  const texts = fc.array(fc.option(fc.string({ unit: 'grapheme' }), { nil: null }), {
    minLength: 1,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (data, rowGroupSize, offsetIndex) => {
        // Long enough that a row group is read in batches.
        const long = data.map((text) => text && text + 'x'.repeat(8_000_000));
        const file = parquetWriteBuffer({
          columnData: [
            { name: 't', data: long, type: 'STRING', nullable: true, offsetIndex },
            { name: 'n', data: data.map((_text, index) => index), type: 'INT32', offsetIndex },
          ],
          rowGroupSize,
          pageSize: 1000,
        });
        const { cells } = await read(Buffer.from(file));
        expect(cells.length).toBe(data.length);
        expect(cells.every(({ t, n }, index) => t === long[index] && n === index)).toBe(true);
      },
    ),
    { numRuns: 15 },
  );
});

describe('what is wrong', () => {
  test.each<[string, (good: Buffer) => Buffer, string]>([
    ['no Parquet', () => Buffer.from('a,b\n1,2\n'), 'bad_parquet'],
    ['cut off', (good) => good.subarray(0, -10), 'bad_parquet'],
    ['without its beginning', (good) => good.subarray(50), 'bad_parquet'],
  ])('%s', async (_what, harm, code) => {
    const good = await written("SELECT 'text ' || range AS t FROM range(300)");
    await expect(read(harm(good))).rejects.toMatchObject({ name: 'UserError', code });
  });

  test('a damaged byte is never a defect of ours', async () => {
    const good = await written(
      "SELECT 'text ' || range AS t, range::DECIMAL(18,2) AS d, [range] AS l FROM range(300)",
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ flip;
        const outcome = await read(bad).then(
          () => 'UserError',
          (error) => error.name,
        );
        expect(outcome).toBe('UserError');
      }),
      { numRuns: 300 },
    );
  });

  test('what the source throws goes through', async () => {
    const good = await written('SELECT 1 AS a');
    const failing = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new TypeError('the wire is cut')) }),
    };
    const source = { ...inMemory('t.parquet', good), bytes: () => failing };
    await expect(readSource(source)).rejects.toThrow('the wire is cut');
  });
});
