import { pipeline, Readable } from 'node:stream';
import type { Options } from 'csv-parse';
import { UserError } from '../support/errors.ts';
import { bytes, count, quoteUntrusted } from '../support/text.ts';
import { MOST_ROW_BYTES, type Reader, type Row, type Skipped, type SourceFile } from './table.ts';
import { utf8Chunks } from './utf8-chunks.ts';

interface CsvRecord {
  /** The line that it starts at, from 1. */
  line: number;
  /** Blank lines right before it. */
  blanksBefore: number;
  fields: string[];
}

/**
 * Delimited text after RFC 4180, read strictly: a header, then records of as many fields, cells kept as written.
 * Lines may end in CRLF, LF or CR, also mixed. Throws `no_rows`, `empty_column_name`, `duplicate_column`,
 * and while reading `ragged_row`, `bad_quotes`, `row_too_long`.
 */
export const csvReader =
  (delimiter: string): Reader =>
  async (file, signal) => {
    const columns = await header(file, delimiter, signal);
    return {
      columns,
      unit: 'line',
      rows: { [Symbol.asyncIterator]: () => rows(file, delimiter, columns, signal) },
    };
  };

async function header(file: SourceFile, delimiter: string, signal: AbortSignal): Promise<string[]> {
  for await (const { fields } of records(file, delimiter, signal)) {
    checkHeader(fields, file);
    return fields;
  }
  throw new UserError('no_rows', {
    what: `${quoteUntrusted(file.name)} has no header and no rows.`,
    fix: 'Name a file whose first line names the columns.',
  });
}

function checkHeader(names: readonly string[], file: SourceFile): void {
  const empty = names.findIndex((name) => name.trim() === '');
  if (empty !== -1)
    throw new UserError('empty_column_name', {
      what: `Column ${empty + 1} of ${quoteUntrusted(file.name)} has no name.`,
      why: 'The first line must name every column.',
      fix: 'Name the column, or add a header line if there is none.',
    });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new UserError('duplicate_column', {
      what: `${quoteUntrusted(file.name)} has two columns named ${quoteUntrusted(twice, 80)}.`,
      fix: 'Rename one of them.',
    });
}

async function* rows(
  file: SourceFile,
  delimiter: string,
  columns: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Row | Skipped> {
  let isHeader = true;
  for await (const { line, blanksBefore, fields } of records(file, delimiter, signal, columns.length)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    for (let blank = blanksBefore; blank > 0; blank--) yield { place: line - blank, skipped: 'blank line' };
    yield { place: line, cells: Object.fromEntries(columns.map((name, index) => [name, fields[index]])) };
  }
}

async function* records(
  file: SourceFile,
  delimiter: string,
  signal: AbortSignal,
  width?: number,
): AsyncGenerator<CsvRecord> {
  const { parse } = await import('csv-parse');
  // The parser counts a CRLF inside quotes as two lines, so lines are counted here.
  let next = 1;
  let blanks = 0;
  const options: Options<CsvRecord, string[]> = {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_ROW_BYTES,
    on_record: (fields: string[], { empty_lines }): CsvRecord => {
      const blanksBefore = empty_lines - blanks;
      const line = next + blanksBefore;
      if (width !== undefined && fields.length !== width) throw raggedRow(file, line, fields.length, width);
      blanks = empty_lines;
      next = line + 1 + lineBreaks(fields);
      return { line, blanksBefore, fields };
    },
  };
  // The package's types know records of another type only with its own header handling.
  const parser = parse(options as unknown as Options);
  // What goes wrong on the way destroys the parser with the error, and so reaches the loop below.
  pipeline(Readable.from(utf8Chunks(file, signal)), parser, () => undefined);
  try {
    yield* parser as unknown as AsyncIterable<CsvRecord>;
  } catch (error) {
    throw explain(error, file, next + parser.info.empty_lines - blanks);
  }
}

function lineBreaks(fields: readonly string[]): number {
  let breaks = 0;
  for (const field of fields)
    if (field.includes('\n') || field.includes('\r')) breaks += field.match(/\r\n|\n|\r/g)?.length ?? 0;
  return breaks;
}

const raggedRow = (file: SourceFile, line: number, fields: number, width: number) =>
  new UserError('ragged_row', {
    what: `The row at line ${line} of ${quoteUntrusted(file.name)} has ${count(fields, 'field')}, the header has ${width}.`,
    why: 'Most often a cell with a delimiter or a line break in it is not quoted.',
    fix: 'Quote that cell, or give the row as many fields as the header.',
  });

function explain(error: unknown, file: SourceFile, line: number): unknown {
  const code = (error as { code?: string }).code;
  if (code === 'CSV_MAX_RECORD_SIZE')
    return new UserError('row_too_long', {
      what: `The row that starts at line ${line} of ${quoteUntrusted(file.name)} is longer than ${bytes(MOST_ROW_BYTES)}.`,
      why: 'Most often a quote is opened there and never closed.',
      fix: 'Close the quote, or write it as two quotes inside a quoted cell.',
    });
  if (
    code === 'CSV_QUOTE_NOT_CLOSED' ||
    code === 'CSV_INVALID_CLOSING_QUOTE' ||
    code === 'INVALID_OPENING_QUOTE'
  )
    return new UserError('bad_quotes', {
      what: `The row that starts at line ${line} of ${quoteUntrusted(file.name)} has a quote where none may stand.`,
      why:
        code === 'CSV_QUOTE_NOT_CLOSED'
          ? 'A quote is opened there and never closed.'
          : 'A cell with a quote in it must stand in quotes, with its own quotes doubled.',
      fix: 'Mend the quotes of that row, or give the table as JSONL.',
      cause: error,
    });
  return error;
}
