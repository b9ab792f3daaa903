import { UserError } from '../support/errors.ts';
import { bytes, count, quoteUntrusted } from '../support/text.ts';
import { delimiterOf } from './csv-delimiter.ts';
import { csvRecords } from './csv-records.ts';
import type { CsvProblem, CsvRecord } from './csv-scanner.ts';
import { checkHeader } from './header.ts';
import { MOST_ROW_BYTES, type Reader, type Row, type Skipped, type Source } from './table.ts';
import { type Encoding, textChunks } from './text-chunks.ts';

/**
 * Delimited text after RFC 4180, read strictly: a header, then records of as many fields, cells kept as written.
 * The delimiter is the header's own where none is given. Throws `no_rows`, `empty_column_name`,
 * `duplicate_column`, and while reading `ragged_row`, `bad_quotes`, `row_too_long` and what `textChunks` throws.
 */
export const csvReader =
  (given?: string): Reader =>
  async (source, signal) => {
    let encoding: Encoding | undefined;
    const onEncoding = (found: Encoding) => {
      encoding = found;
    };
    const text = () => textChunks(source, signal, { windows1252: true, onEncoding });
    const chunks = text();
    const { value: first = '' } = await chunks.next();
    const delimiter = given ?? delimiterOf(first);
    const recordsOf = (from: AsyncIterable<string>) =>
      csvRecords(from, delimiter, (kind, line) => explain(kind, line, source));
    const columns = await header(recordsOf(startingWith(first, chunks)), source);
    return {
      columns,
      unit: 'line',
      rows: { [Symbol.asyncIterator]: () => rows(recordsOf(text()), columns, source) },
      notes: () => [
        ...(encoding ? [`The text is ${encoding}, and was converted.`] : []),
        ...(given || delimiter === ',' ? [] : [`Columns are separated by ${NAMES[delimiter]}.`]),
      ],
    };
  };

const NAMES: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'bars (|)' };

async function* startingWith(first: string, chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield first;
    yield* chunks;
  } finally {
    await chunks.return(undefined);
  }
}

async function header(records: AsyncIterable<CsvRecord>, source: Source): Promise<string[]> {
  for await (const { fields } of records) {
    checkHeader(fields, source);
    return fields;
  }
  throw new UserError('no_rows', {
    what: `${quoteUntrusted(source.name)} has no header and no rows.`,
    fix: 'Name a file whose first line names the columns.',
  });
}

async function* rows(
  records: AsyncIterable<CsvRecord>,
  columns: readonly string[],
  source: Source,
): AsyncGenerator<Row | Skipped> {
  const cellsOf = cellMaker(columns);
  let isHeader = true;
  for await (const { line, blanksBefore, fields } of records) {
    if (fields.length !== columns.length) throw raggedRow(source, line, fields.length, columns.length);
    if (isHeader) {
      isHeader = false;
      continue;
    }
    for (let blank = blanksBefore; blank > 0; blank--) yield { place: line - blank, skipped: 'blank line' };
    yield { place: line, cells: cellsOf(fields) };
  }
}

function cellMaker(columns: readonly string[]): (fields: readonly string[]) => Row['cells'] {
  // Assigned, this name would be lost.
  if (columns.includes('__proto__'))
    return (fields) => Object.fromEntries(columns.map((name, index) => [name, fields[index]]));
  return (fields) => {
    const cells: Record<string, string | undefined> = {};
    for (let index = 0; index < columns.length; index++) cells[columns[index] as string] = fields[index];
    return cells;
  };
}

const raggedRow = ({ name }: Source, line: number, fields: number, width: number) =>
  new UserError('ragged_row', {
    what: `The row at line ${line} of ${quoteUntrusted(name)} has ${count(fields, 'field')}, the header has ${width}.`,
    why: 'Most often a cell with a delimiter or a line break in it is not quoted.',
    fix: 'Quote that cell, or give the row as many fields as the header.',
  });

function explain(kind: CsvProblem, line: number, { name }: Source): UserError {
  const row = `The row that starts at line ${line} of ${quoteUntrusted(name)}`;
  if (kind === 'too long')
    return new UserError('row_too_long', {
      what: `${row} is longer than ${bytes(MOST_ROW_BYTES)}.`,
      why: 'Most often a quote is opened there and never closed.',
      fix: 'Close the quote, or write it as two quotes inside a quoted cell.',
    });
  return new UserError('bad_quotes', {
    what: `${row} has a quote where none may stand.`,
    why:
      kind === 'unclosed quote'
        ? 'A quote is opened there and never closed.'
        : 'A cell with a quote in it must stand in quotes, with its own quotes doubled.',
    fix: 'Mend the quotes of that row, or give the table as JSONL.',
  });
}
