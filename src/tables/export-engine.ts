import { open } from 'node:fs/promises';
import type { DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import { quoteUntrusted } from '../support/text.ts';
import { nameColumns } from './columns.ts';
import { readCondition } from './condition.ts';
import { conditionError } from './condition-tree.ts';
import type { ExportColumn, ExportRows, ExportValue } from './export-rows.ts';
import { engineError, unreadable } from './query-errors.ts';
import { nameLiteral, openSandbox, type Sandbox, textLiteral } from './sandbox.ts';

/** Rows and columns of a Parquet file. */
export interface Selection {
  path: string;
  /** Of the file. */
  all: readonly string[];
  columns: readonly ExportColumn[];
  /** Only rows for which it holds, in the language of `compose`. */
  where?: string | undefined;
}

export interface Selected extends ExportRows {
  /**
   * Writes the rows into a Parquet file, which must be the one that the selection was opened for.
   * Compressed, in row groups small enough for the memory that there is.
   */
  copy(): Promise<void>;
  close(): void;
}

const MEMORY = '512MB';
/** Rows of 4 kB make 40 MB. */
const GROUP_ROWS = 10_000;

/**
 * Opens rows of a Parquet file to be written elsewhere, in their order. Throws `bad_condition`, `unknown_column`,
 * `results_unreadable`.
 * @param parquet the file that `copy` writes.
 */
export async function openSelection(
  selection: Selection,
  signal: AbortSignal,
  parquet?: string,
): Promise<Selected> {
  const { path, columns } = selection;
  const sandbox = await openSandbox(signal, {
    paths: parquet === undefined ? [path] : [path, parquet],
    setUp: [`CREATE VIEW rows AS FROM read_parquet(${textLiteral(path)}, hive_partitioning = false)`],
    memory: MEMORY,
    // A second one would take turns with the first: rows stay in order.
    threads: 1,
  }).catch((error) => {
    throw unreadable(error);
  });
  const { connection } = sandbox;
  try {
    const select = await selectRows(selection, sandbox);
    return {
      columns,
      rows: await countRows(select, selection, sandbox),
      batches: { [Symbol.asyncIterator]: () => batches(connection.stream(select), signal) },
      copy: async () => {
        const names = columns.map(({ name }, index) => `p${index} AS ${nameLiteral(name)}`);
        await connection.run(
          `COPY (SELECT ${names.join(', ')} FROM (${select})) TO ${textLiteral(parquet ?? '')} (FORMAT parquet, ROW_GROUP_SIZE ${GROUP_ROWS}, USE_TMP_FILE false)`,
        );
        const file = await open(parquet ?? '', 'r+');
        await file.sync().finally(() => file.close());
      },
      close: sandbox.close,
    };
  } catch (error) {
    sandbox.close();
    throw error;
  }
}

/** A SELECT of the columns, called p0, p1 … */
async function selectRows({ all, columns, where }: Selection, sandbox: Sandbox): Promise<string> {
  const members = (of: (name: string, index: number) => string) =>
    columns.map(({ name }, index) => of(nameLiteral(name), index)).join(', ');
  if (where === undefined) return `SELECT ${members((name, index) => `${name} AS p${index}`)} FROM rows`;
  const condition = await readCondition(where, all, sandbox);
  // A condition selects `i`, here the whole row, where its columns, as text, fit.
  const texts = condition.columns.map(
    (name, index) => `, nullif(${nameLiteral(name)}::VARCHAR, '') AS c${index}`,
  );
  const row = `struct_pack(${members((name, index) => `p${index} := ${name}`)}) AS i`;
  await sandbox.connection.run(`CREATE VIEW batch AS SELECT ${row}${texts.join('')} FROM rows`);
  return `SELECT ${members((_, index) => `i.p${index} AS p${index}`)} FROM (${condition.sql})`;
}

async function countRows(
  select: string,
  { all, where }: Selection,
  { connection }: Sandbox,
): Promise<number> {
  try {
    const counted = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM (${select})`);
    return Number(counted.getRowsJS()[0]?.[0]);
  } catch (error) {
    const { kind, said } = engineError(error);
    if (where === undefined || kind === '' || kind === 'IO') throw unreadable(error);
    throw conditionError(`where failed: ${quoteUntrusted(`${kind} Error: ${said}`, 200)}.`, nameColumns(all));
  }
}

async function* batches(
  opened: Promise<DuckDBResult>,
  signal: AbortSignal,
): AsyncGenerator<readonly (readonly ExportValue[])[]> {
  const result = await opened;
  for (;;) {
    signal.throwIfAborted();
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield chunk.getColumns().map((values) => values.map(exportValue));
  }
}

function exportValue(value: DuckDBValue): ExportValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    default:
      return value === null ? null : String(value);
  }
}
