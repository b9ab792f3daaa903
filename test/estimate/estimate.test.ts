import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Estimate, type EstimateSpec, estimate } from '../../src/pipeline/estimate.ts';
import { portsOf } from '../pipeline/session-ports.ts';
import { manualClock } from '../support/manual-clock.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession, testSettings } from '../support/session.ts';
import { movieRows } from './movie-rows.ts';

let session: TestSession;
let movies: string;
beforeAll(async () => {
  session = await startSession();
  movies = await session.file('movies.jsonl', movieRows());
});
afterAll(() => session.close());

const ports = (now = '2026-11-22T12:00:00Z') => portsOf(session, { clock: manualClock({ start: now }) });

const of = async (spec: Partial<EstimateSpec>, now?: string): Promise<Estimate> =>
  estimate({ input: movies, model: 'gemini-3.5-flash-lite', ...spec }, await ports(now));

const inOrder = ({ low, likely, high }: { low: number; likely: number; high: number }) =>
  low <= likely && likely <= high;

describe('a sample', () => {
  const close = (a: number, b: number) => expect(Math.abs(a / b - 1)).toBeLessThan(0.03);

  test('of the movies comes within 3 % of counting them all', async () => {
    const whole = await of({ wholeUpTo: 100_000_000 });
    const sampled = await of({ wholeUpTo: 1_000 });
    expect(whole.counted).toMatchObject({ total: 3_201, exact: true, seen: 3_201 });
    expect(sampled.counted).toMatchObject({ total: 3_201, exact: true });
    expect(sampled.counted.seen).toBeLessThan(2_100);
    close(sampled.tokens.input.likely, whole.tokens.input.likely);
    close(sampled.tokens.output.likely, whole.tokens.output.likely);
    close(sampled.cost!.usd.likely, whole.cost!.usd.likely);
  });

  test('of rows that get longer and longer is not fooled by their order', async () => {
    const rows = requestRows(20_000, (n) => ({
      contents: [{ role: 'user', parts: [{ text: 'kettle '.repeat(1 + n / 100) }] }],
    }));
    const input = await session.file('growing.jsonl', rows);
    const whole = await of({ input, wholeUpTo: 100_000_000 });
    const sampled = await of({ input, wholeUpTo: 1_000 });
    close(sampled.tokens.input.likely, whole.tokens.input.likely);
    close(sampled.tokens.output.likely, whole.tokens.output.likely);
  });

  test('of a few very long rows has them all', async () => {
    const rows = requestRows(5, (n) => ({
      contents: [{ role: 'user', parts: [{ text: 'kettle '.repeat(n * 50_000) }] }],
    }));
    const input = await session.file('long.jsonl', rows);
    const whole = await of({ input, wholeUpTo: 100_000_000 });
    const sampled = await of({ input, wholeUpTo: 1_000 });
    expect(sampled.counted.seen).toBeGreaterThanOrEqual(3);
    expect(Math.abs(sampled.tokens.input.likely / whole.tokens.input.likely - 1)).toBeLessThan(0.05);
  });

  test('of objects in Cloud Storage is read by ranges, and says that rows are about', async () => {
    const { storage, bucket = '' } = await session.backend();
    for (const [name, rows] of [
      ['a', movieRows()],
      ['b', movieRows(2)],
    ] as const) {
      const bytes = Buffer.from(rows);
      await storage.upload({
        bucket: bucket.replace('gs://', ''),
        name: `in/${name}.jsonl`,
        bytes: (async function* () {
          yield bytes;
        })(),
        size: bytes.length,
        contentType: 'application/jsonl',
      });
    }
    const input = `${bucket}/in/*.jsonl`;
    const whole = await of({ input, wholeUpTo: 100_000_000 });
    expect(whole.counted).toMatchObject({ total: 9_603, exact: true, seen: 9_603 });
    const sampled = await of({ input, wholeUpTo: 1_000 });
    expect(sampled.counted.exact).toBe(false);
    close(sampled.counted.total, 9_603);
    close(sampled.tokens.input.likely, whole.tokens.input.likely);
    close(sampled.cost!.usd.likely, whole.cost!.usd.likely);
  });
});

describe('the price of the day', () => {
  test('is the higher one when it changes before a job must have ended, and that is said', async () => {
    const argon = { model: 'gemini-4-argon', outputTokens: 50 };
    const early = await of(argon, '2026-11-22T12:00:00Z');
    const late = await of(argon, '2026-11-29T12:00:00Z');
    const after = await of(argon, '2026-12-02T12:00:00Z');
    expect(early.cost).toMatchObject({ quoted: { inputPerMillion: 2 }, todayUsd: undefined });
    expect(late.cost).toMatchObject({
      quoted: { inputPerMillion: 4, from: '2026-12-01' },
      today: { inputPerMillion: 2 },
    });
    expect(late.cost!.usd.likely).toBeCloseTo(2 * early.cost!.usd.likely, 8);
    expect(late.cost!.todayUsd).toBeCloseTo(early.cost!.usd.likely, 8);
    expect(after.cost!.usd.likely).toBeCloseTo(late.cost!.usd.likely, 8);
    expect(after.cost!.todayUsd).toBeUndefined();
  });

  test('online costs twice a batch', async () => {
    const { cost } = await of({});
    expect(cost!.standardUsd).toBeCloseTo(2 * cost!.usd.likely, 8);
  });

  test('a long prompt is charged at the higher tier, by itself', async () => {
    const long = (n: number) => ({
      contents: [{ role: 'user', parts: [{ text: 'kettle '.repeat(n === 1 ? 300_000 : 10) }] }],
      generationConfig: { thinkingConfig: { thinkingBudget: 0 }, maxOutputTokens: 10 },
    });
    const input = await session.file('tier.jsonl', requestRows(2, long));
    const { cost, tokens } = await of({ input, model: 'gemini-3.1-pro-preview', outputTokens: 10 });
    const short = tokens.input.likely - 300_000;
    expect(cost!.usd.likely).toBeGreaterThan((300_000 * 2) / 1e6);
    expect(cost!.usd.likely).toBeLessThan((320_000 * 2 + short * 2 + 20 * 9) / 1e6);
  });
});

