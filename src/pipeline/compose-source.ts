import { stat } from 'node:fs/promises';
import { gsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { openTables } from '../tables/joined.ts';
import { localFile } from '../tables/local-file.ts';
import { tableFormat } from '../tables/open-table.ts';
import { rowsSampled, type Sample } from '../tables/sample.ts';
import type { Source, Table } from '../tables/table.ts';
import { rowsWhere } from '../tables/where.ts';
import { findObjects } from './find-objects.ts';
import { hashFile, type Manifest } from './manifest.ts';
import { FOLDER_COLUMNS, type MediaFolder, openMediaFolder } from './media-folder.ts';
import type { Ports } from './ports.ts';

/** Which table, and which of its rows. */
export interface SourceSpec {
  /**
   * Path of a local table, or `gs://bucket/object`, also with `*` for several; or a folder of media, in
   * Cloud Storage with a slash at the end.
   */
  source: string;
  /** Of a workbook: name, or number from 1. */
  sheet?: string | number | undefined;
  /** SQL condition on the columns: only rows for which it holds. */
  where?: string | undefined;
  /** Draw so many rows of those by chance. */
  sample?: Sample | undefined;
}

export interface ComposeSource {
  table: Table;
  /** What `media` is where it is left out: the files of a folder. */
  media?: readonly string[] | undefined;
  /** What decides the id of an input beside its spec: the content, however it is named, and the format. */
  content(): Promise<Record<string, unknown>>;
  /** For the manifest, once the rows have been read. */
  facts(): Manifest['source'];
  /** Throws `source_changed` where the content is not what it was when it was opened. */
  assertUnchanged(): Promise<void>;
}

export type SourcePorts = Pick<Ports, 'workspace' | 'storage' | 'signal'>;

/** Opens a table and chooses rows; nothing but its columns is read yet. Throws what opening and conditions throw. */
export async function openSource(spec: SourceSpec, ports: SourcePorts): Promise<ComposeSource> {
  const folder = await openMediaFolder(spec.source, ports);
  if (folder) return folderSource(folder, spec, ports);
  const origin = await (spec.source.startsWith('gs://') ? stored : local)(spec.source, ports);
  const table = await openTables(origin.sources, ports.signal, { sheet: spec.sheet });
  const { columns, unit, notes } = table;
  return {
    table: await chosenRows(table, spec, ports),
    content: origin.content,
    facts: () => ({ ...origin.facts(), columns: [...columns], unit, notes: notes() }),
    assertUnchanged: origin.assertUnchanged,
  };
}

async function chosenRows(
  table: Table,
  { where, sample }: SourceSpec,
  { signal }: SourcePorts,
): Promise<Table> {
  const held = where === undefined ? table : await rowsWhere(table, where, signal);
  return sample ? rowsSampled(held, sample) : held;
}

/** A folder is read again in the end: a file that came or went meanwhile is found by its listing. */
async function folderSource(
  { columns, unit, rows, sha256, bytes, path }: MediaFolder,
  spec: SourceSpec,
  ports: SourcePorts,
): Promise<ComposeSource> {
  return {
    table: await chosenRows({ columns, unit, rows, notes: () => [] }, spec, ports),
    media: [FOLDER_COLUMNS[0]],
    content: async () => ({ sha256 }),
    facts: () => ({ folder: path, sha256, bytes, columns: [...columns], unit, notes: [] }),
    assertUnchanged: async () => {
      if ((await openMediaFolder(spec.source, ports))?.sha256 !== sha256) throw sourceChanged(spec.source);
    },
  };
}

interface Origin extends Omit<ComposeSource, 'table' | 'media' | 'facts'> {
  sources: Source[];
  facts(): Omit<Manifest['source'], 'columns' | 'unit' | 'notes'>;
}

async function local(name: string, { workspace, signal }: SourcePorts): Promise<Origin> {
  const { path, size } = await workspace.readableFile(name);
  const before = await fingerprint(path);
  let sha256 = '';
  return {
    sources: [localFile({ path, name, size })],
    content: async () => {
      sha256 = await hashFile(path, signal);
      return { sha256, format: tableFormat(name) };
    },
    facts: () => ({ path, sha256, bytes: size }),
    assertUnchanged: async () => {
      if ((await fingerprint(path)) !== before) throw sourceChanged(name);
    },
  };
}

/** Objects are told by their generations, which never change; each is read in the one that was found. */
async function stored(uri: string, { storage, signal }: SourcePorts): Promise<Origin> {
  const found = (await findObjects(uri, { storage, signal })).filter(({ size }) => size > 0);
  const objects = found.map(({ bucket, name, generation, size }) => ({
    uri: gsUri(bucket, name),
    generation,
    bytes: size,
  }));
  return {
    sources: found.map(({ bucket, name, generation, size }) => ({
      name: gsUri(bucket, name),
      size,
      bytes: (abort, range) =>
        storage.download(bucket, name, {
          generation,
          signal: abort,
          ...(range && { start: range.start, end: range.end - 1 }),
        }),
    })),
    content: async () => ({ objects: objects.map(({ uri, generation }) => `${uri}#${generation}`) }),
    facts: () => ({ objects, bytes: objects.reduce((sum, object) => sum + object.bytes, 0) }),
    assertUnchanged: async () => undefined,
  };
}

/** Changes when somebody writes to the file. */
async function fingerprint(path: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

const sourceChanged = (source: string) =>
  new UserError('source_changed', {
    what: `${quoteUntrusted(source)} was written to while it was read.`,
    why: 'Requests from two states of a file would belong to neither.',
    fix: 'Wait until the file is complete, and compose again.',
  });
