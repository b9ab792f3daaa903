import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { asCells, LOOK_AHEAD, membersOf } from './objects.ts';
import type { Reader, Row, SourceFile } from './table.ts';
import { utf8Chunks } from './utf8-chunks.ts';

/** JSON has to be held whole to be read; a text of half a gigabyte is more than Node can hold. */
export const MOST_JSON_BYTES = 256_000_000;

/**
 * A JSON array of objects, read whole. Columns are the members of the first rows.
 * Throws `json_too_large`, `bad_json`, `not_an_array`, `no_rows`, and `not_an_object` for an item that is none.
 */
export const readJson: Reader = async (file, signal) => {
  if (file.size > MOST_JSON_BYTES)
    throw new UserError('json_too_large', {
      what: `${quoteUntrusted(file.name)} has ${bytes(file.size)}.`,
      why: `A JSON array is read whole, up to ${bytes(MOST_JSON_BYTES)}.`,
      fix: 'Write it as JSONL, one object a line: `jq -c ".[]" rows.json > rows.jsonl`.',
    });
  const chunks: Buffer[] = [];
  for await (const chunk of utf8Chunks(file, signal)) chunks.push(chunk);
  const items = parse(Buffer.concat(chunks).toString(), file);
  const row = (item: unknown, index: number): Row => ({
    place: index + 1,
    cells: asCells(item, `Item ${index + 1}`, file),
  });
  async function* rows() {
    for (const [index, item] of items.entries()) yield row(item, index);
  }
  const columns = membersOf(items.slice(0, LOOK_AHEAD).map(row));
  return { columns, unit: 'item', rows: { [Symbol.asyncIterator]: rows } };
};

function parse(text: string, file: SourceFile): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError('bad_json', {
      what: `${quoteUntrusted(file.name)} is not JSON: ${quoteUntrusted((error as Error).message, 120)}.`,
      fix: 'Mend it; if it has one object on each line, rename it to .jsonl.',
    });
  }
  if (!Array.isArray(value))
    throw new UserError('not_an_array', {
      what: `${quoteUntrusted(file.name)} holds one JSON value that is not an array.`,
      why: 'A table in JSON is an array of objects, one a row.',
      fix: 'Take the array out of it, for example with `jq .rows`, and name that file.',
    });
  if (value.length === 0)
    throw new UserError('no_rows', {
      what: `${quoteUntrusted(file.name)} is an empty array.`,
      fix: 'Name a file with at least one row.',
    });
  return value;
}
