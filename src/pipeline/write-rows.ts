import { join } from 'node:path';
import type { AnswerColumn } from '../batch/answer-columns.ts';
import { writeFileAtomic } from '../support/files.ts';
import type { Row } from '../tables/table.ts';
import type { CollectWork } from './collect-threads.ts';
import type { EncodedGroup, EncodeSpec } from './encode-results.ts';
import { inOrder } from './in-order.ts';
import { type Column, columnEncoder, type EncodedColumn } from './parquet-column.ts';
import { type Group, parquetFile } from './parquet-file.ts';
import type { Part } from './part.ts';
import type { Ports } from './ports.ts';
import { resultsColumns, sourceColumns } from './results-columns.ts';
import { addCounting, newCounting, type RunTally, told } from './run-summary.ts';
import type { SourceRows } from './source-rows.ts';
import { groupRows, type TableOrder, type TableRows, tableOrder } from './table-order.ts';

export interface RowsToWrite extends TableRows {
  sources: readonly SourceRows[];
  answers: readonly AnswerColumn[];
  /** Of the output, a row. */
  bytesPerRow: number;
  /** Waited for when the columns of the sources are written: the outputs are read meanwhile. */
  parts(): Promise<readonly Part[]>;
  /** Ids of their jobs. */
  jobs: readonly string[];
  /** Folder of the parts' records. */
  folder: string;
  work: CollectWork;
}

/** A row group is held in memory while it is made: so many characters of a source, or bytes of an output. */
const GROUP_BYTES = 16_000_000;
const MOST_GROUP_ROWS = 50_000;

/**
 * Writes the results table in the order of the source, or of the input where there is no source; every row once.
 * Gives its columns, and what its rows come to.
 */
export async function writeRows(
  path: string,
  rows: RowsToWrite,
  ports: Pick<Ports, 'signal' | 'progress'>,
): Promise<RunTally & { columns: string[]; rows: number }> {
  const { sources, answers } = rows;
  const file = parquetFile();
  const order = tableOrder(rows);
  const groups: Group[] = [];
  const counting = newCounting();
  const left = sourceColumns([...new Set(sources.flatMap(({ columns }) => columns))], answers);
  let right: Column[] = [];

  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const { rows: size, columns } of sourceGroups(rows, left, order)) {
      ports.signal.throwIfAborted();
      const group: Group = { rows: size, chunks: [] };
      groups.push(group);
      yield file.add(group, left, columns);
    }
    const parts = await rows.parts();
    const spec = encodeSpec(rows, parts);
    right = resultsColumns(answers, spec);
    let done = 0;
    for await (const { group, encoded } of resultGroups(rows, parts, { spec, groups, order })) {
      ports.signal.throwIfAborted();
      addCounting(counting, encoded.counting);
      done += group.rows;
      ports.progress({ done, total: order.length(), message: 'writing the results' });
      yield file.add(group, right, encoded.columns);
    }
    yield file.finish([...left, ...right], groups);
  }
  await writeFileAtomic(path, pieces());
  const columns = [...left, ...right].map(({ name }) => name);
  return { ...told(counting), columns, rows: order.length() };
}

/** The columns of the sources, some rows at a time, in the order of the sources; then rows that no source has. */
async function* sourceGroups(
  { sources, bytesPerRow }: RowsToWrite,
  columns: ReturnType<typeof sourceColumns>,
  order: TableOrder,
): AsyncGenerator<{ rows: number; columns: EncodedColumn[] }> {
  const encoders = columns.map((column) => ({ ...columnEncoder(column), of: column.of }));
  const mostRows = Math.min(MOST_GROUP_ROWS, Math.ceil(GROUP_BYTES / Math.max(1, bytesPerRow)));
  let rows = 0;
  let characters = 0;
  const take = () => {
    const group = { rows, columns: encoders.map((encoder) => encoder.take()) };
    rows = 0;
    characters = 0;
    return group;
  };
  const fills = (cells?: Row['cells']): boolean => {
    for (const encoder of encoders) {
      const value = cells && encoder.of(cells);
      if (typeof value === 'string') characters += value.length;
      encoder.add(value);
    }
    rows += 1;
    return characters >= GROUP_BYTES || rows >= mostRows;
  };
  for (const source of sources)
    for await (const some of source.rows())
      for (const { key, cells } of some) if (order.take(key) && fills(cells)) yield take();
  while (order.takeNext()) if (fills()) yield take();
  if (rows > 0) yield take();
}

const encodeSpec = ({ folder, jobs, answers, repeats }: RowsToWrite, parts: readonly Part[]): EncodeSpec => ({
  files: parts.map(({ file }) => join(folder, file)),
  jobs,
  answers,
  extras: new Set(parts.flatMap((part) => part.extras)),
  duplicates: repeats.keys.length > 0,
});

/** The columns of the results, group by group as the source has made them. */
async function* resultGroups(
  rows: RowsToWrite,
  parts: readonly Part[],
  { spec, groups, order }: { spec: EncodeSpec; groups: readonly Group[]; order: TableOrder },
): AsyncGenerator<{ group: Group; encoded: EncodedGroup }> {
  const { work } = rows;
  const rowsOf = groupRows(rows, parts, order);
  let from = 0;
  yield* inOrder(groups, work.width, async (group) => {
    const located = rowsOf(from, group.rows);
    from += group.rows;
    return { group, encoded: await work.encode(spec, located) };
  });
}
