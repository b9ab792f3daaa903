import { describe, expect, test } from 'vitest';
import {
  emptyTally,
  FINDING_MEANINGS,
  OUTCOME_FACTS,
  OUTCOMES,
  tallyTotal,
} from '../../src/batch/outcomes.ts';
import { makeRow, rowKey } from '../../src/batch/request-row.ts';

describe('outcomes', () => {
  test('start at nothing and add up', () => {
    const tally = emptyTally();
    expect(Object.keys(tally)).toEqual([...OUTCOMES]);
    expect(tallyTotal(tally)).toBe(0);
    tally.ok += 3;
    tally.missing += 1;
    expect(tallyTotal(tally)).toBe(4);
    expect(emptyTally().ok).toBe(0);
  });

  test('have each a meaning in one sentence, and findings too', () => {
    const meanings = [
      ...Object.values(OUTCOME_FACTS).map(({ meaning }) => meaning),
      ...Object.values(FINDING_MEANINGS),
    ];
    for (const meaning of meanings) expect(meaning).toMatch(/^[A-Z].*\.$/);
  });

  test('are retried as they are only where that can help', () => {
    expect(OUTCOMES.filter((outcome) => OUTCOME_FACTS[outcome].retry === 'never')).toEqual(['ok']);
    expect(OUTCOME_FACTS.error_permanent.retry).toBe('changed');
    expect(OUTCOME_FACTS.error_retriable.retry).toBe('same');
  });
});

test('row keys sort like their rows, never look like numbers, and grow past a million', () => {
  expect([1, 42, 999_999, 1_000_000, 12_345_678].map(rowKey)).toEqual([
    'r-000001',
    'r-000042',
    'r-999999',
    'r-1000000',
    'r-12345678',
  ]);
  const row = makeRow(rowKey(1), { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] });
  expect(JSON.stringify(row)).toBe(
    '{"key":"r-000001","request":{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}}',
  );
});
