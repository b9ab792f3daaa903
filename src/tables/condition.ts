import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { nameColumns } from './columns.ts';
import { conditionError, type Expression, type Refusal, rewriteExpression } from './condition-tree.ts';
import { oneValue, type Sandbox } from './sandbox.ts';

/** A condition that has been looked through, and may be run. */
export interface Condition {
  /** Columns that it uses, each once. */
  columns: readonly string[];
  /** Selects `i` of the rows that fit from a table `batch` with `i` and the columns as text, named c0, c1 … */
  sql: string;
}

const SELECT = 'SELECT i FROM batch WHERE ';

/**
 * Reads an SQL condition over the columns of a row. The SQL engine parses it; what it parsed is looked through
 * node by node, and what is not known to be harmless is refused. Throws `bad_condition` and `unknown_column`.
 */
export async function readCondition(
  text: string,
  columns: readonly string[],
  sandbox: Sandbox,
): Promise<Condition> {
  const refuse: Refusal = (what, fix) => conditionError(what, nameColumns(columns), fix);
  // The line end closes a comment, so that it cannot swallow the bracket.
  const parsed = await oneValue(sandbox, 'SELECT json_serialize_sql($1::VARCHAR)', `${SELECT}(${text}\n)`);
  const tree = parseTree(parsed, refuse);
  if (tree.error)
    throw refuse(`where is not an SQL condition: ${quoteUntrusted(tree.error_message ?? '', 160)}.`);
  const node = onlySelect(tree);
  if (!node) throw refuse('where is more than one condition.');
  const used: string[] = [];
  const placeOf = (name: string): string => {
    const column = resolve(name, columns);
    if (!used.includes(column)) used.push(column);
    return `c${used.indexOf(column)}`;
  };
  node.where_clause = rewriteExpression(node.where_clause, placeOf, refuse);
  const sql = await oneValue(sandbox, 'SELECT json_deserialize_sql($1::JSON)', JSON.stringify(tree));
  return { columns: used, sql };
}

function parseTree(serialized: string, refuse: Refusal): Parsed {
  try {
    // Places in the text are numbers beyond 2^53, and of no use any more.
    return JSON.parse(serialized, (name, value) => (name === 'query_location' ? 0 : value));
  } catch {
    // Infinity, which JSON does not have: from a literal such as 1e400.
    throw refuse('where has a number that is too large.');
  }
}

interface Parsed {
  error: boolean;
  error_message?: string;
  statements?: { node: SelectNode }[];
}

interface SelectNode extends Record<string, unknown> {
  where_clause: Expression;
}

/** The statement that was built around the condition, unless the condition broke out of it. */
function onlySelect({ statements = [] }: Parsed): SelectNode | undefined {
  const [statement] = statements;
  if (statements.length !== 1 || statement?.node.type !== 'SELECT_NODE') return undefined;
  const { where_clause, type, select_list, from_table, cte_map, ...rest } = statement.node;
  const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0);
  const unused = Object.entries(rest).every(
    ([name, value]) => name === 'aggregate_handling' || isEmpty(value),
  );
  return unused ? statement.node : undefined;
}

/** Names mean columns as they are written, and where that fits one only, in any case, as in SQL. */
function resolve(name: string, columns: readonly string[]): string {
  if (columns.includes(name)) return name;
  const alike = columns.filter((column) => column.trim().toLowerCase() === name.trim().toLowerCase());
  if (alike.length === 1 && alike[0] !== undefined) return alike[0];
  throw new UserError('unknown_column', {
    what: `where names a column ${quoteUntrusted(name, 80)} that the table does not have.`,
    why: nameColumns(columns, name),
    fix: `Use one of these, a name with spaces in "double quotes", and text in 'single quotes'.`,
  });
}
