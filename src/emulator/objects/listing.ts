import { invalid } from './errors.ts';
import { globPattern } from './glob.ts';
import type { ListOptions, Page } from './model.ts';

const PAGE_SIZE = 1000;

/**
 * One page of the objects that fit, in the order of the UTF-8 bytes of their names. With a delimiter, names that
 * go on after it are rolled up to prefixes; items and prefixes together fill a page.
 * The token of the next page is the last name that this page took in.
 */
export function pageOf<T extends { name: string }>(
  objects: readonly T[],
  options: ListOptions = {},
): Page<T> {
  const after = options.pageToken === undefined ? undefined : decodeToken(options.pageToken);
  const size = pageSize(options.maxResults);
  const fits = filter(options);
  const rollUp = prefixOf(options);
  const candidates = objects
    .filter(({ name }) => fits(name) && (after === undefined || compareNames(name, after) > 0))
    .sort((a, b) => compareNames(a.name, b.name));

  const items: T[] = [];
  const prefixes: string[] = [];
  let lastPrefix = after === undefined ? undefined : rollUp(after);
  let last: string | undefined;
  for (const object of candidates) {
    const prefix = rollUp(object.name);
    const newPrefix = prefix !== undefined && prefix !== lastPrefix;
    const isItem = prefix === undefined || (options.includeTrailingDelimiter && prefix === object.name);
    const room = size - items.length - prefixes.length;
    // A name that is an item and a new prefix at once takes two places, and is never cut in half.
    if (last !== undefined && Number(newPrefix) + Number(isItem) > room) {
      return { items, prefixes, nextPageToken: encodeToken(last) };
    }
    if (isItem) items.push(object);
    if (newPrefix) prefixes.push(prefix);
    lastPrefix = prefix;
    last = object.name;
  }
  return { items, prefixes };
}

function filter({ prefix, startOffset, endOffset, matchGlob }: ListOptions): (name: string) => boolean {
  const glob = matchGlob === undefined ? undefined : globPattern(matchGlob);
  return (name) =>
    name.startsWith(prefix ?? '') &&
    (startOffset === undefined || compareNames(name, startOffset) >= 0) &&
    (endOffset === undefined || compareNames(name, endOffset) < 0) &&
    (glob === undefined || glob.test(name));
}

function prefixOf({ prefix = '', delimiter }: ListOptions): (name: string) => string | undefined {
  if (!delimiter) return () => undefined;
  return (name) => {
    const at = name.indexOf(delimiter, prefix.length);
    return at === -1 ? undefined : name.slice(0, at + delimiter.length);
  };
}

/** JavaScript compares UTF-16 units, Cloud Storage UTF-8 bytes: they differ beyond the basic plane. */
const compareNames = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function pageSize(maxResults = PAGE_SIZE): number {
  if (!Number.isInteger(maxResults) || maxResults < 1) throw invalid(`Invalid value: ${maxResults}`);
  return Math.min(maxResults, PAGE_SIZE);
}

const encodeToken = (name: string): string => Buffer.from(`after:${name}`).toString('base64url');

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw invalid('Invalid argument.');
  return text.slice('after:'.length);
}
