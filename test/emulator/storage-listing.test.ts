import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globPattern } from '../../src/emulator/objects/glob.ts';
import { pageOf } from '../../src/emulator/objects/listing.ts';
import type { ListOptions } from '../../src/emulator/objects/store.ts';

const list = (names: string[], options: ListOptions = {}) => {
  const page = pageOf(
    names.map((name) => ({ name })),
    options,
  );
  return { ...page, items: page.items.map(({ name }) => name) };
};

/** Items and prefixes of all pages, in the order in which they came. */
function allPages(names: string[], options: ListOptions): string[] {
  const seen: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = list(names, { ...options, pageToken });
    expect(page.items.length + page.prefixes.length).toBeLessThanOrEqual(
      Math.max(2, options.maxResults ?? 1000),
    );
    seen.push(...page.items, ...page.prefixes);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return seen;
}

test('names come in the order of their UTF-8 bytes, not of their UTF-16 units', () => {
  expect(list(['z', '\u{1F600}', '\uFF5E', 'é', 'Z', 'a/b', 'a-b']).items).toEqual([
    'Z',
    'a-b',
    'a/b',
    'z',
    'é',
    '\uFF5E',
    '\u{1F600}',
  ]);
});

test('a name that ends with the delimiter is a prefix, and an item too when asked', () => {
  const names = ['dir/', 'dir/file', 'top'];
  const delimiter = '/';
  expect(list(names, { delimiter })).toEqual({ items: ['top'], prefixes: ['dir/'] });
  expect(list(names, { delimiter, includeTrailingDelimiter: true })).toEqual({
    items: ['dir/', 'top'],
    prefixes: ['dir/'],
  });
  expect(list(names, { delimiter, prefix: 'dir/' }).items).toEqual(['dir/', 'dir/file']);
});

test('pages, however small, give what one page gives', () => {
  const name = fc.stringMatching(/^[ab/é]{1,6}$/);
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(undefined, '/', 'a/'),
      fc.constantFrom(undefined, 'a', 'a/'),
      fc.boolean(),
      (names, maxResults, delimiter, prefix, includeTrailingDelimiter) => {
        const options = { delimiter, prefix, includeTrailingDelimiter };
        const whole = list(names, options);
        const paged = allPages(names, { ...options, maxResults });
        expect(paged.sort()).toEqual([...whole.items, ...whole.prefixes].sort());
      },
    ),
  );
});

test('a page token that nobody gave out and a page of none are refused', () => {
  expect(() => list(['a'], { pageToken: 'garbage' })).toThrow('Invalid argument.');
  expect(() => list(['a'], { maxResults: 0 })).toThrow('Invalid value');
});

describe('globs', () => {
  test.each([
    ['*.jsonl', ['a.jsonl'], ['a/b.jsonl', 'ajsonl']],
    ['**.jsonl', ['a.jsonl', 'a/b/c.jsonl'], ['a.json']],
    ['out/**/x', ['out/x', 'out/a/x', 'out/a/b/x'], ['outx', 'out/ax']],
    ['part-?', ['part-1'], ['part-', 'part-10', 'part-/']],
    ['part-[0-4]', ['part-3'], ['part-5']],
    ['part-[!0-4]', ['part-5'], ['part-3', 'part-/']],
    ['{in,out}/*.{csv,tsv}', ['in/a.csv', 'out/b.tsv'], ['in/a.json', 'tmp/a.csv']],
    ['a\\*b', ['a*b'], ['axb']],
    ['a.b+(c)', ['a.b+(c)'], ['axb+(c)', 'abbc']],
    ['x,y', ['x,y'], ['x', 'y']],
    ['line*', ['line\u2028two'], []],
  ])('%s', (glob, matching, others) => {
    const pattern = globPattern(glob);
    expect(matching.filter((name) => !pattern.test(name))).toEqual([]);
    expect(others.filter((name) => pattern.test(name))).toEqual([]);
  });

  test.each(['[abc', '{a,b', 'a[z-a]'])('%s is refused', (glob) => {
    expect(() => globPattern(glob)).toThrow('Invalid glob pattern');
  });
});
