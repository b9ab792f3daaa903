import type { DuckDBDataChunk } from '@duckdb/node-api';
import { quoteUntrusted } from '../support/text.ts';
import { nameColumns } from './columns.ts';
import { type Condition, readCondition } from './condition.ts';
import { conditionError } from './condition-tree.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import type { Row, Skipped, Table, Value } from './table.ts';

/** As many as the engine takes at once, or as many as hold this many characters. */
const BATCH_ROWS = 2048;
const BATCH_CHARACTERS = 2_000_000;

/**
 * A table without the rows that an SQL condition does not hold for; they are told as skipped. Cells are text, and
 * NULL where there is nothing in them. Throws `bad_condition`, while reading too, and `unknown_column`.
 */
export async function rowsWhere(table: Table, text: string, signal: AbortSignal): Promise<Table> {
  const sandbox = await openSandbox(signal);
  const condition = await readCondition(text, table.columns, sandbox).finally(() => sandbox.close());
  return { ...table, rows: { [Symbol.asyncIterator]: () => fitting(table, condition, signal) } };
}

async function* fitting(
  { rows, columns }: Table,
  condition: Condition,
  signal: AbortSignal,
): AsyncGenerator<Row | Skipped> {
  const sandbox = await openSandbox(signal);
  let batch: (Row | Skipped)[] = [];
  let characters = 0;
  const decided = async () => {
    const entries = batch;
    batch = [];
    characters = 0;
    signal.throwIfAborted();
    try {
      return await decide(entries, condition, sandbox);
    } catch (error) {
      signal.throwIfAborted();
      const [line = ''] = (error as Error).message.split('\n');
      throw conditionError(`where failed: ${quoteUntrusted(line, 200)}.`, nameColumns(columns));
    }
  };
  try {
    for await (const entry of rows) {
      batch.push(entry);
      if ('cells' in entry)
        for (const cell of Object.values(entry.cells))
          if (typeof cell === 'string') characters += cell.length;
      if (batch.length >= BATCH_ROWS || characters >= BATCH_CHARACTERS) yield* await decided();
    }
    yield* await decided();
  } finally {
    sandbox.close();
  }
}

async function decide(entries: readonly (Row | Skipped)[], { columns, sql }: Condition, sandbox: Sandbox) {
  const rows = entries.filter((entry): entry is Row => 'cells' in entry);
  const { connection } = sandbox;
  // A new table each time: rows that are deleted keep their memory.
  const fields = columns.map((_column, index) => `, c${index} VARCHAR`).join('');
  await connection.run(`CREATE OR REPLACE TABLE batch (i INTEGER${fields})`);
  const appender = await connection.createAppender('batch');
  appender.appendDataChunk(await chunkOf(rows, columns));
  appender.closeSync();
  const found = new Set((await connection.runAndReadAll(sql)).getRowsJS().map(([index]) => index));
  let index = 0;
  return entries.map((entry) =>
    'skipped' in entry || found.has(index++)
      ? entry
      : { place: entry.place, skipped: 'not matched by where' },
  );
}

async function chunkOf(rows: readonly Row[], columns: readonly string[]): Promise<DuckDBDataChunk> {
  const { DuckDBDataChunk, INTEGER, VARCHAR } = await import('@duckdb/node-api');
  const chunk = DuckDBDataChunk.create([INTEGER, ...columns.map(() => VARCHAR)], rows.length);
  chunk.setColumns([
    rows.map((_row, index) => index),
    ...columns.map((column) => rows.map(({ cells }) => textOf(cells[column]))),
  ]);
  return chunk;
}

/** What the engine sees of a cell: nothing where there is nothing, so that a gap in a column of numbers is none. */
function textOf(value: Value | null | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
