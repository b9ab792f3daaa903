import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ShardLimits, writeShards } from '../../src/pipeline/shards.ts';

async function folderFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-shards-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'in');
}

async function* linesOf(texts: readonly string[]) {
  for (const [index, text] of texts.entries()) yield { text: `${text}\n`, place: `line ${index + 1}` };
}

async function cut(texts: readonly string[], limits: ShardLimits) {
  const folder = await folderFor();
  const shards = await writeShards(folder, linesOf(texts), limits);
  const contents = await Promise.all(shards.map(({ name }) => readFile(join(folder, name), 'utf8')));
  return { folder, shards, contents, names: shards.map(({ name }) => name) };
}

test('one file where one is enough', async () => {
  const { names, contents, shards, folder } = await cut(['a', 'b'], { rows: 2, bytes: 4 });
  expect(names).toEqual(['requests.jsonl']);
  expect(await readdir(folder)).toEqual(names);
  expect(contents).toEqual(['a\nb\n']);
  expect(shards[0]).toMatchObject({ rows: 2, bytes: 4 });
});

test.each<[ShardLimits, string[]]>([
  [{ rows: 2 }, ['a\nbb\n', 'ccc\nd\n', 'e\n']],
  [{ bytes: 6 }, ['a\nbb\n', 'ccc\nd\n', 'e\n']],
  [{ bytes: 5 }, ['a\nbb\n', 'ccc\n', 'd\ne\n']],
  [{ rows: 1, bytes: 100 }, ['a\n', 'bb\n', 'ccc\n', 'd\n', 'e\n']],
])('%j', async (limits, expected) => {
  const { contents, names } = await cut(['a', 'bb', 'ccc', 'd', 'e'], limits);
  expect(contents).toEqual(expected);
  expect(names).toEqual(expected.map((_, index) => `requests-0000${index + 1}.jsonl`));
});

test('bytes count, not characters', async () => {
  const { contents } = await cut(['üü', 'ü'], { bytes: 5 });
  expect(contents).toEqual(['üü\n', 'ü\n']);
});

test('whatever the lines: all are there once, in order, counted, within the limits', async () => {
  const folder = await folderFor();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '👍'), maxLength: 4 }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 17, max: 60 }),
      async (texts, rows, bytes) => {
        const shards = await writeShards(folder, linesOf(texts), { rows, bytes });
        const contents = await Promise.all(shards.map(({ name }) => readFile(join(folder, name))));
        expect(Buffer.concat(contents).toString()).toBe(texts.map((text) => `${text}\n`).join(''));
        for (const [index, shard] of shards.entries()) {
          const content = contents[index] ?? Buffer.alloc(0);
          expect(shard.bytes).toBe(content.length);
          expect(shard.rows).toBe(content.toString().split('\n').length - 1);
          expect(shard.sha256).toBe(createHash('sha256').update(content).digest('hex'));
          expect(shard.rows).toBeLessThanOrEqual(rows);
          expect(shard.bytes).toBeLessThanOrEqual(bytes);
        }
      },
    ),
    { numRuns: 60 },
  );
});

describe('what breaks', () => {
  test('a line that is too large names its place, and nothing stays', async () => {
    const folder = await folderFor();
    await expect(
      writeShards(folder, linesOf(['a', 'b', 'cccc']), { rows: 1, bytes: 3 }),
    ).rejects.toMatchObject({
      code: 'row_too_large',
      message: expect.stringContaining('line 3'),
    });
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a source that breaks off leaves nothing, and is ended', async () => {
    const folder = await folderFor();
    let ended = false;
    async function* broken() {
      try {
        yield { text: 'a\n', place: '' };
        yield { text: 'b\n', place: '' };
        throw new Error('broken');
      } finally {
        ended = true;
      }
    }
    await expect(writeShards(folder, broken(), { rows: 1 })).rejects.toThrow('broken');
    expect(ended).toBe(true);
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
