import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { duplicatesWriter, readDuplicates } from '../../src/pipeline/duplicates.ts';

async function place() {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-duplicates-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, path: join(folder, 'in', 'duplicates.jsonl'), files: () => readdir(join(folder, 'in')) };
}

async function pairsOf(path: string) {
  const pairs: [string, string][] = [];
  for await (const { key, duplicateOf } of readDuplicates(path)) pairs.push([key, duplicateOf]);
  return pairs;
}

test('what was written is read back, also where it is long', async () => {
  const { path, files } = await place();
  const writer = duplicatesWriter(path);
  const pairs = Array.from({ length: 10_000 }, (_, n): [string, string] => [`"key" ${n}`, `ü-${n % 7}`]);
  for (const pair of pairs) await writer.add(...pair);
  expect(await files()).toEqual(['duplicates.jsonl.tmp']);
  expect(await writer.finish()).toBe(10_000);
  expect(await files()).toEqual(['duplicates.jsonl']);
  expect(await pairsOf(path)).toEqual(pairs);
});

test('without duplicates there is no file, nor one of an earlier time', async () => {
  const { path, files } = await place();
  const writer = duplicatesWriter(path);
  await writer.add('b', 'a');
  await writer.finish();
  expect(await duplicatesWriter(path).finish()).toBe(0);
  expect(await files()).toEqual([]);
});

test('what is given up leaves nothing', async () => {
  const { path, files } = await place();
  const writer = duplicatesWriter(path);
  for (let n = 0; n < 5_000; n++) await writer.add(`r-${n}`, 'r-0');
  await writer.discard();
  expect(await files()).toEqual([]);
  await duplicatesWriter(path).discard();
});
