import { describe, expect, test } from 'vitest';
import { modelById } from '../../src/batch/catalogue.ts';
import { createMender } from '../../src/batch/lint/mend-line.ts';
import { targetOf } from '../../src/batch/lint/target.ts';
import { type Failure, type RepairSpec, repairRow } from '../../src/batch/repair-row.ts';

const model = modelById('gemini-3.8-flash');
const spec: RepairSpec = { model, otherModel: false, mend: (text) => ({ text, rules: [] }) };
const row = (generationConfig?: Record<string, unknown>) => ({
  key: 'r-1',
  request: {
    contents: [{ role: 'user', parts: [{ text: 'x' }] }],
    ...(generationConfig && { generationConfig }),
  },
});
const repair = (given: Record<string, unknown>, failure: Failure, other: Partial<RepairSpec> = {}) =>
  repairRow(given, failure, { ...spec, ...other });

describe('a truncated row', () => {
  test('gets more room, up to what the model can write', () => {
    const before = row({ maxOutputTokens: 400 });
    expect(repair(before, { outcome: 'truncated' })).toMatchObject({
      row: { key: 'r-1', request: { generationConfig: { maxOutputTokens: 1_600 } } },
      changes: ['maxOutputTokens 400 → 1600'],
    });
    expect(before).toEqual(row({ maxOutputTokens: 400 }));
    expect(repair(row({ max_output_tokens: 60_000 }), { outcome: 'truncated' })).toMatchObject({
      changes: ['maxOutputTokens 60000 → 65536'],
    });
  });

  test('thinks less where there is no more room', () => {
    const starved: Failure = { outcome: 'truncated', thoughtTokens: 65_000 };
    expect(repair(row(), starved)).toMatchObject({
      row: { request: { generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } } } },
      changes: ['thinkingLevel MEDIUM → LOW'],
    });
    expect(repair(row({ thinkingConfig: { thinkingLevel: 'LOW' } }), starved)).toHaveProperty('left');
    expect(repair(row(), { outcome: 'truncated' })).toEqual({
      left: 'its answer is longer than the model can write',
    });
  });
});

test.each(['error_retriable', 'empty', 'invalid_json', 'schema_mismatch', 'missing'] as const)(
  'one that ended as %s goes again as it was',
  (outcome) => {
    expect(repair(row(), { outcome })).toEqual({ row: row(), changes: [] });
  },
);

describe('a refused row', () => {
  test('goes again mended where lint knows what is wrong', () => {
    const flat = { key: 'r-1', request: { ...row().request, temperature: 0.5 } };
    const mend = createMender(targetOf({ model: 'gemini-3.8-flash', on: '2026-11-22' }));
    const mended = repair(flat, { outcome: 'error_permanent' }, { mend });
    expect(mended).toMatchObject({ row: { request: { generationConfig: { temperature: 0.5 } } } });
    expect('changes' in mended && mended.changes.join()).toMatch(/^mended /);
  });

  test('is left where nothing is known to help, unless another model is to try', () => {
    expect(repair(row(), { outcome: 'error_permanent' })).toEqual({
      left: 'it was refused, and no known mend fits',
    });
    expect(repair(row(), { outcome: 'error_permanent' }, { otherModel: true })).toEqual({
      row: row(),
      changes: [],
    });
  });
});

test.each(['ok', 'blocked'] as const)('one that ended as %s is left', (outcome) => {
  expect(repair(row(), { outcome }, { otherModel: true })).toHaveProperty('left');
});
