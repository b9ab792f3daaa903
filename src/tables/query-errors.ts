import { UserError } from '../support/errors.ts';
import { count, list, nearest, quoteUntrusted } from '../support/text.ts';
import type { TableFacts } from './query.ts';

/** What the SQL engine says, as what a person can mend. `describe` is asked for the columns that there are. */
export async function explainQueryError(
  error: unknown,
  describe: () => Promise<TableFacts[]>,
): Promise<unknown> {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const { kind, said } = engineError(error);
  const unknown = UNKNOWN_COLUMN.exec(said)?.groups?.name;
  if (unknown !== undefined) return unknownColumn(unknown, await describe());
  switch (kind) {
    case '':
      return error;
    case 'Parser':
      return new UserError('bad_sql', {
        what: `The SQL does not parse: ${quoteUntrusted(said, 200)}.`,
        fix: 'Write one SELECT in the SQL of DuckDB.',
      });
    case 'Out of Memory':
      return tooLarge();
    case 'IO':
      return unreadable(error);
    default:
      return new UserError('query_failed', {
        what: `The query failed: ${quoteUntrusted(said, 240)}.`,
        why: TYPES.test(said) ? 'Columns of the source are text.' : undefined,
        fix: TYPES.test(said)
          ? 'Read numbers and dates with TRY_CAST(column AS DOUBLE) or AS DATE; what is none becomes NULL.'
          : 'Change the query; without sql, the tables and their columns are told.',
      });
  }
}

/** The kind of an error of the engine, and its first line; nothing of any other error. */
export function engineError(error: unknown): { kind: string; said: string } {
  const message = error instanceof Error ? error.message.replace(/^Failed to [a-z ]+: /, '') : '';
  const [, kind = '', said = ''] = /^([A-Z][A-Za-z ]+?) Error: ([^\n]*)/.exec(message) ?? [];
  return { kind, said };
}

const UNKNOWN_COLUMN = /(?:Referenced column|does not have a column named) "(?<name>[^"]*)"/;

const TYPES = /VARCHAR|convert string|Conversion/;

function unknownColumn(name: string, tables: readonly TableFacts[]): UserError {
  const columns = [...new Set(tables.flatMap((table) => table.columns.map((column) => column.name)))];
  const near = nearest(name, columns);
  const named = tables.map(({ table, columns: of }) => {
    const names = of.map((column) => column.name);
    const first = near.filter((one) => names.includes(one));
    return `${table} has ${list(shown([...first, ...names.filter((one) => !near.includes(one))]))}`;
  });
  return new UserError('unknown_column', {
    what: `There is no column ${quoteUntrusted(name, 80)}.`,
    why: `${named.join('; ')}.`,
    fix: `Use one of these, a name with spaces in "double quotes", and text in 'single quotes'.`,
  });
}

const MOST_NAMED = 30;

function shown(names: readonly string[]): string[] {
  const rest = names.length - MOST_NAMED;
  const first = names.slice(0, MOST_NAMED).map((name) => quoteUntrusted(name, 80));
  return rest > 0 ? [...first, `${rest} more`] : first;
}

export const tooLarge = (): UserError =>
  new UserError('query_too_large', {
    what: 'The query needs more memory than it may take.',
    why: 'Long texts that are sorted, grouped or put together are held whole.',
    fix: 'Leave long columns out, group by shorter ones, or look at fewer rows with WHERE or a sample.',
  });

export const tooLong = (characters: number): UserError =>
  new UserError('query_refused', {
    what: `The statement has ${count(characters, 'character')}.`,
    fix: 'Ask in a shorter way: lists of keys are better read from a table.',
  });

export const tooSlow = (seconds: number): UserError =>
  new UserError('query_too_slow', {
    what: `The query was not done within ${seconds} s, and was stopped.`,
    why: 'It reads too much: a join without a condition, a recursion without an end, or too many rows.',
    fix: 'Join on key, narrow it with WHERE, or try it on a sample: FROM rows USING SAMPLE 1000 ROWS.',
  });

/** For opening a table: what the engine says is about the file, all else goes through. */
export function unreadable(error: unknown): unknown {
  if (engineError(error).kind === '') return error;
  return new UserError('results_unreadable', {
    what: 'The results table cannot be read.',
    why: 'It is damaged, or another version of this server wrote it.',
    fix: 'Delete its folder and call collect_batch_results again.',
    cause: error,
  });
}
