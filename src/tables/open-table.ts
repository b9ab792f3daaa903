import { extname } from 'node:path';
import { UserError } from '../support/errors.ts';
import { list, quoteUntrusted } from '../support/text.ts';
import { csvReader } from './csv.ts';
import { unpacked } from './gzip.ts';
import { readJson } from './json.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet.ts';
import type { Reader, ReadOptions, Source, Table } from './table.ts';
import { readWorkbook } from './workbook.ts';

const TEXTS: Readonly<Record<string, Reader>> = {
  '.csv': csvReader(),
  '.tsv': csvReader('\t'),
  '.json': readJson,
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
};

const READERS: Readonly<Record<string, Reader>> = {
  ...TEXTS,
  '.parquet': readParquet,
  '.xlsx': readWorkbook,
};

const GZIP = '.gz';

/** The extension of a table that can be read, such as `.csv` or `.jsonl.gz`. Throws `unsupported_table`. */
export function tableFormat(name: string): string {
  const last = extname(name).toLowerCase();
  const inner = last === GZIP ? extname(name.slice(0, -GZIP.length)).toLowerCase() : '';
  if (Object.hasOwn(last === GZIP ? TEXTS : READERS, inner || last)) return inner + last;
  throw new UserError('unsupported_table', {
    what: `${quoteUntrusted(name)} is not a table that can be read.`,
    why: `The extension says the format, and there are ${list(Object.keys(READERS))}, and the text forms with ${GZIP} behind.`,
    fix: 'Convert the file to one of these, or rename it if it is one already.',
  });
}

/**
 * Opens a table by its extension and reads as much as its columns need; `rows` streams.
 * Throws `unsupported_table`, `no_workbook`, `no_rows` and what the format's reader throws.
 */
export async function openTable(
  source: Source,
  signal: AbortSignal,
  options: ReadOptions = {},
): Promise<Table> {
  const format = tableFormat(source.name);
  if (options.sheet !== undefined && format !== '.xlsx') throw noWorkbook(source);
  const isPacked = format.endsWith(GZIP);
  const read = READERS[isPacked ? format.slice(0, -GZIP.length) : format];
  if (!read) throw new Error(`no reader for ${format}`);
  return read(isPacked ? unpacked(source) : source, signal, options);
}

const noWorkbook = ({ name }: Source) =>
  new UserError('no_workbook', {
    what: `${quoteUntrusted(name)} has no sheets.`,
    why: 'Only .xlsx files have.',
    fix: 'Leave sheet out.',
  });
