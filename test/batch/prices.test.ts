import { describe, expect, test } from 'vitest';
import { PRICES } from '../../src/batch/price-list.ts';
import {
  batchPriceChangesAfter,
  batchPriceOn,
  batchPriceSure,
  priceChangesAfter,
  priceOn,
} from '../../src/batch/prices.ts';

const NOW = '2026-11-22';
const AFTER = '2027-01-02';
const pair = (price: { inputPerMillion: number; outputPerMillion: number } | undefined) =>
  price && [price.inputPerMillion, price.outputPerMillion];

/** The documented table: standard in and out, batch in and out; where it changes, also the later rates. */
const TABLE: [id: string, on: string, standard: number[], batch: number[]][] = [
  ['gemini-4-argon', NOW, [2, 10], [1, 5]],
  ['gemini-4-argon', '2026-11-30', [2, 10], [1, 5]],
  ['gemini-4-argon', '2026-12-01', [4, 20], [2, 10]],
  ['gemini-4-carbon', AFTER, [4, 20], [2, 10]],
  ['gemini-4-hydrogen', NOW, [1.5, 7.5], [0.75, 3.75]],
  ['gemini-3.8-flash', NOW, [0.75, 3.75], [0.375, 1.875]],
  ['gemini-3.8-flash', '2026-12-31', [0.75, 3.75], [0.375, 1.875]],
  ['gemini-3.8-flash', '2027-01-01', [1.5, 7.5], [0.75, 3.75]],
  ['gemini-3.7-flash', AFTER, [1.5, 7.5], [0.75, 3.75]],
  ['gemini-3.6-flash', NOW, [0.75, 3.75], [0.375, 1.875]],
  ['gemini-3.5-flash', NOW, [1.5, 9], [0.75, 4.5]],
  ['gemini-3.5-flash-lite', NOW, [0.3, 2.5], [0.15, 1.25]],
  ['gemini-3.1-flash-lite', NOW, [0.25, 1.5], [0.125, 0.75]],
  ['gemini-3.1-pro-preview', NOW, [2, 12], [1, 6]],
  ['gemini-3-flash-preview', NOW, [0.5, 3], [0.25, 1.5]],
  ['gemini-3-pro-image', NOW, [2, 12], [1, 6]],
  ['gemini-3.1-flash-image', NOW, [0.5, 3], [0.25, 1.5]],
  ['gemini-3.1-flash-lite-image', NOW, [0.25, 1.5], [0.125, 0.75]],
  ['gemini-2.5-flash-image', NOW, [0.3, 2.5], [0.15, 1.25]],
  ['gemini-embedding-001', NOW, [0.15, 0], [0.075, 0]],
  ['gemini-embedding-2', NOW, [0.2, 0], [0.1, 0]],
];

test.each(TABLE)('%s on %s costs what the price list says', (id, on, standard, batch) => {
  expect(pair(priceOn({ id }, on))).toEqual(standard);
  expect(pair(batchPriceOn({ id }, on))).toEqual(batch);
});

describe('special rates', () => {
  test('are halved in a batch too', () => {
    expect(batchPriceOn({ id: 'gemini-3-pro-image' }, NOW)?.imageOutputPerMillion).toBe(60);
    expect(batchPriceOn({ id: 'gemini-3.1-flash-image' }, NOW)?.imageOutputPerMillion).toBe(30);
    expect(batchPriceOn({ id: 'gemini-3.1-flash-lite' }, NOW)?.audioInputPerMillion).toBe(0.25);
  });

  test('for long prompts keep their threshold', () => {
    expect(batchPriceOn({ id: 'gemini-3.1-pro-preview' }, NOW)?.longContext).toEqual({
      above: 200_000,
      inputPerMillion: 2,
      outputPerMillion: 9,
      cachedInputPerMillion: 0.4,
    });
  });

  test('for cached input are not halved: the cache discount wins over the batch discount', () => {
    const id = 'gemini-3.8-flash';
    expect(batchPriceOn({ id }, NOW)?.cachedInputPerMillion).toBe(0.075);
    expect(batchPriceOn({ id }, AFTER)?.cachedInputPerMillion).toBe(0.15);
    expect(batchPriceOn({ id }, NOW)!.cachedInputPerMillion!).toBeLessThan(
      batchPriceOn({ id }, NOW)!.inputPerMillion,
    );
  });
});

test('periods follow each other without a gap, and only the last is open', () => {
  for (const [id, { periods }] of Object.entries(PRICES)) {
    expect(periods.length).toBeGreaterThan(0);
    periods.forEach((period, index) => {
      expect(period.to, id).toBe(periods[index + 1]?.from);
      if (period.to) expect(period.to > period.from).toBe(true);
    });
  }
});

test('a change that is known is announced until it is there', () => {
  expect(priceChangesAfter({ id: 'gemini-4-argon' }, NOW)).toMatchObject([
    { from: '2026-12-01', inputPerMillion: 4, outputPerMillion: 20 },
  ]);
  expect(batchPriceChangesAfter({ id: 'gemini-4-argon' }, NOW)).toMatchObject([{ inputPerMillion: 2 }]);
  expect(priceChangesAfter({ id: 'gemini-4-argon' }, '2026-12-01')).toEqual([]);
});

test('half price is claimed only where it is confirmed', () => {
  expect(batchPriceSure({ id: 'gemini-4-argon' })).toBe(true);
  for (const id of ['gemini-4-carbon', 'gemini-4-hydrogen', 'gemini-embedding-2', 'claude-opus-5'])
    expect(batchPriceSure({ id })).toBe(false);
});

test('no price is made up for a model or a day without one', () => {
  expect(priceOn({ id: 'claude-opus-5' }, NOW)).toBeUndefined();
  expect(batchPriceOn({ id: 'toString' }, NOW)).toBeUndefined();
  expect(priceOn({ id: 'gemini-3.8-flash' }, '2026-09-01')).toBeUndefined();
});
