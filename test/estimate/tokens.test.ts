import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countTokens } from '../../src/batch/tokens.ts';
import { FEATURES, START, STEPS, STRIDE_BITS } from '../../src/batch/tokens-automaton.ts';
import calibration from '../../src/batch/tokens-calibration.json' with { type: 'json' };
import { CLASS } from '../../src/batch/tokens-classes.ts';
import samples from './token-samples.json' with { type: 'json' };

const kinds = [...new Set(samples.map(({ kind }) => kind))];

describe('against the reference tokenizer’s counts', () => {
  test.each(kinds)('%s: the sum is near, and the range holds', (kind) => {
    const of = samples.filter((sample) => sample.kind === kind);
    const counted = of.map(({ text }) => countTokens(text));
    const real = of.reduce((sum, { tokens }) => sum + tokens, 0);
    const likely = counted.reduce((sum, count) => sum + count.likely, 0);
    expect(likely / real).toBeGreaterThan(0.88);
    expect(likely / real).toBeLessThan(1.12);
    for (const [index, { low, high }] of counted.entries()) {
      // A text of a few lines may lie a little outside.
      expect(of[index]!.tokens).toBeGreaterThan(low * 0.9);
      expect(of[index]!.tokens).toBeLessThan(high * 1.1);
    }
  });

  test('at least four in five texts lie in the claimed range', () => {
    const within = samples.filter(({ tokens, text }) => {
      const { low, high } = countTokens(text);
      return tokens >= low && tokens <= high;
    });
    expect(within.length / samples.length).toBeGreaterThan(0.8);
  });

  test('it is better than characters ÷ 4', () => {
    const error = (count: (text: string) => number) =>
      samples.reduce((sum, { tokens, text }) => sum + Math.abs(count(text) / tokens - 1), 0) / samples.length;
    expect(error((text) => countTokens(text).likely)).toBeLessThan(0.06);
    expect(error((text) => text.length / 4)).toBeGreaterThan(0.3);
  });
});

describe('the calibration that is kept', () => {
  test.each(calibration.measured)('$kind: what is claimed is what was measured', (row) => {
    expect(row.samples).toBeGreaterThanOrEqual(5);
    expect(row.within).toBeGreaterThan(0.75);
    expect(Math.abs(row.mean - 1)).toBeLessThan(0.05);
    expect(row.p10).toBeLessThanOrEqual(row.p90);
  });

  test('has a weight for every feature, none below zero', () => {
    expect(Object.keys(calibration.weights)).toEqual([...FEATURES]);
    for (const weight of Object.values(calibration.weights)) expect(weight).toBeGreaterThanOrEqual(0);
    for (const { low, high } of Object.values(calibration.bands)) {
      expect(low).toBeLessThan(1);
      expect(high).toBeGreaterThan(1);
    }
  });

  test('is the one that the page shows', () => {
    const page = readFileSync(new URL('../../docs/token-calibration.md', import.meta.url), 'utf8');
    expect(page).toContain(calibration.reference);
    for (const { kind, samples: n, mean, p10, p90, within } of calibration.measured)
      expect(page).toMatch(
        new RegExp(`\\| ${kind} \\|.*\\| ${n} \\|.*\\| ${mean} \\| ${p10} \\| ${p90} \\| ${within} \\|`),
      );
  });
});

describe('how it counts', () => {
  test('digits, words, and nothing', () => {
    expect(countTokens('')).toEqual({ low: 0, likely: 0, high: 0 });
    expect(countTokens('a').likely).toBe(1);
    expect(countTokens('12345678').likely).toBeCloseTo(8, 0);
    expect(countTokens('one two three four five six').likely).toBeCloseTo(6, -1);
  });

  test('scripts differ: a Japanese character weighs more than twice a Latin one', () => {
    const perCharacter = (text: string) => countTokens(text).likely / text.length;
    expect(perCharacter('ジョブの状態を確認し、結果を集計してください。')).toBeGreaterThan(
      2 * perCharacter('Please check the state of the job and add up the results.'),
    );
  });

  test('camel case is several words', () => {
    expect(countTokens('getElementById').likely).toBeGreaterThan(countTokens('getelement').likely);
  });

  test('the automaton stays within its table, whatever comes', () => {
    const classes = Object.keys(CLASS).length;
    for (const { next, features } of STEPS.filter((_, index) => index % (1 << STRIDE_BITS) < classes)) {
      expect(next << STRIDE_BITS).toBeLessThan(STEPS.length);
      for (const feature of features) expect(FEATURES).toContain(feature);
    }
    expect(START).toBe(0);
    expect(classes).toBeLessThanOrEqual(1 << STRIDE_BITS);
  });

  test('any text has a finite count in order, and a longer text never has less', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary' }),
        (text, more) => {
          const { low, likely, high } = countTokens(text);
          expect(low).toBeLessThanOrEqual(likely);
          expect(likely).toBeLessThanOrEqual(high);
          expect(Number.isFinite(high)).toBe(true);
          expect(countTokens(text + more).likely).toBeGreaterThanOrEqual(likely - 1e-9);
        },
      ),
    );
  });
});
