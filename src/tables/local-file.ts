import { createReadStream } from 'node:fs';
import type { Source } from './table.ts';

/** Large, because each read costs a trip to another thread. */
const CHUNK_BYTES = 256 * 1024;

/** A file on this machine: its real path, allowed to be read, and the name that it was asked for by. */
export const localFile = ({ path, name, size }: { path: string; name: string; size: number }): Source => ({
  name,
  size,
  bytes: (signal, range) =>
    createReadStream(path, {
      highWaterMark: CHUNK_BYTES,
      signal,
      ...(range && { start: range.start, end: range.end - 1 }),
    }),
});
