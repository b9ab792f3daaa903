import { parseGsUri } from '../google/gs-uri.ts';
import { quoteUntrusted } from '../support/text.ts';
import { openTables } from '../tables/joined.ts';
import { rowsSampled } from '../tables/sample.ts';
import type { Row, Table } from '../tables/table.ts';
import { rowsWhere } from '../tables/where.ts';
import { isUntouched } from './collect-input.ts';
import { openSource, type SourcePorts } from './compose-source.ts';
import type { Manifest } from './manifest.ts';
import { rowKeys } from './row-keys.ts';

/** The rows that an input was composed of, with the keys that they have in it. */
export interface SourceRows {
  columns: readonly string[];
  /** Some at a time. */
  rows(): AsyncIterable<SourceRow[]>;
}

export interface SourceRow {
  key: string;
  cells: Row['cells'];
}

const ROWS_AT_A_TIME = 100;

/**
 * Reads the source of a composed input again, as it was read then. Where it is not what it was, or not there any
 * more, `why` says so in a sentence.
 */
export async function sourceRows(
  manifest: Manifest,
  ports: SourcePorts,
): Promise<{ source: SourceRows } | { why: string }> {
  try {
    const table = await (manifest.source.objects ? storedTable : localTable)(manifest, ports);
    if (table === undefined) return { why: changed(manifest) };
    return { source: { columns: table.columns, rows: () => keyedRows(table, manifest) } };
  } catch (error) {
    ports.signal.throwIfAborted();
    const said = error instanceof Error ? error.message : '';
    return { why: `The columns of the source are left out, since it cannot be read any more: ${said}` };
  }
}

async function localTable(manifest: Manifest, ports: SourcePorts): Promise<Table | undefined> {
  const { source, spec } = manifest;
  const { sheet, where, sample } = spec;
  const opened = await openSource(
    { source: source.path ?? source.folder ?? '', sheet, where, sample },
    ports,
  );
  if (source.path !== undefined && (await isUntouched(source.path, manifest))) return opened.table;
  const { sha256 } = await opened.content();
  return sha256 === source.sha256 ? opened.table : undefined;
}

/** Objects are read in the generation that was composed: what a name holds by now does not matter. */
async function storedTable({ source, spec }: Manifest, { storage, signal }: SourcePorts): Promise<Table> {
  const sources = (source.objects ?? []).map(({ uri, generation, bytes }) => ({
    name: uri,
    size: bytes,
    bytes: (abort: AbortSignal, range?: { start: number; end: number }) => {
      const { bucket, name } = parseGsUri(uri);
      const part = range && { start: range.start, end: range.end - 1 };
      return storage.download(bucket, name, { generation, signal: abort, ...part });
    },
  }));
  const table = await openTables(sources, signal, { sheet: spec.sheet });
  const held = spec.where === undefined ? table : await rowsWhere(table, spec.where, signal);
  return spec.sample ? rowsSampled(held, spec.sample) : held;
}

async function* keyedRows(table: Table, { spec, keys }: Manifest): AsyncGenerator<SourceRow[]> {
  const { keyOf } = rowKeys(keys.column, table);
  let taken = 0;
  let some: SourceRow[] = [];
  for await (const row of table.rows) {
    if ('skipped' in row) continue;
    if (taken === spec.limit) break;
    taken += 1;
    some.push({ key: keyOf(row, taken), cells: row.cells });
    if (some.length < ROWS_AT_A_TIME) continue;
    yield some;
    some = [];
  }
  yield some;
}

const changed = ({ source }: Manifest): string =>
  `The columns of the source are left out: ${quoteUntrusted(source.path ?? source.folder ?? '')} is not what it was when the input was composed.`;
