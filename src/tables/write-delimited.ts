import type { ExportFindings, ExportRows, ExportValue } from './export-rows.ts';

/** Written when so many characters have come together. */
const PIECE = 1_000_000;
const BYTE_ORDER_MARK = '\ufeff';

/**
 * CSV or TSV after RFC 4180: lines end with CR and LF, cells with the delimiter, a quote or a line end in them are
 * quoted. An empty text is `""`, and nothing is nothing. Text that a spreadsheet would run gets an apostrophe.
 */
export async function* writeDelimited(
  { columns, batches }: ExportRows,
  findings: ExportFindings,
  { delimiter, bom }: { delimiter: ',' | '\t'; bom: boolean },
): AsyncGenerator<string> {
  const special = delimiter === ',' ? /[",\r\n]/ : /["\t\r\n]/;
  const cell = (value: ExportValue): string => {
    if (value === null) return '';
    if (typeof value !== 'string') return String(value);
    const safe = isFormula(value) ? `'${value}` : value;
    if (safe !== value) findings.neutralised += 1;
    return special.test(safe) || safe === '' ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  let piece = bom ? BYTE_ORDER_MARK : '';
  piece += `${columns.map(({ name }) => cell(name)).join(delimiter)}\r\n`;
  for await (const batch of batches) {
    const rows = batch[0]?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < batch.length; column++)
        piece += (column > 0 ? delimiter : '') + cell(batch[column]?.[row] ?? null);
      piece += '\r\n';
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

/** First characters that make spreadsheets calculate, as OWASP lists them, with their full-width forms. */
const STARTS = /^[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const isFormula = (text: string): boolean => STARTS.test(text) && !NUMBER.test(text);
