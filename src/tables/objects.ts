import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Row, SourceFile } from './table.ts';

/** Rows that are looked at for columns: members are often left out where they are empty, also in the first row. */
export const LOOK_AHEAD = 1_000;

/** The names of all members, in the order in which they first occur. */
export const membersOf = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({ cells }) => Object.keys(cells))),
];

/** A row's cells are a JSON object's members. Throws `not_an_object`. */
export function asCells(value: unknown, place: string, file: SourceFile): Row['cells'] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row['cells'];
  const kind = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new UserError('not_an_object', {
    what: `${place} of ${quoteUntrusted(file.name)} is ${kind}.`,
    why: 'A row is a JSON object whose members are its columns.',
    fix: 'Turn each row into an object such as {"text": "…"}.',
  });
}
