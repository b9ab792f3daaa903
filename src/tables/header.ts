import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Source } from './table.ts';

/** Every column must have a name of its own. Throws `empty_column_name` and `duplicate_column`. */
export function checkHeader(names: readonly string[], { name }: Source): void {
  const empty = names.findIndex((column) => column.trim() === '');
  if (empty !== -1)
    throw new UserError('empty_column_name', {
      what: `Column ${empty + 1} of ${quoteUntrusted(name)} has no name.`,
      why: 'The first line must name every column.',
      fix: 'Name the column, or add a header line if there is none.',
    });
  const twice = names.find((column, index) => names.indexOf(column) !== index);
  if (twice !== undefined)
    throw new UserError('duplicate_column', {
      what: `${quoteUntrusted(name)} has two columns named ${quoteUntrusted(twice, 80)}.`,
      fix: 'Rename one of them.',
    });
}
