import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { asCells, jsonText, membersOf } from './objects.ts';
import { MOST_ROW_BYTES, type Reader, type Row, type Skipped, type Source } from './table.ts';
import { textChunks } from './text-chunks.ts';

/**
 * One JSON object a line. Columns are the members of the first rows; later rows may have more or fewer.
 * Throws `no_rows`, and for the line that is broken `bad_json_line`, `not_an_object`, `row_too_long`.
 */
export const readJsonLines: Reader = async (source, signal) => {
  const text = jsonText();
  const open = () => rows(textChunks(source, signal, text), source);
  const columns = await membersOf(open());
  if (!columns)
    throw new UserError('no_rows', {
      what: `${quoteUntrusted(source.name)} has no rows.`,
      fix: 'Name a file with one JSON object on each line.',
    });
  return { columns, unit: 'line', rows: { [Symbol.asyncIterator]: open }, notes: text.notes };
};

async function* rows(chunks: AsyncIterable<string>, source: Source): AsyncGenerator<Row | Skipped> {
  let blanks = 0;
  for await (const { line, text } of textLines(chunks, source)) {
    if (text.trim() === '') {
      blanks += 1;
      continue;
    }
    // Blank lines at the end of a file are its end, not rows left out.
    for (; blanks > 0; blanks--) yield { place: line - blanks, skipped: 'blank line' };
    yield { place: line, cells: asCells(parse(text, line, source), `Line ${line}`, source) };
  }
}

function parse(text: string, line: number, source: Source): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError('bad_json_line', {
      what: `Line ${line} of ${quoteUntrusted(source.name)} is not JSON: ${quoteUntrusted((error as Error).message, 120)}.`,
      why: 'Each line must be one whole JSON object.',
      fix:
        line === 1 && /^\s*\[/.test(text)
          ? 'It looks like one JSON array: rename the file to .json.'
          : 'Mend that line, or take it out.',
    });
  }
}

async function* textLines(
  chunks: AsyncIterable<string>,
  source: Source,
): AsyncGenerator<{ line: number; text: string }> {
  let line = 1;
  let held = '';
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      yield { line, text: held + chunk.slice(start, end) };
      held = '';
      start = end + 1;
      line += 1;
    }
    held += chunk.slice(start);
    if (held.length > MOST_ROW_BYTES) throw tooLong(source, line);
  }
  if (held !== '') yield { line, text: held };
}

const tooLong = (source: Source, line: number) =>
  new UserError('row_too_long', {
    what: `Line ${line} of ${quoteUntrusted(source.name)} is longer than ${bytes(MOST_ROW_BYTES)}.`,
    why: 'In JSONL a line is one row; a JSON array on one line is another format.',
    fix: 'Write one object a line, or rename the file to .json if it is one array.',
  });
