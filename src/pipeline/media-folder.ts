import { createHash } from 'node:crypto';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { mediaTypeOfName } from '../batch/media-reference.ts';
import { gsUri, parseGsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Row, Skipped } from '../tables/table.ts';
import type { Ports } from './ports.ts';

/** A folder of media as a table: one row a file, in the order of their names. */
export interface MediaFolder {
  /** Real path, or the `gs://` prefix. */
  path: string;
  columns: readonly string[];
  unit: 'item';
  rows: AsyncIterable<Row | Skipped>;
  /** Lower-case hex of a hash over names, sizes and versions: another one where a file came, went or was changed. */
  sha256: string;
  /** Of all files. */
  bytes: number;
}

interface FileFacts {
  /** Below the folder, with slashes. */
  name: string;
  /** What a `media` argument takes. */
  reference: string;
  size: number;
  /** Changes with the content. */
  version: string;
  /** As it was stored, where that is known. */
  contentType?: string | undefined;
}

/** The column with the reference is `file`; the others are there for prompts and keys. */
export const FOLDER_COLUMNS = ['file', 'name', 'folder'] as const;

/** A `gs://` prefix that ends in a slash, or a local folder; undefined for anything else. Throws `no_rows`, `not_a_file`. */
export async function openMediaFolder(
  source: string,
  ports: Pick<Ports, 'workspace' | 'storage' | 'signal'>,
): Promise<MediaFolder | undefined> {
  if (source.startsWith('gs://'))
    return source.endsWith('/') ? folderOf(source, await objects(source, ports)) : undefined;
  const path = await ports.workspace.readableFolder(source);
  if (path !== undefined && (await isOwn(path, ports.workspace.folder))) throw ownFolder(source);
  return path === undefined ? undefined : folderOf(path, await files(path));
}

/** Where the server keeps its own files: inputs, results and the emulator's state are nobody's media. */
const OWN = ['', 'inputs', 'results', 'emulator'];

async function isOwn(path: string, workspace: string): Promise<boolean> {
  const [first = ''] = relative(await realpath(workspace), path).split(sep);
  return OWN.includes(first);
}

const ownFolder = (source: string) =>
  new UserError('not_a_file', {
    what: `${quoteUntrusted(source)} is the server's own folder.`,
    why: 'A folder that is named as a source is taken for media, one request a file.',
    fix: 'Name a table, or a folder with nothing but media in it.',
  });

function folderOf(path: string, found: FileFacts[]): MediaFolder {
  if (found.length === 0)
    throw new UserError('no_rows', {
      what: `There are no files in ${quoteUntrusted(path)}.`,
      fix: 'Name a folder with images, sound, video, PDF or text in it.',
    });
  const ordered = found.sort((a, b) => (a.name < b.name ? -1 : 1));
  const hash = createHash('sha256');
  for (const { name, size, version } of ordered) hash.update(JSON.stringify([name, size, version]));
  return {
    path,
    columns: FOLDER_COLUMNS,
    unit: 'item',
    rows: {
      async *[Symbol.asyncIterator]() {
        for (const [index, file] of ordered.entries()) yield rowOf(file, index + 1);
      },
    },
    sha256: hash.digest('hex'),
    bytes: ordered.reduce((sum, { size }) => sum + size, 0),
  };
}

function rowOf({ name, reference, size, contentType }: FileFacts, place: number): Row | Skipped {
  if (size === 0) return { place, skipped: 'empty file' };
  if (!contentType && mediaTypeOfName(name) === undefined)
    return { place, skipped: 'no type that Gemini reads' };
  const cut = name.lastIndexOf('/');
  return {
    place,
    cells: { file: reference, name: name.slice(cut + 1), folder: name.slice(0, Math.max(cut, 0)) },
  };
}

/** Hidden files and folders are not there for anybody's model. */
async function files(folder: string): Promise<FileFacts[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(sep)
          .some((step) => step.startsWith('.')),
    );
  const found: FileFacts[] = [];
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined);
    if (!facts?.isFile()) continue;
    const name = relative(folder, path).split(sep).join('/');
    found.push({ name, reference: path, size: facts.size, version: String(facts.mtimeMs) });
  }
  return found;
}

async function objects(
  source: string,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<FileFacts[]> {
  const { bucket, name: prefix } = parseGsUri(source);
  const found: FileFacts[] = [];
  for await (const { name, size, generation, contentType } of storage.list(bucket, { prefix, signal })) {
    if (name.endsWith('/')) continue;
    const known = contentType !== undefined && !/octet-stream$/.test(contentType) ? contentType : undefined;
    found.push({
      name: name.slice(prefix.length),
      reference: gsUri(bucket, name),
      size,
      version: generation,
      ...(known && { contentType: known }),
    });
  }
  return found;
}