describe('ranges', () => {
  test('are in order, and more rows cost more', async () => {
    const one = await of({});
    const input = await session.file('twice.jsonl', movieRows(2));
    const two = await of({ input });
    for (const { tokens, cost } of [one, two])
      for (const range of [tokens.input, tokens.output, tokens.thinking, cost!.usd])
        expect(inOrder(range)).toBe(true);
    expect(two.cost!.usd.likely / one.cost!.usd.likely).toBeCloseTo(2, 1);
  });

  test('are narrower when it is known what an earlier run used', async () => {
    const width = ({ cost }: Estimate) => cost!.usd.high / cost!.usd.low;
    const guessed = await of({ model: 'gemini-3.8-flash' });
    const observed = { rows: 3_201, candidateTokens: 40, thoughtTokens: 300 };
    const known = await of({ model: 'gemini-3.8-flash', observed });
    expect(known.outputBasis).toEqual(['observed']);
    expect(width(known)).toBeLessThan(width(guessed) / 2);
    expect(known.tokens.thinking.likely).toBe(300 * 3_201);
  });

  test('of thoughts stay within the limit of output, and the shortage is told', async () => {
    const rows = movieRows(1, { maxOutputTokens: 100 });
    const { tokens, tight } = await of({
      input: await session.file('tight.jsonl', rows),
      model: 'gemini-3.8-flash',
    });
    expect(tokens.thinking.high).toBe(100 * 3_201);
    expect(tight).toBe(3_201);
  });
});

describe('Vertex AI’s own count', () => {
  test('corrects the local one, on the emulator only when asked', async () => {
    expect((await of({})).live).toBeUndefined();
    const { live, tokens } = await of({ live: true });
    expect(live).toMatchObject({ rows: 20, ratio: expect.any(Number) });
    const { ratio, error } = live as { ratio: number; error: number };
    const local = await of({});
    expect(tokens.input.likely / local.tokens.input.likely).toBeCloseTo(ratio, 2);
    expect(tokens.input.high / tokens.input.likely).toBeCloseTo(1 + error, 2);
  });

  test('is asked by itself where Google is real, and its failure is told, not thrown', async () => {
    const real = { ...(await ports()), emulated: false };
    const asked = await estimate({ input: movies, model: 'gemini-3.5-flash-lite' }, real);
    expect(asked.live).toMatchObject({ rows: 20 });
    const { GoogleApiError } = await import('../../src/google/errors.ts');
    const refused = new GoogleApiError({
      status: 403,
      reason: 'PERMISSION_DENIED',
      message: 'No.',
      method: 'POST',
      path: '/v1/x:countTokens',
      retryable: false,
    });
    const vertex = { ...real.vertex, countTokens: () => Promise.reject(refused) };
    const told = await estimate({ input: movies, model: 'gemini-3.5-flash-lite' }, { ...real, vertex });
    expect(told.live).toBe('Vertex AI could not be asked to count: 403, «No.».');
    await expect(
      estimate({ input: movies, model: 'gemini-3.5-flash-lite', live: true }, { ...real, vertex }),
    ).rejects.toBe(refused);
  });
});

test('lines that are no request rows are counted apart and cost nothing', async () => {
  const good = requestRows(3);
  const input = await session.file('mixed.jsonl', `${good}{"request":7}\nnot json\n`);
  const mixed = await of({ input });
  const alone = await of({ input: await session.file('good.jsonl', good) });
  expect(mixed.counted).toMatchObject({ total: 5, unreadable: 2 });
  expect(mixed.cost!.usd).toEqual(alone.cost!.usd);
});

test('prices come from the file of --prices, for tuned models too', async () => {
  const path = join(session.folder, 'prices.json');
  const tuned = 'projects/p/locations/us-central1/models/77';
  const periods = [{ from: '2026-01-01', inputPerMillion: 2, outputPerMillion: 0 }];
  await writeFile(
    path,
    JSON.stringify({ as_of: '2026-11-01', source: 'contract 17', prices: { [tuned]: { periods } } }),
  );
  const settings = { ...testSettings(session.folder), prices: path };
  const { cost, tokens } = await estimate({ input: movies, model: tuned }, { ...(await ports()), settings });
  expect(cost!.usd.likely).toBeCloseTo(tokens.input.likely / 1e6, 4);
  expect(cost!.source).toBe(`«contract 17» in ${path}`);
  await expect(
    estimate(
      { input: movies, model: tuned },
      { ...(await ports()), settings: { ...settings, prices: '/nowhere.json' } },
    ),
  ).rejects.toMatchObject({ code: 'bad_prices_file' });
});
