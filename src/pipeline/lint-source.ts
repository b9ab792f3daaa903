import { createReadStream } from 'node:fs';
import { parseGsUri } from '../google/gs-uri.ts';
import { inspectInput } from './job-input.ts';
import type { Ports } from './ports.ts';

/** Request rows to be read, once or several times. */
export interface LintSource {
  /** As it was named. */
  name: string;
  /** Real path of a local file. */
  local?: string | undefined;
  /** Objects by generation; what tells this content from another where it is not local. */
  version?: string | undefined;
  /** Bytes of all files. */
  size: number;
  files: (() => AsyncIterable<Uint8Array>)[];
}

const CHUNK_BYTES = 1 << 20;

/** Looks where the rows are and reads nothing yet. */
export async function lintSource(input: string, ports: Ports): Promise<LintSource> {
  const { workspace, storage, signal } = ports;
  if (!input.startsWith('gs://')) {
    const { path, size } = await workspace.readableFile(input);
    const open = () => createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
    return { name: input, local: path, size, files: [open] };
  }
  const { planned, bytes } = await inspectInput(input, {}, ports);
  const files = planned.map(({ uri = '', generation }) => () => {
    const { bucket, name } = parseGsUri(uri);
    return storage.download(bucket, name, { generation, signal });
  });
  const version = planned.map(({ uri, generation }) => `${uri}#${generation}`).join('\n');
  return { name: input, version, size: bytes, files };
}
