import { extname } from 'node:path';
import { UserError } from '../support/errors.ts';
import { list, quoteUntrusted } from '../support/text.ts';
import { csvReader } from './csv.ts';
import { readJson } from './json.ts';
import { readJsonLines } from './json-lines.ts';
import type { Reader, SourceFile, Table } from './table.ts';

const READERS: Readonly<Record<string, Reader>> = {
  '.csv': csvReader(','),
  '.tsv': csvReader('\t'),
  '.json': readJson,
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
};

/** The extension of a table that can be read. Throws `unsupported_table`. */
export function tableFormat(name: string): string {
  const extension = extname(name).toLowerCase();
  if (Object.hasOwn(READERS, extension)) return extension;
  throw new UserError('unsupported_table', {
    what: `${quoteUntrusted(name)} is not a table that can be read.`,
    why: `The extension says the format, and there are ${list(Object.keys(READERS))}.`,
    fix: 'Convert the file to one of these, or rename it if it is one already.',
  });
}

/**
 * Opens a table by its extension and reads as much as its columns need; `rows` streams.
 * Throws `unsupported_table`, `invalid_utf8`, `no_rows` and what the format's reader throws.
 */
export async function openTable(file: SourceFile, signal: AbortSignal): Promise<Table> {
  const read = READERS[tableFormat(file.name)];
  if (!read) throw new Error(`no reader for ${tableFormat(file.name)}`);
  return read(file, signal);
}
