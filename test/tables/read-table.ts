import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openTable } from '../../src/tables/open-table.ts';
import type { Row, Skipped } from '../../src/tables/table.ts';

/** Writes a file under the given name and reads it as a table, whole. */
export async function readTable(
  name: string,
  content: string | Uint8Array,
  signal = new AbortController().signal,
) {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-tables-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, content);
  return readTableAt(path, name, signal, Buffer.byteLength(content));
}

export async function readTableAt(path: string, name: string, signal: AbortSignal, size: number) {
  const table = await openTable({ path, name, size }, signal);
  const entries: (Row | Skipped)[] = [];
  for await (const entry of table.rows) entries.push(entry);
  const rows = entries.filter((entry): entry is Row => 'cells' in entry);
  return {
    columns: table.columns,
    unit: table.unit,
    cells: rows.map(({ cells }) => cells),
    places: rows.map(({ place }) => place),
    skipped: entries.filter((entry): entry is Skipped => 'skipped' in entry),
  };
}
