import { createHash } from 'node:crypto';
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../support/files.ts';

/** Writes text atomically and says what was written. Leaves nothing behind where the text breaks off. */
export async function writeHashed(
  path: string,
  texts: AsyncIterable<string>,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* chunks() {
    for await (const text of texts) {
      const chunk = Buffer.from(text);
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    await writeFileAtomic(path, chunks());
  } catch (error) {
    // Only an empty folder can be removed like this: one that was made for this file.
    await rmdir(dirname(path)).catch(() => undefined);
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}
