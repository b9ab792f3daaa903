import { type CsvProblem, type CsvRecord, csvScanner } from './csv-scanner.ts';
import { MOST_ROW_BYTES } from './table.ts';

/**
 * The records of delimited text after RFC 4180, read strictly; fields as they were written. Lines end in CRLF,
 * LF or CR, also mixed. `problem` makes the error for what is wrong in the record that starts at a line.
 */
export async function* csvRecords(
  chunks: AsyncIterable<string>,
  delimiter: string,
  problem: (kind: CsvProblem, line: number) => Error,
): AsyncGenerator<CsvRecord> {
  const scanner = csvScanner(delimiter, problem);
  let held = '';
  let enough = 0;
  for await (const chunk of chunks) {
    held += chunk;
    if (held.length < enough) continue;
    for (const record of scanner.records(held, false)) yield record;
    held = held.slice(scanner.scanned());
    if (held.length > MOST_ROW_BYTES) throw problem('too long', scanner.line());
    // A record is scanned anew from its start: twice as much each time, or long ones would take forever.
    enough = Math.min(2 * held.length, MOST_ROW_BYTES + 1);
  }
  for (const record of scanner.records(held, true)) yield record;
}
