import { createReadStream } from 'node:fs';
import { parseGsUri } from '../google/gs-uri.ts';
import { inspectInput, localFiles } from './job-input.ts';
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
    const paths = await localFiles(input, workspace);
    const found = await Promise.all(paths.map((path) => workspace.readableFile(path)));
    const files = found.map(
      ({ path }) =>
        () =>
          createReadStream(path, { highWaterMark: CHUNK_BYTES, signal }),
    );
    const size = found.reduce((sum, file) => sum + file.size, 0);
    const [only, ...more] = found;
    return { name: input, ...(more.length === 0 && { local: only?.path }), size, files };
  }
  const { files, bytes } = await inspectInput(input, {}, ports);
  const opened = files.map(({ uri = '', generation }) => () => {
    const { bucket, name } = parseGsUri(uri);
    return storage.download(bucket, name, { generation, signal });
  });
  const version = files.map(({ uri, generation }) => `${uri}#${generation}`).join('\n');
  return { name: input, version, size: bytes, files: opened };
}
