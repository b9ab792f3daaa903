const DELIMITERS = [',', ';', '\t', '|'];

/**
 * What separates the names in a header line: the one that stands there most often outside quotes. A comma where
 * there is none, or a draw: spreadsheets write semicolons where the comma is the decimal sign.
 */
export function delimiterOf(text: string): string {
  const line = /^[\r\n]*((?:"[^"]*"|[^"\r\n])*)/.exec(text)?.[1] ?? '';
  const outside = line.replace(/"[^"]*"/g, '');
  const times = DELIMITERS.map((delimiter) => outside.split(delimiter).length - 1);
  return DELIMITERS[times.indexOf(Math.max(...times))] ?? ',';
}
