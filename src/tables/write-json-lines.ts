import type { ExportRows, ExportValue } from './export-rows.ts';

const PIECE = 1_000_000;

/** JSONL: an object a row, with every column. What is JSON already goes in as it is written, digits and all. */
export async function* writeJsonLines({ columns, batches }: ExportRows): AsyncGenerator<string> {
  const names = columns.map(({ name }, index) => `${index > 0 ? ',' : '{'}${JSON.stringify(name)}:`);
  let piece = '';
  for await (const batch of batches) {
    const rows = batch[0]?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < batch.length; column++)
        piece += `${names[column]}${valueText(batch[column]?.[row] ?? null, columns[column]?.json === true)}`;
      piece += '}\n';
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

const valueText = (value: ExportValue, json: boolean): string =>
  json && typeof value === 'string' && isJson(value) ? value : JSON.stringify(value);

/** On one line, as the file needs it. */
function isJson(text: string): boolean {
  if (/[\r\n]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
