import { describe, expect, it } from 'vitest';
import { paginate } from '../../src/google/paginate.ts';
import { DEFAULT_RETRY_POLICY, retryAfterMs, retryDelay } from '../../src/google/retry.ts';
import type { Ids } from '../../src/support/ids.ts';
import { collect, failureOf } from './support/test-http.ts';

const policy = DEFAULT_RETRY_POLICY;
const drawing = (value: number): Ids => ({ random: () => value, token: () => 'x' });

describe('the wait before the next try', () => {
  it('lies anywhere between nothing and a bound that doubles up to a cap', () => {
    const longest = drawing(0.999999);
    expect([1, 2, 3, 4].map((tries) => retryDelay(tries, { ids: longest, policy }))).toEqual([
      500, 1000, 2000, 4000,
    ]);
    expect(retryDelay(50, { ids: longest, policy })).toBe(20_000);
    expect(retryDelay(50, { ids: drawing(0), policy })).toBe(0);
    expect(retryDelay(3, { ids: drawing(0.25), policy })).toBe(500);
  });

  it('is never less than the server asked for', () => {
    expect(retryDelay(1, { ids: drawing(0.5), policy, retryAfterMs: 9000 })).toBe(9000);
    expect(retryDelay(9, { ids: drawing(0.5), policy, retryAfterMs: 1 })).toBe(10_000);
  });
});

it.each([
  ['7', 7000],
  [' 0.5 ', 500],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  [null, undefined],
])('Retry-After %j is %j ms', (header, ms) => {
  expect(retryAfterMs(header, Date.parse('2026-11-22T12:00:00Z'))).toBe(ms);
});

describe('pages', () => {
  const pages = (all: Record<string, { items?: number[]; nextPageToken?: string }>) => {
    const asked: string[] = [];
    const run = paginate(
      async (token) => {
        asked.push(token ?? 'first');
        return all[token ?? 'first']!;
      },
      (page) => page.items,
    );
    return { run, asked };
  };

  it('are read to the last, empty ones too', async () => {
    const { run } = pages({
      first: { items: [1, 2], nextPageToken: 'a' },
      a: { nextPageToken: 'b' },
      b: { items: [3], nextPageToken: '' },
    });
    expect(await collect(run)).toEqual([1, 2, 3]);
  });

  it('are asked for only when needed', async () => {
    const { run, asked } = pages({ first: { items: [1, 2], nextPageToken: 'a' }, a: { items: [3] } });
    await run.next();
    await run.next();
    expect(asked).toEqual(['first']);
  });

  it('do not go round in a circle', async () => {
    const { run } = pages({
      first: { items: [1], nextPageToken: 'a' },
      a: { items: [2], nextPageToken: 'b' },
      b: { items: [3], nextPageToken: 'a' },
    });
    expect(await failureOf(collect(run))).toMatchObject({ reason: 'REPEATED_PAGE_TOKEN' });
  });
});
