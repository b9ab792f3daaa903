import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { type ArrayProblem, jsonItems } from './json-items.ts';
import { asCells, jsonText, membersOf } from './objects.ts';
import { MOST_ROW_BYTES, type Reader, type Row, type Source } from './table.ts';
import { textChunks } from './text-chunks.ts';

/**
 * A JSON array of objects, read item by item. Columns are the members of the first rows.
 * Throws `not_an_array`, `no_rows`, and while reading `bad_json`, `row_too_long` and `not_an_object`.
 */
export const readJson: Reader = async (source, signal) => {
  const text = jsonText();
  const open = () => rows(textChunks(source, signal, text), source);
  const columns = await membersOf(open());
  if (!columns)
    throw new UserError('no_rows', {
      what: `${quoteUntrusted(source.name)} is an empty array.`,
      fix: 'Name a file with at least one row.',
    });
  return { columns, unit: 'item', rows: { [Symbol.asyncIterator]: open }, notes: text.notes };
};

async function* rows(chunks: AsyncIterable<string>, source: Source): AsyncGenerator<Row> {
  let place = 0;
  const problem = (kind: ArrayProblem, text: string) => explain(kind, text, place + 1, source);
  for await (const item of jsonItems(chunks, MOST_ROW_BYTES, problem)) {
    place += 1;
    yield { place, cells: asCells(parse(item, place, source), `Item ${place}`, source) };
  }
}

function parse(item: string, place: number, source: Source): unknown {
  try {
    return JSON.parse(item);
  } catch (error) {
    throw badJson(source, `item ${place}: ${quoteUntrusted((error as Error).message, 120)}`);
  }
}

function explain(kind: ArrayProblem, text: string, place: number, source: Source): UserError {
  switch (kind) {
    case 'no array':
      return noArray(text, source);
    case 'cut off':
      return badJson(source, `the array breaks off at item ${place}`);
    case 'more behind':
      return badJson(source, 'something stands behind the array');
    case 'too long':
      return new UserError('row_too_long', {
        what: `Item ${place} of ${quoteUntrusted(source.name)} is longer than ${bytes(MOST_ROW_BYTES)}.`,
        why: 'Most often a quote or a bracket is opened there and never closed.',
        fix: 'Mend that item, or leave its large members out.',
      });
  }
}

/** Rows one a line, an object around the rows, or something else altogether. */
function noArray(text: string, source: Source): UserError {
  const [line = '', ...more] = text.trimEnd().split('\n');
  let isValue = true;
  try {
    JSON.parse(line);
  } catch {
    isValue = false;
  }
  if (isValue && more.length > 0) return badJson(source, 'there is one value on each line');
  if (!isValue && !text.startsWith('{')) return badJson(source, `it begins with ${quoteUntrusted(line, 40)}`);
  return new UserError('not_an_array', {
    what: `${quoteUntrusted(source.name)} holds one JSON value that is not an array.`,
    why: 'A table in JSON is an array of objects, one a row.',
    fix: 'Take the array out of it, for example with `jq .rows`, and name that file.',
  });
}

const badJson = ({ name }: Source, why: string) =>
  new UserError('bad_json', {
    what: `${quoteUntrusted(name)} is not JSON: ${why}.`,
    fix: 'Mend it; if it has one object on each line, rename it to .jsonl.',
  });
