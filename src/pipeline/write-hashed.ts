import { createHash } from 'node:crypto';
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../support/files.ts';

/** Small enough to stay in the processor's cache from encoding to hashing. */
const BUFFER_BYTES = 256 * 1024;
/** Most bytes that a character of a string takes in UTF-8. */
export const MOST_BYTES_A_CHARACTER = 3;

/**
 * Writes texts atomically and gives the SHA-256 of the file, lower-case hex. Leaves nothing behind where they break
 * off. Adds up in `written` the bytes of the texts so far, always before the next text is asked for.
 */
export async function writeHashed(
  path: string,
  texts: AsyncIterable<string>,
  written: { bytes: number },
): Promise<string> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of encoded(texts, written)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    await writeFileAtomic(path, hashed());
  } catch (error) {
    // Only an empty folder can be removed like this: one that was made for this file.
    await rmdir(dirname(path)).catch(() => undefined);
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Texts as UTF-8, many to a chunk. One by one they are encoded sooner than joined, as most are in one alphabet.
 * Two buffers take turns: one is filled while the other is written.
 */
async function* encoded(texts: AsyncIterable<string>, written: { bytes: number }): AsyncGenerator<Buffer> {
  let [buffer, other] = [Buffer.alloc(0), Buffer.alloc(0)];
  let filled = 0;
  for await (const text of texts) {
    const most = text.length * MOST_BYTES_A_CHARACTER;
    if (filled + most > buffer.length) {
      if (filled > 0) yield buffer.subarray(0, filled);
      [buffer, other] = [other, buffer];
      filled = 0;
      if (most > buffer.length) buffer = Buffer.allocUnsafeSlow(Math.max(most, BUFFER_BYTES));
    }
    const size = buffer.write(text, filled);
    filled += size;
    written.bytes += size;
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
