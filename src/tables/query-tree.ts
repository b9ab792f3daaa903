import { UserError } from '../support/errors.ts';
import { isRecord } from '../support/records.ts';
import { list, nearest, quoteUntrusted } from '../support/text.ts';
import { EXPRESSIONS, mayCall, PARTS, TABLE_FUNCTIONS } from './query-words.ts';

type Node = Record<string, unknown>;

/**
 * Looks through what the SQL engine parsed, as `json_serialize_sql` writes it, node by node: one SELECT, over these
 * tables and what the query itself names, with functions that are known. What is not known to be harmless is
 * refused. Throws `bad_sql`, `query_refused` and `unknown_table`.
 */
export function checkQuery(serialized: string, tables: readonly string[]): void {
  const parsed = parse(serialized);
  if (parsed.error) throw notASelect(String(parsed.error_type), String(parsed.error_message));
  const statements = parsed.statements as Node[];
  if (statements.length !== 1) throw refused('This is more than one statement, or none.');
  try {
    look(statements[0], tables);
  } catch (error) {
    throw error instanceof RangeError ? refused('The query is nested too deeply.') : error;
  }
}

function parse(serialized: string): Node {
  try {
    return JSON.parse(serialized);
  } catch {
    // Infinity, which JSON does not have: from a literal such as 1e400.
    throw refused('The query has a number that is too large.');
  }
}

function look(value: unknown, tables: readonly string[]): void {
  if (Array.isArray(value)) for (const item of value) look(item, tables);
  if (!isRecord(value)) return;
  checkNode(value, tables);
  const named = commonTables(value, tables);
  for (const [name, member] of Object.entries(value)) {
    // Types and the values of constants are data.
    if (name === 'cte_map' || name === 'cast_type' || value.class === 'CONSTANT') continue;
    look(
      value.type === 'TABLE_FUNCTION' && name === 'function' ? argumentsOf(member as Node) : member,
      named,
    );
  }
}

/** A call without its name, which has been looked at. */
const argumentsOf = ({ class: _, type: __, ...rest }: Node): Node => rest;

/** Looks through the tables that a query names with WITH: each knows those before it, a recursive one itself. */
function commonTables({ cte_map: map }: Node, tables: readonly string[]): readonly string[] {
  if (!isRecord(map)) return tables;
  const named = [...tables];
  for (const { key, value } of map.map as { key: string; value: Node }[]) {
    const { node } = value.query as { node: Node };
    const isRecursive = node.type === 'RECURSIVE_CTE_NODE';
    look(value, isRecursive ? [...named, key] : named);
    named.push(key);
  }
  return named;
}

function checkNode(node: Node, tables: readonly string[]): void {
  const { type } = node;
  if (typeof node.class === 'string') {
    if (!EXPRESSIONS.has(node.class)) throw refused(`The query has ${quoteUntrusted(node.class, 40)}.`);
    if (node.class === 'FUNCTION' || node.class === 'WINDOW') checkCall(String(node.function_name));
    return;
  }
  if (typeof type !== 'string') return;
  if (!PARTS.has(type)) throw refused(`The query has ${quoteUntrusted(type, 40)}.`);
  if (type === 'BASE_TABLE') checkTable(node, tables);
  if (type === 'TABLE_FUNCTION') checkTableCall(node.function as Node);
  // DESCRIBE and SUMMARIZE of a query; SHOW has none, and tells of the engine.
  if (type === 'SHOW_REF' && !isRecord(node.query)) throw refused('SHOW is no query.');
}

function checkTableCall(call: Node): void {
  const name = String(call.function_name).toLowerCase();
  if (TABLE_FUNCTIONS.has(name)) return;
  throw refused(
    `The query reads from ${quoteUntrusted(`${name}()`, 60)}, which it may not.`,
    `Files and the engine's own tables are out of reach; ${list([...TABLE_FUNCTIONS])} are not.`,
  );
}

function checkCall(name: string): void {
  if (mayCall(name.toLowerCase())) return;
  throw refused(
    `The query calls ${quoteUntrusted(`${name}()`, 60)}, which it may not.`,
    'Only functions of their arguments are allowed: of text, numbers, dates, JSON and lists, aggregates and windows.',
  );
}

function checkTable({ catalog_name, schema_name, table_name }: Node, tables: readonly string[]): void {
  const name = [catalog_name, schema_name, table_name].filter(Boolean).join('.');
  if (tables.some((table) => table.toLowerCase() === name.toLowerCase())) return;
  const near = nearest(name, tables);
  throw new UserError('unknown_table', {
    what: `There is no table ${quoteUntrusted(name, 80)}.`,
    why: `There ${tables.length === 1 ? 'is' : 'are'} ${list([...near, ...tables.filter((table) => !near.includes(table))])}; files cannot be read.`,
    fix: "Query these, and write text in 'single quotes'.",
  });
}

function notASelect(type: string, message: string): UserError {
  if (type === 'not implemented')
    return refused(
      'This is not a SELECT.',
      'Nothing can be written, set, loaded or attached; instead of PIVOT, write count(*) FILTER (WHERE …).',
    );
  return new UserError('bad_sql', {
    what: `The SQL does not parse: ${quoteUntrusted(message, 200)}.`,
    fix: 'Write one SELECT in the SQL of DuckDB.',
  });
}

const refused = (what: string, why = 'A query reads tables of results, and does nothing else.') =>
  new UserError('query_refused', { what, why, fix: 'Write one SELECT over the tables of the run.' });
