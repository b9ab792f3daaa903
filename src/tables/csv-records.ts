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
    const text = held + chunk;
    const before = held.length;
    held = text;
    if (text.length < enough) continue;
    for (const record of scanner.records(text, false)) yield record;
    const done = scanner.scanned();
    // Cut from the chunk where that is possible: a text with one character beyond Latin-1 takes two bytes for each,
    // and so would every text that a rest of it is put in front of.
    held = done < before ? text.slice(done) : chunk.slice(done - before);
    if (held.length > MOST_ROW_BYTES) throw problem('too long', scanner.line());
    // A record is scanned anew from its start: twice as much each time, or long ones would take forever.
    enough = Math.min(2 * held.length, MOST_ROW_BYTES + 1);
  }
  for (const record of scanner.records(held, true)) yield record;
}
