import { open, truncate } from 'node:fs/promises';
import type { Digest } from './checksums.ts';
import { invalid } from './errors.ts';
import type { ExpectedChecksums } from './model.ts';
import { append } from './staging.ts';

/** One PUT to a session. */
export interface UploadChunk {
  /** Where the first byte belongs. */
  offset: number;
  /** Bytes promised; left out, the end of the stream is the end of the object. */
  length?: number | undefined;
  /** Size of the whole object, once the client knows it. */
  total?: number | undefined;
  bytes: ReadableStream<Uint8Array>;
  expected?: ExpectedChecksums | undefined;
}

/** Chunks but the last are multiples of this, and so is what survives a broken one. */
export const CHUNK_UNIT = 256 * 1024;

export const wholeUnits = (size: number): number => size - (size % CHUNK_UNIT);

export const isLastChunk = ({ offset, length, total }: UploadChunk): boolean =>
  length === undefined || offset + length === total;

/** Throws 400 for a chunk that does not go on from the `safe` bytes, or is not last and has an odd length. */
export function assertChunk(chunk: UploadChunk, safe: number): void {
  const { offset, length } = chunk;
  if (offset > safe) {
    throw invalid(
      `Invalid request. According to the Content-Range header, the upload offset is ${offset} byte(s), ` +
        `which exceeds already uploaded size of ${safe} byte(s).`,
    );
  }
  if (!isLastChunk(chunk) && (length === 0 || (length ?? 0) % CHUNK_UNIT !== 0)) {
    throw invalid(
      `Invalid request. The number of bytes uploaded is required to be equal or greater than ${CHUNK_UNIT}, ` +
        `except for the final request (it's recommended to be the exact multiple of ${CHUNK_UNIT}). ` +
        `The received request contained ${length} bytes, which does not meet this requirement.`,
    );
  }
}

/**
 * Puts a chunk behind the first `safe` bytes of a file; what it repeats of those is skipped.
 * Throws the signal's reason as soon as that aborts, and what the stream throws; the bytes until then stay.
 * @returns the size of the file in bytes.
 */
export async function writeChunk(
  path: string,
  safe: number,
  chunk: UploadChunk,
  digest: Digest | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { offset, length, bytes } = chunk;
  const reader = bytes.getReader();
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}));
  await truncate(path, safe);
  const file = await open(path, 'a');
  let position = offset;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      // A cancelled stream ends as a whole one does.
      signal.throwIfAborted();
      if (done) break;
      const fresh = value.subarray(Math.min(value.byteLength, Math.max(0, safe - position)));
      position += value.byteLength;
      if (length !== undefined && position > offset + length) throw lengthMismatch();
      if (fresh.byteLength > 0) await append(file, fresh, () => digest?.update(fresh));
    }
  } finally {
    reader.releaseLock();
    await file.close();
  }
  if (length !== undefined && position < offset + length) throw lengthMismatch();
  if (isLastChunk(chunk) && position < safe) {
    throw invalid(
      `Invalid request. The upload would end at ${position} byte(s), and ${safe} byte(s) are uploaded already.`,
    );
  }
  return Math.max(safe, position);
}

const lengthMismatch = () =>
  invalid('Invalid request. The length of the body does not match the Content-Range header.');
