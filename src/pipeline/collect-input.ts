import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf } from '../batch/answers/row-key.ts';
import { rowKey } from '../batch/request-row.ts';
import { gsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { UserError } from '../support/errors.ts';
import { isRecord } from '../support/records.ts';
import { list, quoteUntrusted } from '../support/text.ts';
import { findObjects } from './find-objects.ts';
import type { JobFacts } from './job-facts.ts';
import { lineBatches } from './line-batches.ts';
import { hashFile, type Manifest, readManifest } from './manifest.ts';
import type { Ports } from './ports.ts';

/** The request rows of a job, to be read once or twice. */
export interface CollectInput {
  files: InputFile[];
  /** Of the input, where it was composed in this workspace. */
  manifest?: Manifest | undefined;
  notes: string[];
}

interface InputFile {
  /** Tells this content from any other. */
  version: string;
  /** Where keys are numbers: that of the first row, counted from 1, and how many there are. Nothing has to be read. */
  numbered?: { first: number; rows: number } | undefined;
  bytes(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

type InputPorts = Pick<Ports, 'workspace' | 'storage' | 'signal'>;

const CHUNK_BYTES = 1 << 20;

/**
 * Finds what a job read: a composed file of this workspace by the hash that its upload is named with, and else the
 * objects themselves. Throws `input_gone` and `input_not_in_storage`.
 */
export async function findInput(
  { id, created = '', input: named = '' }: Pick<JobFacts, 'id' | 'created' | 'input'>,
  ports: InputPorts,
): Promise<CollectInput> {
  if (!named.startsWith('gs://')) throw notInStorage(id);
  const uris = named.split(', ');
  const input: CollectInput = { files: [], notes: [] };
  const manifests = new Map<string | undefined, Manifest | undefined>();
  for (const uri of uris) {
    const sha256 = /\/inputs\/([0-9a-f]{64})\.jsonl$/.exec(uri)?.[1];
    const composed = sha256 === undefined ? undefined : await findManifest(sha256, ports);
    manifests.set(composed?.manifest.id, composed?.manifest);
    if (sha256 === undefined || !composed)
      input.files.push(...(await storedFiles(id, uri, created, input.notes, ports)));
    else
      input.files.push({
        version: sha256,
        numbered: numbersOf(composed.manifest, sha256),
        bytes: () => composedBytes(id, uri, composed, ports),
      });
  }
  if (manifests.size === 1) input.manifest = [...manifests.values()][0];
  return input;
}

async function storedFiles(id: string, uri: string, created: string, notes: string[], ports: InputPorts) {
  const objects = await objectsOf(id, uri, ports);
  const later = objects.filter(({ timeCreated = '' }) => Date.parse(timeCreated) > Date.parse(created));
  if (later.length > 0)
    notes.push(
      `${list(later.map(({ bucket, name }) => quoteUntrusted(gsUri(bucket, name))))} was written to after the job was created: its rows may not be those that the job read.`,
    );
  return objects.map(({ bucket, name, generation }) => ({
    version: `${gsUri(bucket, name)}#${generation}`,
    bytes: (signal: AbortSignal) => ports.storage.download(bucket, name, { generation, signal }),
  }));
}

const objectsOf = (id: string, uri: string, ports: InputPorts): Promise<ObjectMetadata[]> =>
  findObjects(uri, ports).catch((error) => {
    const code = error instanceof UserError ? error.code : undefined;
    if (code === 'empty_file') return [];
    throw code === 'input_not_found' ? inputGone(id, uri) : error;
  });

interface Composed {
  manifest: Manifest;
  file: Manifest['files'][number];
}

async function findManifest(sha256: string, { workspace }: InputPorts): Promise<Composed | undefined> {
  const folder = join(workspace.folder, 'inputs');
  for (const id of (await readdir(folder).catch(() => [])).sort()) {
    const manifest = await readManifest(id, workspace);
    const file = manifest?.files.find((one) => one.sha256 === sha256);
    if (manifest && file) return { manifest, file };
  }
  return undefined;
}

/** Undefined where keys come from a column, or where rows that were left out leave gaps between the numbers. */
function numbersOf({ keys, duplicates, files }: Manifest, sha256: string): InputFile['numbered'] {
  if (keys.column !== undefined || duplicates > 0) return undefined;
  let first = 1;
  for (const file of files) {
    if (file.sha256 === sha256) return { first, rows: file.rows };
    first += file.rows;
  }
  return undefined;
}

/** From the composed file, or from its upload where it was changed or is gone. */
async function* composedBytes(id: string, uri: string, { manifest, file }: Composed, ports: InputPorts) {
  const { workspace, storage, signal } = ports;
  const path = join(workspace.inputFolder(manifest.id), file.name);
  const { size } = (await stat(path).catch(() => undefined)) ?? {};
  const isSame =
    size === file.bytes &&
    ((await isUntouched(path, manifest)) || (await hashFile(path, signal)) === file.sha256);
  if (isSame) yield* createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
  else
    for (const { bucket, name, generation } of await objectsOf(id, uri, ports))
      yield* storage.download(bucket, name, { generation, signal });
}

/**
 * True where a file is as it was when the input was composed, and need not be hashed. The time of its last change
 * cannot be set back, not even by a file that takes its place.
 */
export async function isUntouched(path: string, { created }: Pick<Manifest, 'created'>): Promise<boolean> {
  const { ctimeMs } = await stat(path);
  return Math.floor(ctimeMs) <= Date.parse(created);
}

/** Hands out the keys of all rows in order; gives their number. */
export async function eachInputKey(
  { files }: Pick<CollectInput, 'files'>,
  signal: AbortSignal,
  hear: (key: string | undefined, row: number) => void,
): Promise<number> {
  let rows = 0;
  for (const { numbered, bytes } of files) {
    if (numbered) for (let n = 0; n < numbered.rows; n++) hear(rowKey(numbered.first + n), rows++);
    else
      for await (const { lines } of lineBatches(bytes(signal)))
        for (const line of lines) hear(keyOfLine(line), rows++);
  }
  return rows;
}

/** Hands out the lines of all files, with the number of the row that each one is, from 0. */
export async function eachInputLine(
  { files }: Pick<CollectInput, 'files'>,
  signal: AbortSignal,
  hear: (line: Buffer, row: number) => void,
): Promise<void> {
  let rows = 0;
  for (const file of files)
    for await (const { lines } of lineBatches(file.bytes(signal)))
      for (const line of lines) hear(line, rows++);
}

const KEY = Buffer.from('{"key":"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The key of a line, where it has one. That of a line that begins with it, as composed ones do, is cut out of the
 * bytes: parsing a gigabyte for its keys would take as long as all the rest.
 */
export function keyOfLine(line: Buffer): string | undefined {
  if (line.subarray(0, KEY.length).equals(KEY)) {
    const end = line.indexOf(QUOTE, KEY.length);
    const escaped = line.subarray(KEY.length, end).includes(BACKSLASH);
    if (end > KEY.length && !escaped) return line.toString('utf8', KEY.length, end);
  }
  return keyOf(parseLine(line) ?? {});
}

/** Undefined for what is no JSON object. */
export function parseLine(line: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const inputGone = (id: string, uri: string) =>
  new UserError('input_gone', {
    what: `The input of job ${id} is gone: there is no object ${quoteUntrusted(uri)}.`,
    why: 'Without it nobody can say which rows have no answer.',
    fix: 'Put the object back, or read the output files by themselves.',
  });

const notInStorage = (id: string) =>
  new UserError('input_not_in_storage', {
    what: `The input of job ${id} is not in Cloud Storage.`,
    why: 'Results are collected of jobs that read and write files there.',
    fix: 'Query the output table of the job in BigQuery.',
  });
