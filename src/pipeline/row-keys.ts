import { keyIndex } from '../batch/lint/key-index.ts';
import { logKey, newKeyLog } from '../batch/lint/key-log.ts';
import { rowKey } from '../batch/request-row.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Row, Table } from '../tables/table.ts';
import { cellOf, cellText, findColumn } from './template.ts';

/** Where the keys of an input come from; stands in its manifest. */
export interface KeyRule {
  /** Left out where rows are numbered: `r-000001`. */
  column?: string | undefined;
  /** How many values read as numbers and were written with `k-` before them. */
  prefixed: number;
}

export interface RowKeys {
  rule: KeyRule;
  /** The key of the nth row that makes a request, counted from 1. */
  keyOf(row: Row, n: number): string;
}

/** Characters. Long keys cost storage in every output row and help nobody. */
const MOST_KEY_LENGTH = 256;

/** Vertex AI guesses types from values when it loads the file: text that reads as a number may not come back as text. */
const NUMERIC = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/**
 * Keys by number, or from a column whose values tell rows apart. Throws `unknown_column`; `keyOf` throws
 * `empty_key`, `long_key`, `bad_key`, and `duplicate_key` with both places.
 */
export function rowKeys(column: string | undefined, table: Table): RowKeys {
  if (column === undefined) return { rule: { prefixed: 0 }, keyOf: (_row, n) => rowKey(n) };
  const name = findColumn(column, table.columns, 'key_column');
  const rule = { column: name, prefixed: 0 };
  const log = newKeyLog();
  const index = keyIndex(log);
  const keyOf = ({ cells, place }: Row): string => {
    const value = cellOf(cells, name);
    const at = `${table.unit} ${place}`;
    if (typeof value === 'object' && value !== null) throw badKey(at, name, 'a list or an object');
    if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value))
      throw badKey(at, name, 'a number too large to be read exactly');
    const text = cellText(value);
    if (text.trim() === '') throw emptyKey(at, name);
    if (text.length > MOST_KEY_LENGTH) throw longKey(at, name, text);
    const numeric = NUMERIC.test(text);
    if (numeric) rule.prefixed += 1;
    const key = numeric ? `k-${text}` : text;
    const earlier = index.earlier(logKey(log, key, place));
    if (earlier !== undefined) throw duplicateKey(key, name, `${table.unit}s ${earlier} and ${place}`);
    return key;
  };
  return { rule, keyOf };
}

const FIX = 'Choose a column that identifies rows, or leave key_column out to number them.';
const named = (column: string) => `key_column ${quoteUntrusted(column, 80)}`;

const badKey = (at: string, column: string, kind: string) =>
  new UserError('bad_key', {
    what: `${named(column)} holds ${kind} at ${at}.`,
    why: 'A key is text.',
    fix: FIX,
  });

const emptyKey = (at: string, column: string) =>
  new UserError('empty_key', {
    what: `${named(column)} is empty at ${at}.`,
    why: 'The key is the only tie between a row and its answer.',
    fix: FIX,
  });

const longKey = (at: string, column: string, text: string) =>
  new UserError('long_key', {
    what: `${named(column)} has ${text.length} characters at ${at}.`,
    why: `A key has at most ${MOST_KEY_LENGTH}.`,
    fix: FIX,
  });

const duplicateKey = (key: string, column: string, places: string) =>
  new UserError('duplicate_key', {
    what: `${named(column)} gives the key ${quoteUntrusted(key, 80)} twice, at ${places}.`,
    why: 'Answers come back in any order and are told apart by their keys alone.',
    fix: FIX,
  });
