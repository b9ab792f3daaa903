import { Blob } from 'node:buffer';
import { UserError } from '../support/errors.ts';
import { bytes, list, quoteUntrusted } from '../support/text.ts';
import { checkHeader } from './header.ts';
import type { Reader, Row, Skipped, Source, Value } from './table.ts';
import { type ZipContents, zipContents } from './zip-contents.ts';

/** A workbook is unpacked and parsed in memory. */
const MOST_PACKED_BYTES = 200_000_000;
const MOST_UNPACKED_BYTES = 1_000_000_000;

/**
 * One sheet of an .xlsx workbook, its first row the header. Formulas are their last result, dates and times are
 * ISO 8601 without a zone, as a sheet has none. Throws `workbook_too_large`, `bad_workbook`, `unknown_sheet`,
 * `no_rows`, `empty_column_name` and `duplicate_column`.
 */
export const readWorkbook: Reader = async (source, signal, { sheet }) => {
  if (source.size > MOST_PACKED_BYTES) throw tooLarge(source);
  const content = await contentOf(source, signal);
  const zip = zipContents(content);
  if (!zip) throw badWorkbook(source, 'it is no zip file');
  if (zip.unpackedBytes > MOST_UNPACKED_BYTES) throw tooLarge(source, zip);
  const [header = [], ...body] = await cellsOf(content, sheet ?? 1, source);
  const columns = header.map((name) => String(name ?? ''));
  if (columns.length === 0) throw noRows(source);
  checkHeader(columns, source);
  async function* rows(): AsyncGenerator<Row | Skipped> {
    for (const [index, row] of body.entries()) {
      const place = index + 2;
      if (row.every((value) => value === null)) yield { place, skipped: 'blank row' };
      else yield { place, cells: Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])) };
    }
  }
  const sheets = zip.names.filter((name) => /^xl\/worksheets\/[^/]+\.xml$/.test(name)).length;
  return {
    columns,
    unit: 'row',
    rows: { [Symbol.asyncIterator]: rows },
    notes: () =>
      sheet === undefined && sheets > 1
        ? [`The first of ${sheets} sheets was read; sheet names another.`]
        : [],
  };
};

async function contentOf(source: Source, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.bytes(signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function cellsOf(content: Buffer, sheet: string | number, source: Source): Promise<(Value | null)[][]> {
  // The one of its readers that takes a file whole: a stream of damaged bytes can keep the other waiting for ever.
  const { readSheet } = await import('read-excel-file/universal');
  try {
    const rows = await readSheet(new Blob([content]), sheet, { trim: false });
    return rows.map((row) => row.map(asText));
  } catch (error) {
    const { name, message, sheets } = error as Error & { sheets?: string[] };
    if (name !== 'SheetNotFoundError') throw badWorkbook(source, quoteUntrusted(message, 120), error);
    if (typeof sheet === 'string' && /^[1-9]\d{0,3}$/.test(sheet))
      return cellsOf(content, Number(sheet), source);
    throw unknownSheet(source, sheet, sheets ?? []);
  }
}

const MS_A_DAY = 86_400_000;
/** The day before Excel's first: a cell with only a time of day is a time on it. */
const DAY_ZERO = Date.UTC(1899, 11, 31);

function asText(value: unknown): Value | null {
  if (!(value instanceof Date)) return value === '' ? null : (value as Value | null);
  // A day's part is a fraction in the file, which seldom meets the second exactly.
  const ms = Math.round(value.getTime() / 10) * 10;
  const text = new Date(ms).toISOString().replace(/\.?0*Z$/, '');
  if (ms < DAY_ZERO) return text.slice(text.indexOf('T') + 1);
  return ms % MS_A_DAY === 0 ? text.slice(0, text.indexOf('T')) : text;
}

const unknownSheet = ({ name }: Source, sheet: string | number, sheets: readonly string[]) =>
  new UserError('unknown_sheet', {
    what: `${quoteUntrusted(name)} has no sheet ${quoteUntrusted(String(sheet), 80)}.`,
    why: `Its sheets are ${list(sheets.map((title) => quoteUntrusted(title, 80)))}.`,
    fix: 'Use one of these names, or a number from 1.',
  });

const noRows = ({ name }: Source) =>
  new UserError('no_rows', {
    what: `The sheet of ${quoteUntrusted(name)} is empty.`,
    fix: 'Name a sheet whose first row names the columns.',
  });

const badWorkbook = ({ name }: Source, why: string, cause?: unknown) =>
  new UserError('bad_workbook', {
    what: `${quoteUntrusted(name)} cannot be read as an .xlsx workbook: ${why}.`,
    why: 'It is damaged, locked with a password, or of another format, such as .xls.',
    fix: 'Save it as .xlsx without a password, or export the sheet as CSV.',
    cause,
  });

const tooLarge = ({ name, size }: Source, zip?: ZipContents) =>
  new UserError('workbook_too_large', {
    what: `${quoteUntrusted(name)} has ${bytes(size)}${zip ? `, unpacked ${bytes(zip.unpackedBytes)}` : ''}.`,
    why: `A workbook is read whole, up to ${bytes(MOST_PACKED_BYTES)} and ${bytes(MOST_UNPACKED_BYTES)} unpacked.`,
    fix: 'Export the sheet as CSV, which has no limit.',
  });
