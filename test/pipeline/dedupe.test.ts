import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/batch/canonical-json.ts';
import { dedupe, deduplicator, duplicateLine } from '../../src/pipeline/dedupe.ts';

const asking = (key: string, text: string, rest: object = {}) => ({
  key,
  request: { contents: [{ role: 'user' as const, parts: [{ text }] }], ...rest },
});

test('a request that was asked before is marked with the key of the first', async () => {
  const rows = [
    asking('r-1', 'a'),
    asking('r-2', 'b'),
    asking('r-3', 'a'),
    asking('r-4', 'a', { generationConfig: { seed: 1, topP: 1 } }),
    asking('r-5', 'a', { generationConfig: { topP: 1, seed: 1 } }),
    asking('r-6', 'a'),
  ];
  const found: (string | undefined)[] = [];
  for await (const { duplicateOf } of dedupe(rows)) found.push(duplicateOf);
  expect(found).toEqual([undefined, undefined, 'r-1', undefined, 'r-4', 'r-1']);
});

test('every row comes once, and each duplicate asks what its first asks', () => {
  fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), async (texts) => {
      const rows = texts.map((text, index) => asking(`r-${index}`, text));
      const firsts = new Map<string, string>();
      const seen: string[] = [];
      for await (const { row, duplicateOf } of dedupe(rows)) {
        seen.push(row.key);
        if (duplicateOf === undefined) firsts.set(row.key, canonicalJson(row.request));
        else expect(firsts.get(duplicateOf)).toBe(canonicalJson(row.request));
      }
      expect(seen).toEqual(rows.map(({ key }) => key));
      expect(firsts.size).toBe(new Set(texts).size);
    }),
  );
});

test('memory has an end: what does not fit goes through', () => {
  const { duplicateOf } = deduplicator(1);
  expect(['a', 'b', 'a', 'b'].map((text, index) => duplicateOf(asking(`r-${index}`, text)))).toEqual([
    undefined,
    undefined,
    'r-0',
    undefined,
  ]);
});

test('a line of the mapping', () => {
  expect(duplicateLine('r-3', 'r-1')).toBe('{"key":"r-3","duplicate_of":"r-1"}\n');
});
