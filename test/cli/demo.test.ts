import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The built program, in an environment in which nothing is configured. */
const demo = (...args: string[]) =>
  run(process.execPath, [resolve('dist/bin.cjs'), 'demo', '--emulator-speed', '600', ...args], {
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, NO_COLOR: '1' },
  });

describe('the demo', () => {
  test('runs its own reviews to the end', async () => {
    const { stdout } = await demo();
    expect(stdout).toContain('All 300 rows are ok.');
    expect(stdout).toMatch(
      /samples\n {2}r-\d{6} {2}«Classify the sentiment .*\n.*→ «\{"sentiment":"(positive|neutral|negative)"/,
    );
    expect(stdout).toContain('"mcpServers"');
    const [, file = ''] = /every row\s+(\S+answers\.csv)/.exec(stdout) ?? [];
    expect((await readFile(file, 'utf8')).match(/,r-\d{6},ok,/g)).toHaveLength(300);
  });

  test('runs 3,201 movies, with gaps and odd types, from a CSV', async () => {
    const file = 'node_modules/vega-datasets/data/movies.json';
    const movies: Record<string, unknown>[] = JSON.parse(await readFile(file, 'utf8'));
    const columns = Object.keys(movies[0] ?? {});
    const cell = (value: unknown) => `"${String(value ?? '').replaceAll('"', '""')}"`;
    const lines = [columns, ...movies.map((movie) => columns.map((column) => movie[column]))];
    const table = join(folder, 'movies.csv');
    await writeFile(table, lines.map((line) => line.map(cell).join(',')).join('\n'));
    const { stdout } = await demo(
      table,
      '--prompt',
      'In one sentence, who would like {{Title}} ({{Major Genre}})?',
    );
    expect(stdout).toContain('All 3,201 rows are ok.');
  });

  test('says what is wrong with a column that is not there, and with a table without a prompt', async () => {
    const table = join(folder, 'small.csv');
    await writeFile(table, 'title\nAlien\n');
    await expect(demo(table, '--prompt', 'Summarise {{titel}}')).rejects.toMatchObject({
      stderr: expect.stringMatching(/^\[unknown_column\].*title/),
      code: 1,
    });
    await expect(demo(table)).rejects.toMatchObject({ stderr: expect.stringContaining('--prompt'), code: 2 });
  });
});
