import { describe, expect, test } from 'vitest';
import { BAD_FILES } from './corpus-bad.ts';
import { GOOD_FILES } from './corpus-good.ts';
import { fileOf, lintLines, rulesOf } from './lint-lines.ts';
import { mendBytes } from './mend-bytes.ts';

describe('bad files, as people have submitted them', () => {
  test('there are enough of them', () => expect(BAD_FILES.length).toBeGreaterThanOrEqual(60));

  test.each(BAD_FILES)('$name', ({ lines, given, speak }) => {
    expect(rulesOf(lintLines(lines, given))).toEqual([...speak].sort());
  });

  test.each(BAD_FILES)('mending never makes it worse: $name', ({ lines, given }) => {
    const before = rulesOf(lintLines(lines, given));
    const once = mendBytes(fileOf(lines), given);
    const after = rulesOf(lintLines(once.lines, given));
    // What a mistake hid may show: settings of a request that had no frame. It must not be more than before.
    expect(after.length).toBeLessThanOrEqual(before.length);
    const twice = mendBytes(fileOf(once.lines), given);
    expect(twice.lines).toEqual(once.lines);
  });
});

describe('good files', () => {
  test.each(Object.entries(GOOD_FILES))('%s', (_name, { lines, given }) => {
    expect(lintLines(lines, given).findings).toEqual([]);
    expect(mendBytes(fileOf(lines), given).rules).toEqual([]);
  });
});
