import { isRecord } from '../../support/records.ts';
import { canonicalJson } from '../canonical-json.ts';
import { notSupported } from './conversion.ts';

type Members = Record<string, unknown>;

const LARGER = new Set(['minimum', 'minLength', 'minItems', 'exclusiveMinimum']);
const SMALLER = new Set(['maximum', 'maxLength', 'maxItems', 'exclusiveMaximum']);
const FIRST_WINS = new Set(['title', 'description', 'format', 'propertyOrdering', 'additionalProperties']);

/**
 * What holds where both hold; in words for people the first wins. `type` is a list of lower-case names here.
 * Throws `schema_not_supported` where the two cannot be said as one.
 */
export function mergeMembers(first: Members, second: Members, path: string): Members {
  const merged = { ...first };
  for (const [name, value] of Object.entries(second))
    merged[name] = name in first ? mergeMember(name, first[name], value, path) : value;
  return merged;
}

function mergeMember(name: string, a: unknown, b: unknown, path: string): unknown {
  if (FIRST_WINS.has(name) || canonicalJson(a) === canonicalJson(b)) return a;
  if (LARGER.has(name)) return Math.max(Number(a), Number(b));
  if (SMALLER.has(name)) return Math.min(Number(a), Number(b));
  if (name === 'nullable') return true;
  if (name === 'items') return { allOf: [a, b] };
  if (name === 'type') return nonEmpty(commonTypes(a as string[], b as string[]), name, path);
  if (name === 'enum' && Array.isArray(a) && Array.isArray(b)) {
    const both = new Set(b.map(canonicalJson));
    return nonEmpty(
      a.filter((value) => both.has(canonicalJson(value))),
      name,
      path,
    );
  }
  if (name === 'required' && Array.isArray(a) && Array.isArray(b)) return [...new Set([...a, ...b])];
  if (name === 'properties' && isRecord(a) && isRecord(b)) return mergeProperties(a, b);
  throw cannotMerge(name, path);
}

/** An integer is a number too. */
function commonTypes(a: readonly string[], b: readonly string[]): string[] {
  const has = (types: readonly string[], type: string) =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  return [...new Set([...a, ...b])].filter((type) => has(a, type) && has(b, type));
}

const mergeProperties = (a: Members, b: Members): Members =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => {
      if (!Object.hasOwn(a, name)) return [name, b[name]];
      return [name, Object.hasOwn(b, name) ? { allOf: [a[name], b[name]] } : a[name]];
    }),
  );

function nonEmpty<T>(values: T[], name: string, path: string): T[] {
  if (values.length > 0) return values;
  throw notSupported(
    path,
    `Its parts have nothing in common in ${name}, so no value fits both.`,
    'Correct one of them.',
  );
}

const cannotMerge = (name: string, path: string) =>
  notSupported(
    path,
    `Two of its parts differ in ${name}, and a response schema has no allOf to say both.`,
    'Write one schema that says what both mean.',
  );
