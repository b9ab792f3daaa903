import { createReadStream } from 'node:fs';
import { parseGsUri } from '../google/gs-uri.ts';
import { inspectInput, localFiles } from './job-input.ts';
import type { Ports } from './ports.ts';

export interface LintFile {
  /** Real path of a local file. */
  path?: string | undefined;
  /** Bytes. */
  size: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Request rows to be read, once or several times. */
export interface LintSource {
  /** As it was named. */
  name: string;
  /** Objects by generation; what tells this content from another where it is not local. */
  version?: string | undefined;
  /** Bytes of all files. */
  size: number;
  files: LintFile[];
}

const CHUNK_BYTES = 1 << 20;

/** Looks where the rows are and reads nothing yet. */
export async function lintSource(input: string, ports: Ports): Promise<LintSource> {
  if (input.startsWith('gs://')) return storedSource(input, ports);
  const { workspace, signal } = ports;
  const paths = await localFiles(input, workspace);
  const found = await Promise.all(paths.map((path) => workspace.readableFile(path)));
  const files = found.map(({ path, size }) => {
    return { path, size, open: () => createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }) };
  });
  return { name: input, size: files.reduce((sum, { size }) => sum + size, 0), files };
}

async function storedSource(input: string, ports: Ports): Promise<LintSource> {
  const { storage, signal } = ports;
  const found = await inspectInput(input, {}, ports);
  const files = found.files.map(({ uri = '', generation, bytes }) => {
    const { bucket, name } = parseGsUri(uri);
    return { size: bytes, open: () => storage.download(bucket, name, { generation, signal }) };
  });
  const version = found.files.map(({ uri, generation }) => `${uri}#${generation}`).join('\n');
  return { name: input, version, size: found.bytes, files };
}
