import { describe, expect, test } from 'vitest';
import { badLines, type Rule } from '../../src/batch/lint/rule.ts';
import { RULE_FAMILIES, RULE_IDS, RULES, type RuleId } from '../../src/batch/lint/rules.ts';
import { fileOf, lintLines, rulesOf } from './lint-lines.ts';
import { mendBytes } from './mend-bytes.ts';

/** The model itself is the mistake: no lines are good with it. */
const ABOUT_THE_MODEL = ['model-unknown', 'model-retired', 'model-retires-first', 'model-ends'];

const CASES = Object.entries(RULES as Record<string, Rule>);

describe.each(CASES)('%s', (id, rule) => {
  test('speaks on its bad example, and only it', () => {
    const report = lintLines(badLines(rule), rule.given);
    expect(rulesOf(report)).toEqual([id, ...(rule.also ?? [])].sort());
  });

  test('is silent on its good example, and so are all', () => {
    const given = ABOUT_THE_MODEL.includes(id) ? {} : rule.given;
    expect(rulesOf(lintLines(rule.good, given))).toEqual([]);
  });

  test('says what, why, what to do and where it is from', () => {
    for (const sentence of [rule.says, rule.why, rule.mend]) expect(sentence).toMatch(/[.?]$|"\.$/);
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(rule.source.where).not.toBe('');
    expect(rule.breaks !== undefined).toBe(rule.severity === 'error');
  });
});

describe('fixes', () => {
  test.each(CASES.filter(([, { fix }]) => fix !== undefined))('%s is mended', (id, rule) => {
    const mended = mendBytes(fileOf(badLines(rule)), rule.given);
    expect(mended.rules).toContain(id);
    expect(rulesOf(lintLines(mended.lines, rule.given))).not.toContain(id);
  });
});

test('ids are unique across families', () => {
  const ids = Object.values(RULE_FAMILIES).flatMap((family) => Object.keys(family));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(RULE_IDS satisfies RuleId[]);
});
