import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { localFile } from '../../src/tables/local-file.ts';
import { openTable } from '../../src/tables/open-table.ts';
import type { ReadOptions, Row, Skipped, Source } from '../../src/tables/table.ts';

const running = new AbortController().signal;

/** Writes a file under the given name and reads it as a table, whole. */
export async function readTable(
  name: string,
  content: string | Uint8Array,
  signal = running,
  options: ReadOptions = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-tables-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, content);
  return readSource(localFile({ path, name, size: Buffer.byteLength(content) }), signal, options);
}

export async function readSource(source: Source, signal = running, options: ReadOptions = {}) {
  const table = await openTable(source, signal, options);
  const entries: (Row | Skipped)[] = [];
  for await (const entry of table.rows) entries.push(entry);
  const rows = entries.filter((entry): entry is Row => 'cells' in entry);
  return {
    columns: table.columns,
    unit: table.unit,
    notes: table.notes(),
    cells: rows.map(({ cells }) => cells),
    places: rows.map(({ place }) => place),
    skipped: entries.filter((entry): entry is Skipped => 'skipped' in entry),
  };
}

/** A source in memory whose bytes come in chunks of this size. */
export const inMemory = (name: string, content: string | Uint8Array, chunkBytes = 1 << 20): Source => {
  const bytes = Buffer.from(content as Uint8Array);
  return {
    name,
    size: bytes.length,
    async *bytes(_signal, { start, end } = { start: 0, end: bytes.length }) {
      for (let at = start; at < end; at += chunkBytes)
        yield bytes.subarray(at, Math.min(end, at + chunkBytes));
    },
  };
};
