import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import type { Source } from './table.ts';

const CHUNK_BYTES = 256 * 1024;
/** Tables pack to a tenth, repetitive ones to a hundredth. What packs much better was made to fill a disk. */
const MOST_TIMES = 200;
/** Small files may be packed as well as they like. */
const NEVER_TOO_LARGE = 64_000_000;

/**
 * A gzip file's content, unpacked while it is read. Its `size` stays that of the packed file.
 * Reading throws `bad_gzip`, and `too_compressed` where the content is more than a table can be.
 */
export const unpacked = (packed: Source): Source => ({
  name: packed.name,
  size: packed.size,
  bytes: (signal) => gunzip(packed, signal),
});

async function* gunzip(packed: Source, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const most = Math.max(NEVER_TOO_LARGE, packed.size * MOST_TIMES);
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  // What goes wrong on the way destroys the stream with the error, and so reaches the loop below.
  pipeline(Readable.from(packed.bytes(signal)), stream, () => undefined);
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > most) throw tooCompressed(packed, most);
      yield chunk;
    }
  } catch (error) {
    throw /^Z_/.test((error as NodeJS.ErrnoException).code ?? '') ? badGzip(packed, error as Error) : error;
  }
}

const badGzip = ({ name }: Source, cause: Error) =>
  new UserError('bad_gzip', {
    what: `${quoteUntrusted(name)} cannot be unpacked: ${cause.message}.`,
    why: 'It is no gzip file, or it was cut off.',
    fix: 'Check it with `gzip -t`, and make or copy it again.',
    cause,
  });

const tooCompressed = ({ name, size }: Source, most: number) =>
  new UserError('too_compressed', {
    what: `${quoteUntrusted(name)} has ${bytes(size)} and unpacks to more than ${bytes(most)}.`,
    why: `A packed table may be ${MOST_TIMES} times as large as its file.`,
    fix: 'If it is a table indeed, unpack it yourself and name the unpacked file.',
  });
