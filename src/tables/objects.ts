import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Row, Skipped, Source } from './table.ts';
import type { Encoding, TextOptions } from './text-chunks.ts';

/** Rows that are looked at for columns: members are often left out where they are empty, also in the first row. */
const LOOK_AHEAD = 1_000;

/** The names of all members of the first rows, in the order in which they first occur; none where there are no rows. */
export async function membersOf(rows: AsyncIterable<Row | Skipped>): Promise<string[] | undefined> {
  const names = new Set<string>();
  let seen = 0;
  for await (const row of rows) {
    if (!('cells' in row)) continue;
    for (const name of Object.keys(row.cells)) names.add(name);
    seen += 1;
    if (seen === LOOK_AHEAD) break;
  }
  return seen === 0 ? undefined : [...names];
}

/** A row's cells are a JSON object's members. Throws `not_an_object`. */
export function asCells(value: unknown, place: string, source: Source): Row['cells'] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row['cells'];
  const kind = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new UserError('not_an_object', {
    what: `${place} of ${quoteUntrusted(source.name)} is ${kind}.`,
    why: 'A row is a JSON object whose members are its columns.',
    fix: 'Turn each row into an object such as {"text": "…"}.',
  });
}

/** JSON is UTF-8; PowerShell writes UTF-16, and says so in front. */
export function jsonText(): TextOptions & { notes(): string[] } {
  let encoding: Encoding | undefined;
  return {
    windows1252: false,
    onEncoding: (found) => {
      encoding = found;
    },
    notes: () => (encoding ? [`The text is ${encoding}, and was converted.`] : []),
  };
}
