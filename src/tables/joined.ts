import { UserError } from '../support/errors.ts';
import { count, list, quoteUntrusted } from '../support/text.ts';
import { nameColumns } from './columns.ts';
import { openTable } from './open-table.ts';
import type { ReadOptions, Row, Skipped, Source, Table } from './table.ts';

/**
 * Several sources as one table, one behind the other. They must have the same columns, in any order; each is opened
 * when its turn comes. Places are row numbers over all of them. Throws `other_columns` and what `openTable` throws.
 */
export async function openTables(
  sources: readonly Source[],
  signal: AbortSignal,
  options: ReadOptions = {},
): Promise<Table> {
  const [first, ...others] = sources as [Source, ...Source[]];
  const table = await openTable(first, signal, options);
  if (others.length === 0) return table;
  const notes = new Set<string>();
  async function* rows(): AsyncGenerator<Row | Skipped> {
    let place = 0;
    for (const source of sources) {
      const part = source === first ? table : await openTable(source, signal, options);
      // The members of JSON rows may differ from row to row, and so from file to file.
      if (!/\.(json|jsonl|ndjson)(\.gz)?$/i.test(source.name)) assertSameColumns(table, part, first, source);
      for await (const entry of part.rows) yield { ...entry, place: ++place };
      for (const note of part.notes()) notes.add(note);
    }
  }
  return {
    columns: table.columns,
    unit: 'row',
    rows: { [Symbol.asyncIterator]: rows },
    notes: () => [`Rows are counted over ${count(sources.length, 'object')}, in order of name.`, ...notes],
  };
}

function assertSameColumns(table: Table, other: Table, first: Source, source: Source): void {
  const missing = table.columns.filter((column) => !other.columns.includes(column));
  const extra = other.columns.filter((column) => !table.columns.includes(column));
  if (missing.length + extra.length === 0) return;
  const names = (columns: string[]) => list(columns.slice(0, 5).map((column) => quoteUntrusted(column, 80)));
  const differs = [
    ...(missing.length > 0 ? [`lacks ${names(missing)}`] : []),
    ...(extra.length > 0 ? [`has ${names(extra)} besides`] : []),
  ];
  throw new UserError('other_columns', {
    what: `${quoteUntrusted(source.name)} has other columns than ${quoteUntrusted(first.name)}: it ${list(differs)}.`,
    why: nameColumns(table.columns),
    fix: 'Name only objects with the same columns, or compose each kind by itself.',
  });
}
