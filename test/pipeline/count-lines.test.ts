import { afterEach, beforeEach, expect, test } from 'vitest';
import { countLines } from '../../src/pipeline/count-lines.ts';
import { startSession, type TestSession } from '../support/session.ts';

let session: TestSession;
beforeEach(async () => {
  session = await startSession();
});
afterEach(() => session.close());

async function outputOf(...texts: string[]) {
  const { storage } = await session.backend();
  const files = [];
  for (const [index, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    files.push(
      await storage.upload({
        bucket: 'emulated-bucket',
        name: `chunks/${index}.jsonl`,
        bytes: (async function* () {
          yield bytes;
        })(),
        size: bytes.length,
        contentType: 'application/jsonl',
      }),
    );
  }
  return { files, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

const count = async (most: number, ...texts: string[]) => {
  const { storage } = await session.backend();
  return countLines(await outputOf(...texts), most, { storage, signal: new AbortController().signal });
};

const lines = (n: number) => '{"a":1}\n'.repeat(n);

test('counts the lines of all files', async () => {
  expect(await count(1_000_000, lines(700), lines(301))).toEqual({ done: 1_001 });
});

test('leaves out a last line that is still being written', async () => {
  expect(await count(1_000_000, `${lines(3)}{"a":`)).toEqual({ done: 3 });
});

test('counts nothing where there is nothing', async () => {
  expect(await count(1_000_000)).toEqual({ done: 0 });
});

test('tells what is beyond the limit from the size of the lines before it', async () => {
  const { about, done } = await count(4_000, lines(600), lines(400));
  expect(done).toBeUndefined();
  expect(about).toBe(1_000);
});
