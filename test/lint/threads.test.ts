import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conclude } from '../../src/batch/lint/conclude.ts';
import { targetOf } from '../../src/batch/lint/target.ts';
import { lintRange } from '../../src/pipeline/lint-range.ts';
import { lintInThreads } from '../../src/pipeline/lint-threads.ts';
import { requestRows } from '../support/rows.ts';
import { TODAY } from './lint-lines.ts';

const given = { on: TODAY, model: 'gemini-3.8-flash' };
const target = targetOf(given);

let path: string;
let size: number;
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'lint-threads-')), 'rows.jsonl');
  const rows = requestRows(5_000);
  // The same key near the start and near the end, and mistakes in both halves.
  const content = `${rows}not json\n${rows.replaceAll('r-0', 's-0').replace('"user"', '"bot"')}${rows.split('\n')[6]}\n`;
  size = Buffer.byteLength(content);
  await writeFile(path, content);
});
afterAll(() => rm(join(path, '..'), { recursive: true }));

test('two threads say what one says', async () => {
  let read = 0;
  const signal = new AbortController().signal;
  const part = await lintInThreads({ path, size }, given, { signal, onBytes: (bytes) => (read += bytes) });
  const alone = lintRange(path, { from: 0, to: size }, target);
  if (!part) throw new Error('no threads');
  expect(conclude(part, target)).toEqual(conclude(alone, target));
  expect(read).toBe(size);
  const { findings } = conclude(part, target);
  expect(findings.find(({ rule }) => rule === 'key-duplicate')).toMatchObject({
    count: 1,
    lines: [10_002],
    examples: ['lines 7 and 10002'],
  });
  expect(findings.find(({ rule }) => rule === 'not-json')?.lines).toEqual([5_001]);
  expect(findings.find(({ rule }) => rule === 'role-unknown')?.lines).toEqual([5_002]);
});

test('a thread that fails is an error, and an abort ends them', async () => {
  const signal = new AbortController().signal;
  const onBytes = () => undefined;
  await expect(lintInThreads({ path: `${path}.gone`, size }, given, { signal, onBytes })).rejects.toThrow(
    'ENOENT',
  );
  await expect(
    lintInThreads({ path, size }, given, { signal: AbortSignal.abort(new Error('stop')), onBytes }),
  ).rejects.toThrow('stop');
});
