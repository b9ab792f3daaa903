import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemIds } from './ids.ts';

/**
 * Writes a file so that a reader sees the old content or the new, never a part:
 * temporary file beside it, fsync, rename. Folders are made on the way.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array | AsyncIterable<string | Uint8Array>,
  options: { mode?: number } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${systemIds.token(8)}.tmp`;
  const file = await open(temporary, 'wx', options.mode ?? 0o644);
  try {
    try {
      await writeFile(file, content as AsyncIterable<string>);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
