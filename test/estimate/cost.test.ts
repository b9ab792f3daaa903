import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChargedTokens, chargedTokens, costOf, costOfUsage, pricesOfJob } from '../../src/batch/cost.ts';
import { BUILT_IN_PRICES as PRICES, parsePrices } from '../../src/batch/cost-prices.ts';
import { roundUsd, usd, usdRange } from '../../src/batch/cost-words.ts';
import { parseUsage } from '../../src/batch/usage.ts';

const NOW = '2026-11-22';
const AFTER = '2027-01-02';

const usage = (metadata: object) => parseUsage(metadata);
const cost = (id: string, metadata: object, on = NOW, discount?: 'batch' | 'standard') =>
  costOfUsage({ id }, usage(metadata), on, PRICES, discount);

/** A million tokens in and a million out, in USD. */
const MILLION = { promptTokenCount: 1_000_000, candidatesTokenCount: 1_000_000 };

describe('a million in and a million out, in a batch', () => {
  test.each([
    ['gemini-4-argon', NOW, 1 + 5],
    ['gemini-4-argon', '2026-12-01', 2 + 10],
    ['gemini-4-hydrogen', NOW, 0.75 + 3.75],
    ['gemini-3.8-flash', NOW, 0.375 + 1.875],
    ['gemini-3.8-flash', '2026-12-31', 0.375 + 1.875],
    ['gemini-3.8-flash', AFTER, 0.75 + 3.75],
    ['gemini-3.5-flash', NOW, 0.75 + 4.5],
    ['gemini-3.5-flash-lite', NOW, 0.15 + 1.25],
    ['gemini-3.1-flash-lite', NOW, 0.125 + 0.75],
    // Above 200,000 tokens of prompt.
    ['gemini-3.1-pro-preview', NOW, 2 + 9],
    ['gemini-3-flash-preview', NOW, 0.25 + 1.5],
    ['gemini-embedding-001', NOW, 0.075],
  ])('%s on %s: $%d', (id, on, dollars) => {
    expect(cost(id, MILLION, on)).toBeCloseTo(dollars, 10);
    expect(cost(id, MILLION, on, 'standard')).toBeCloseTo(dollars * 2, 10);
  });

  test('the row of the documentation: 31 in, 14 out and 20 thoughts on gemini-3.5-flash-lite', () => {
    const row = {
      promptTokenCount: 31,
      candidatesTokenCount: 14,
      thoughtsTokenCount: 20,
      totalTokenCount: 65,
    };
    // 31 × $0.15 + 34 × $1.25 = $4.65 + $42.50, per million.
    expect(cost('gemini-3.5-flash-lite', row)).toBeCloseTo(47.15e-6, 15);
  });
});

