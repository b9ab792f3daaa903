import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../src/pipeline/in-order.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

test('results come in the order of the items, never more at work than the width', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 4 }), async (waits, width) => {
      let working = 0;
      let most = 0;
      const map = async (wait: number) => {
        working += 1;
        most = Math.max(most, working);
        for (let turn = 0; turn < wait; turn++) await Promise.resolve();
        working -= 1;
        return wait;
      };
      expect(await collect(inOrder(from(waits), width, map))).toEqual(waits);
      expect(most).toBeLessThanOrEqual(width);
    }),
  );
});

test('a failure comes in its turn, and what is at work is waited for', async () => {
  const done: number[] = [];
  const map = async (n: number) => {
    if (n === 1) throw new Error('broken');
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    done.push(n);
    return n;
  };
  const seen: number[] = [];
  const run = async () => {
    for await (const n of inOrder(from([0, 1, 2, 3, 4]), 3, map)) seen.push(n);
  };
  await expect(run()).rejects.toThrow('broken');
  expect(seen).toEqual([0]);
  expect(done).toEqual([0, 2, 3]);
});

test('a reader that stops early ends the source', async () => {
  let ended = false;
  async function* source() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      ended = true;
    }
  }
  for await (const n of inOrder(source(), 2, async (n) => n)) if (n === 3) break;
  expect(ended).toBe(true);
});
