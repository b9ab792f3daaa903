import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectInput } from '../../src/pipeline/job-input.ts';
import { type PickSpec, pickRows } from '../../src/pipeline/preview-pick.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';
import { portsOf } from './session-ports.ts';

const { sent, network } = traffic();
let session: TestSession;
beforeAll(async () => {
  session = await startSession({ network });
});
afterAll(() => session.close());

async function pick(input: string, spec: Partial<PickSpec> = {}) {
  const ports = await portsOf(session);
  const { rows, whole } = await pickRows(
    await inspectInput(input, {}, ports),
    { pick: 'first', rows: 3, seed: 1, ...spec },
    ports,
  );
  return { keys: rows.map(({ key = '' }) => key), whole };
}

const rowOf = (n: number, text = `Say ${n}.`) => ({ contents: [{ role: 'user', parts: [{ text }] }] });
const numbers = (keys: readonly string[]) => keys.map((key) => Number(key.slice(2)));

async function object(name: string, content: string): Promise<string> {
  const { storage } = await session.backend();
  const bytes = (async function* () {
    yield Buffer.from(content);
  })();
  await storage.upload({ bucket: 'emulated-bucket', name, bytes, contentType: 'application/jsonl' });
  return `gs://emulated-bucket/${name}`;
}

test('extremes are the longest and the shortest, each row once, in the order of the file', async () => {
  const lengths = fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 20 }), async (texts, rows) => {
      const content = requestRows(texts.length, (n) => rowOf(n, 'x'.repeat(texts[n - 1] ?? 0)));
      const { keys } = await pick(await session.file('lengths.jsonl', content), { pick: 'extremes', rows });
      const sorted = texts
        .map((length, index) => ({ length, n: index + 1 }))
        .sort((a, b) => b.length - a.length);
      const wanted = new Set([
        ...sorted.slice(0, Math.ceil(rows / 2)),
        ...(rows > 1 ? sorted.slice(-Math.floor(rows / 2)) : []),
      ]);
      expect(numbers(keys)).toEqual([...wanted].map(({ n }) => n).sort((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});

test('at random, every row is as likely as any other', async () => {
  const input = await session.file(
    'ten.jsonl',
    requestRows(10, (n) => rowOf(n, 'x'.repeat(n * 50))),
  );
  const times = Array.from({ length: 10 }, () => 0);
  for (let seed = 0; seed < 400; seed++)
    for (const n of numbers((await pick(input, { pick: 'random', seed })).keys))
      times[n - 1] = (times[n - 1] ?? 0) + 1;
  // 120 each are expected, with a standard deviation of 9.
  for (const n of times) expect(Math.abs(n - 120)).toBeLessThan(45);
});

describe('of objects too large to be read in passing', () => {
  let input: string;
  beforeAll(async () => {
    input = await object(
      'large/a.jsonl',
      requestRows(8_000, (n) => rowOf(n, 'kettle '.repeat(100))),
    );
  });
  const reads = () => sent.filter(({ url }) => url.searchParams.get('alt') === 'media').length;

  test('random rows come from all parts of them, by ranges', async () => {
    const before = reads();
    const { keys, whole } = await pick(input, { pick: 'random', rows: 20 });
    expect(whole).toBe(false);
    expect(reads() - before).toBeGreaterThan(10);
    const places = numbers(keys);
    expect(new Set(places.map((n) => Math.floor((n - 1) / 2_000)))).toEqual(new Set([0, 1, 2, 3]));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('the first rows are the first, in one read', async () => {
    const before = reads();
    const { keys, whole } = await pick(input);
    expect({ keys, whole }).toEqual({ keys: ['r-000001', 'r-000002', 'r-000003'], whole: true });
    expect(reads() - before).toBe(1);
  });
});

test('several files are one input', async () => {
  await object('two/a.jsonl', requestRows(2));
  await object('two/b.jsonl', '{"custom_id":"b-1","request":{}}\n');
  expect((await pick('gs://emulated-bucket/two/*.jsonl', { rows: 5 })).keys).toEqual([
    'r-000001',
    'r-000002',
    'b-1',
  ]);
});