describe('special rates', () => {
  test('the whole request is dearer above the threshold, and only above it', () => {
    const at = (promptTokenCount: number) =>
      cost('gemini-3.1-pro-preview', { promptTokenCount, candidatesTokenCount: 1_000 });
    expect(at(200_000)).toBeCloseTo((200_000 * 1 + 1_000 * 6) / 1e6, 12);
    expect(at(200_001)).toBeCloseTo((200_001 * 2 + 1_000 * 9) / 1e6, 12);
  });

  test('cached tokens cost the cache price and are not halved again', () => {
    const cached = cost('gemini-3.8-flash', { promptTokenCount: 10_000, cachedContentTokenCount: 4_000 });
    expect(cached).toBeCloseTo((6_000 * 0.375 + 4_000 * 0.075) / 1e6, 12);
    const online = cost(
      'gemini-3.8-flash',
      { promptTokenCount: 10_000, cachedContentTokenCount: 4_000 },
      NOW,
      'standard',
    );
    expect(online).toBeCloseTo((6_000 * 0.75 + 4_000 * 0.075) / 1e6, 12);
  });

  test('cached tokens of a model without a cache price cost what others do', () => {
    const metadata = { promptTokenCount: 10_000, cachedContentTokenCount: 4_000 };
    expect(cost('gemini-4-hydrogen', metadata)).toBeCloseTo((10_000 * 0.75) / 1e6, 12);
  });

  test('sound has its own price where the list has one', () => {
    const metadata = {
      promptTokenCount: 2_000,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 80 },
        { modality: 'AUDIO', tokenCount: 1_920 },
      ],
    };
    expect(cost('gemini-3.1-flash-lite', metadata)).toBeCloseTo((80 * 0.125 + 1_920 * 0.25) / 1e6, 12);
    expect(cost('gemini-3.8-flash', metadata)).toBeCloseTo((2_000 * 0.375) / 1e6, 12);
  });

  test('a picture in the answer has its own price, thoughts beside it the price of text', () => {
    const metadata = {
      promptTokenCount: 100,
      candidatesTokenCount: 1_150,
      thoughtsTokenCount: 200,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1_120 }],
    };
    expect(cost('gemini-3-pro-image', metadata)).toBeCloseTo((100 * 1 + 230 * 6 + 1_120 * 60) / 1e6, 12);
  });

  test('tokens of tools are input', () => {
    expect(cost('gemini-3.5-flash-lite', { promptTokenCount: 10, toolUsePromptTokenCount: 90 })).toBeCloseTo(
      (100 * 0.15) / 1e6,
      14,
    );
  });

  test('no price, no number', () => {
    expect(cost('claude-opus-5', MILLION)).toBeUndefined();
    expect(cost('gemini-3.8-flash', MILLION, '2026-09-01')).toBeUndefined();
  });
});

