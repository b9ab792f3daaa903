import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { asCells, LOOK_AHEAD, membersOf } from './objects.ts';
import { MOST_ROW_BYTES, type Reader, type Row, type Skipped, type SourceFile } from './table.ts';
import { utf8Chunks } from './utf8-chunks.ts';

/**
 * One JSON object a line. Columns are the members of the first rows; later rows may have more or fewer.
 * Throws `no_rows`, and for the line that is broken `bad_json_line`, `not_an_object`, `row_too_long`.
 */
export const readJsonLines: Reader = async (file, signal) => {
  const first: Row[] = [];
  for await (const row of rows(file, signal)) {
    if ('cells' in row) first.push(row);
    if (first.length === LOOK_AHEAD) break;
  }
  if (first.length === 0)
    throw new UserError('no_rows', {
      what: `${quoteUntrusted(file.name)} has no rows.`,
      fix: 'Name a file with one JSON object on each line.',
    });
  return {
    columns: membersOf(first),
    unit: 'line',
    rows: { [Symbol.asyncIterator]: () => rows(file, signal) },
  };
};

async function* rows(file: SourceFile, signal: AbortSignal): AsyncGenerator<Row | Skipped> {
  let blanks = 0;
  for await (const { line, text } of textLines(file, signal)) {
    if (text.trim() === '') {
      blanks += 1;
      continue;
    }
    // Blank lines at the end of a file are its end, not rows left out.
    for (; blanks > 0; blanks--) yield { place: line - blanks, skipped: 'blank line' };
    yield { place: line, cells: asCells(parse(text, line, file), `Line ${line}`, file) };
  }
}

function parse(text: string, line: number, file: SourceFile): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError('bad_json_line', {
      what: `Line ${line} of ${quoteUntrusted(file.name)} is not JSON: ${quoteUntrusted((error as Error).message, 120)}.`,
      why: 'Each line must be one whole JSON object.',
      fix:
        line === 1 && /^\s*\[/.test(text)
          ? 'It looks like one JSON array: rename the file to .json.'
          : 'Mend that line, or take it out.',
    });
  }
}

async function* textLines(
  file: SourceFile,
  signal: AbortSignal,
): AsyncGenerator<{ line: number; text: string }> {
  let line = 1;
  let held = '';
  for await (const chunk of utf8Chunks(file, signal)) {
    const text = chunk.toString();
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      yield { line, text: held + text.slice(start, end) };
      held = '';
      start = end + 1;
      line += 1;
    }
    held += text.slice(start);
    if (held.length > MOST_ROW_BYTES) throw tooLong(file, line);
  }
  if (held !== '') yield { line, text: held };
}

const tooLong = (file: SourceFile, line: number) =>
  new UserError('row_too_long', {
    what: `Line ${line} of ${quoteUntrusted(file.name)} is longer than ${bytes(MOST_ROW_BYTES)}.`,
    why: 'In JSONL a line is one row; a JSON array on one line is another format.',
    fix: 'Write one object a line, or rename the file to .json if it is one array.',
  });
