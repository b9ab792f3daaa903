import type { Cell, Query, QueryAnswer, QueryColumn, TableFacts } from './query.ts';
import { cellReader } from './query-cells.ts';
import { explainQueryError, tooLong, unreadable } from './query-errors.ts';
import { checkQuery } from './query-tree.ts';
import { nameLiteral, oneValue, openSandbox, type Sandbox, textLiteral } from './sandbox.ts';

/** Aggregates over texts of 2 kB run out at 256 MB from 300,000 rows on. */
const MEMORY = '512MB';
/** A second one doubles what a scan of long texts holds, and saves little. */
const THREADS = 1;

/**
 * Answers a query inside this process. Throws `bad_sql`, `query_refused`, `unknown_table`, `unknown_column`,
 * `query_too_large`, `query_failed`, `results_unreadable`. What the statement says is bounded by its tree and by the
 * lock; how long it runs and what its functions hold is not: see `query-apart.ts`.
 */
export async function answerQuery(query: Query, signal: AbortSignal): Promise<QueryAnswer | TableFacts[]> {
  const sandbox = await openTables(query, signal);
  const tables = [...query.files, ...query.views].map(({ table }) => table);
  try {
    if (query.sql === undefined) return await describe(sandbox, tables);
    return await ask(sandbox, query.sql, query.rows, tables);
  } catch (error) {
    signal.throwIfAborted();
    throw await explainQueryError(error, () => describe(sandbox, tables));
  } finally {
    sandbox.close();
  }
}

async function openTables({ files, views, spill }: Query, signal: AbortSignal): Promise<Sandbox> {
  const made = [
    ...files.map(({ table, path }) => ({
      table,
      select: `FROM read_parquet(${textLiteral(path)}, hive_partitioning = false)`,
    })),
    ...views,
  ];
  try {
    return await openSandbox(signal, {
      paths: files.map(({ path }) => path),
      setUp: made.map(({ table, select }) => `CREATE VIEW ${nameLiteral(table)} AS ${select}`),
      memory: MEMORY,
      threads: THREADS,
      spill,
    });
  } catch (error) {
    throw unreadable(error);
  }
}

async function describe({ connection }: Sandbox, tables: readonly string[]): Promise<TableFacts[]> {
  const facts: TableFacts[] = [];
  for (const table of tables) {
    const { columns } = await prepare(connection, `FROM ${nameLiteral(table)}`);
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${nameLiteral(table)}`);
    facts.push({ table, columns, rows: Number(counted.getRowsJS()[0]?.[0]) });
  }
  return facts;
}

/** Nobody writes a longer one by hand, and parsing takes memory. */
const MOST_SQL = 50_000;

async function ask(
  sandbox: Sandbox,
  sql: string,
  most: number,
  tables: readonly string[],
): Promise<QueryAnswer> {
  if (sql.length > MOST_SQL) throw tooLong(sql.length);
  const check = async (text: string) =>
    checkQuery(await oneValue(sandbox, 'SELECT json_serialize_sql($1::VARCHAR)', text), tables);
  await check(sql);
  // As it was asked first, so that an error is about what was asked.
  const asked = await prepare(sandbox.connection, sql);
  // With a limit around it, a sort keeps no more rows than are wanted. A comment behind a last semicolon would
  // swallow the bracket.
  const limited = `FROM (\n${sql.replace(/[\s;]+$/, '')}\n) LIMIT ${most + 1}`;
  const { statement, columns } = await check(limited)
    .then(() => prepare(sandbox.connection, limited))
    .catch(() => asked);
  const result = await statement.stream();
  const read = cellReader();
  const rows: Cell[][] = [];
  while (rows.length <= most) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    rows.push(...read(chunk, most + 1 - rows.length));
  }
  return { columns, rows: rows.slice(0, most), more: rows.length > most };
}

async function prepare(connection: Sandbox['connection'], sql: string) {
  const statement = await connection.prepare(sql);
  const columns = Array.from({ length: statement.columnCount }, (_, index): QueryColumn => {
    const type = statement.columnType(index);
    return { name: statement.columnName(index), type: type.alias ?? String(type) };
  });
  return { statement, columns };
}
