import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { nameColumns } from '../tables/columns.ts';
import type { Row, Value } from '../tables/table.ts';

/** A text with `{{column}}` in it, compiled against a table's columns. */
export interface Template {
  /** Columns that it uses, each once. */
  columns: readonly string[];
  /** What a cell holds goes in as it is: placeholders in it are not looked at again. */
  fill(cells: Row['cells']): string;
}

const TOKEN = /\{\{\{\{|\{\{([^{}]*)\}\}|\{\{/g;
const ESCAPE = 'Use one of these, and write {{{{ where two braces are meant as text.';

/**
 * Compiles a template: `{{column}}` stands for a cell, `{{{{` for two braces, and there is no logic.
 * Throws `unknown_column` and `unclosed_placeholder`. `what` names the text in errors.
 */
export function compileTemplate(text: string, columns: readonly string[], what: string): Template {
  const holes: { before: string; column: string }[] = [];
  let literal = '';
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    literal += text.slice(end, match.index);
    end = match.index + match[0].length;
    const [token, name] = match;
    if (token === '{{{{') literal += '{{';
    else if (name === undefined) throw unclosed(text.slice(match.index), what);
    else {
      holes.push({ before: literal, column: findColumn(name, columns, what, ESCAPE) });
      literal = '';
    }
  }
  const after = literal + text.slice(end);
  return {
    columns: [...new Set(holes.map(({ column }) => column))],
    fill: (cells) => {
      let filled = '';
      for (const { before, column } of holes) filled += before + cellText(cellOf(cells, column));
      return filled + after;
    },
  };
}

/** Undefined where the row has no such member; names like `constructor` are columns as any other. */
export const cellOf = (cells: Row['cells'], column: string): Value | undefined =>
  Object.hasOwn(cells, column) ? cells[column] : undefined;

/** Strings as they are, nothing for what is absent or null, everything else as JSON. */
export function cellText(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/**
 * The column that a name means: spaces around it count only where a column's own name has them.
 * Throws `unknown_column` with the columns there are, nearest first.
 */
export function findColumn(
  name: string,
  columns: readonly string[],
  what: string,
  fix = 'Use one of these.',
): string {
  if (columns.includes(name)) return name;
  const trimmed = name.trim();
  const found =
    columns.find((column) => column === trimmed) ?? columns.find((column) => column.trim() === trimmed);
  if (found !== undefined) return found;
  throw new UserError('unknown_column', {
    what: `${what} names a column ${quoteUntrusted(trimmed, 80)} that the table does not have.`,
    why: nameColumns(columns, trimmed),
    fix,
  });
}

const unclosed = (from: string, what: string) =>
  new UserError('unclosed_placeholder', {
    what: `${what} opens a placeholder that is not closed: ${quoteUntrusted(from, 60)}.`,
    why: 'A placeholder is {{column}}, with no braces in the name.',
    fix: 'Close it, write {{{{ where two braces are meant as text, and a space between a brace and a placeholder.',
  });
