import { list, nearest, quoteUntrusted } from '../support/text.ts';

const MOST_COLUMNS_NAMED = 30;

/** The columns of a table in a sentence, as many as a reader can use; those most like `word` first. */
export function nameColumns(columns: readonly string[], word = ''): string {
  const near = word ? nearest(word, columns) : [];
  const ordered = [...near, ...columns.filter((column) => !near.includes(column))];
  const shown = ordered.slice(0, MOST_COLUMNS_NAMED).map((column) => quoteUntrusted(column, 80));
  const rest = columns.length - shown.length;
  const named = list(rest > 0 ? [...shown, `${rest} more`] : shown);
  return `The table's ${columns.length === 1 ? 'only column is' : 'columns are'} ${named}.`;
}