describe('properties', () => {
  const tokens = fc.nat(2_000_000);
  const anyUsage = fc.record({
    promptTokenCount: tokens,
    cachedContentTokenCount: tokens,
    candidatesTokenCount: tokens,
    thoughtsTokenCount: tokens,
    promptTokensDetails: fc.array(
      fc.record({
        modality: fc.constantFrom('TEXT', 'AUDIO', 'IMAGE', 'VIDEO', 'DOCUMENT'),
        tokenCount: tokens,
      }),
      { maxLength: 3 },
    ),
  });
  const id = fc.constantFrom(
    'gemini-4-argon',
    'gemini-3.1-pro-preview',
    'gemini-3.1-flash-lite',
    'gemini-embedding-2',
  );

  test('what is charged is what was used, and a batch costs at most what online does', () => {
    fc.assert(
      fc.property(id, anyUsage, (model, metadata) => {
        const { promptTokensDetails, ...plain } = metadata;
        const charged = chargedTokens(usage(plain));
        const total = Object.values(charged).reduce((sum, n) => sum + n, 0);
        expect(total).toBeCloseTo(
          metadata.promptTokenCount + metadata.candidatesTokenCount + metadata.thoughtsTokenCount,
          4,
        );
        const batch = cost(model, metadata)!;
        expect(batch).toBeGreaterThanOrEqual(0);
        expect(batch).toBeLessThanOrEqual(cost(model, metadata, NOW, 'standard')! + 1e-12);
        expect(promptTokensDetails.length).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('more tokens never cost less', () => {
    const price = PRICES.on('gemini-3.1-pro-preview', NOW)!;
    const charged = fc.record({ textInput: tokens, textOutput: tokens }).map(
      (some): ChargedTokens => ({
        imageInput: 0,
        audioInput: 0,
        videoInput: 0,
        cachedInput: 0,
        imageOutput: 0,
        ...some,
      }),
    );
    const dollars = (one: ChargedTokens) => {
      const { input, output } = costOf(one, price, 'batch');
      return input + output;
    };
    fc.assert(
      fc.property(charged, tokens, (one, more) => {
        expect(dollars({ ...one, textInput: one.textInput + more })).toBeGreaterThanOrEqual(dollars(one));
        expect(dollars({ ...one, textOutput: one.textOutput + more })).toBeGreaterThanOrEqual(dollars(one));
      }),
    );
  });
});

describe('prices that a job may meet', () => {
  const froms = (id: string, now: string) =>
    pricesOfJob({ id }, Date.parse(now), PRICES).map(({ from, inputPerMillion }) => [from, inputPerMillion]);

  test('are two when a change comes within 96 hours, and one before and after', () => {
    const [before, after] = [
      ['2026-10-13', 2],
      ['2026-12-01', 4],
    ];
    expect(froms('gemini-4-argon', '2026-11-26T23:59:00Z')).toEqual([before]);
    expect(froms('gemini-4-argon', '2026-11-27T00:00:00Z')).toEqual([before, after]);
    expect(froms('gemini-4-argon', '2026-11-29T12:00:00Z')).toEqual([before, after]);
    expect(froms('gemini-4-argon', '2026-12-01T00:00:00Z')).toEqual([after]);
    expect(froms('gemini-3.8-flash', '2026-12-30T12:00:00Z')).toHaveLength(2);
    expect(froms('claude-opus-5', '2026-12-30T12:00:00Z')).toEqual([]);
  });
});

describe('a price list of one’s own', () => {
  const file = (prices: object, rest: object = { as_of: '2026-12-05' }) =>
    JSON.stringify({ ...rest, prices });
  const flash = { periods: [{ from: '2026-09-02', inputPerMillion: 0.6, outputPerMillion: 3 }] };

  test('wins for its models and leaves the others', () => {
    const prices = parsePrices(file({ 'gemini-3.8-flash': flash, 'claude-opus-5': flash }), '/prices.json');
    expect(costOfUsage({ id: 'gemini-3.8-flash' }, usage(MILLION), AFTER, prices)).toBeCloseTo(1.8, 10);
    expect(costOfUsage({ id: 'claude-opus-5' }, usage(MILLION), AFTER, prices)).toBeCloseTo(1.8, 10);
    expect(costOfUsage({ id: 'gemini-4-argon' }, usage(MILLION), NOW, prices)).toBeCloseTo(6, 10);
    expect([prices.asOf('gemini-3.8-flash'), prices.asOf('gemini-4-argon')]).toEqual(['2026-12-05', NOW]);
    expect(prices.source('gemini-3.8-flash')).toBe('/prices.json');
  });

  test.each([
    ['no JSON', '{', 'It is not JSON'],
    ['no date', JSON.stringify({ prices: {} }), 'as_of'],
    [
      'a rate as text',
      file({ m: { periods: [{ from: NOW, inputPerMillion: '1', outputPerMillion: 2 }] } }),
      'prices.m.periods.0.inputPerMillion',
    ],
    [
      'a rate below zero',
      file({ m: { periods: [{ from: NOW, inputPerMillion: -1, outputPerMillion: 2 }] } }),
      'inputPerMillion',
    ],
    [
      'a member that is misspelt',
      file({ m: { periods: [{ from: NOW, inputPerMillion: 1, outputPerMillion: 2, cached: 1 }] } }),
      'cached',
    ],
    [
      'a day that is none',
      file({ m: { periods: [{ from: 'tomorrow', inputPerMillion: 1, outputPerMillion: 2 }] } }),
      'must be a day',
    ],
    [
      'periods with a gap',
      file({ m: { periods: [{ ...flash.periods[0], to: '2026-10-01' }, flash.periods[0]] } }),
      'follow each other',
    ],
  ])('is refused with %s', (_, text, why) => {
    expect(() => parsePrices(text, '/prices.json')).toThrow(
      expect.objectContaining({ code: 'bad_prices_file', why: expect.stringContaining(why) }),
    );
  });
});

test.each([
  [0, '$0.00'],
  [1234.5, '$1,234.50'],
  [0.375, '$0.38'],
  [0.0034567, '$0.0035'],
  [0.00000034, 'less than $0.000001'],
])('%d reads %s', (amount, words) => {
  expect(usd(amount)).toBe(words);
});

test('a range reads as one number with its bounds', () => {
  expect(usdRange({ low: 0.9, likely: 1.2, high: 2.1 })).toBe('$1.20 ($0.90 to $2.10)');
  expect(roundUsd(0.1 + 0.2)).toBe(0.3);
});
