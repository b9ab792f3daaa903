import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemIds } from './ids.ts';

export interface PlaceOptions {
  /** Nothing may be there yet: else it throws `EEXIST`, also where something came while the file was made. */
  exclusive?: boolean;
}

/**
 * Writes a file so that a reader sees the old content or the new, never a part:
 * temporary file beside it, fsync, rename. Folders are made on the way.
 * The next piece of content is made while one is written: bytes may be used again two pieces later.
 */
export const writeFileAtomic = (
  path: string,
  content: string | Uint8Array | AsyncIterable<string | Uint8Array>,
  options: PlaceOptions & { mode?: number } = {},
): Promise<void> =>
  placeFile(
    path,
    async (temporary) => {
      const file = await open(temporary, 'wx', options.mode ?? 0o644);
      try {
        if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(file, content);
        else await writePieces(file, content);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    options,
  );

/** The same for a file that something else makes, whole and synced, at the path that it is given. */
export async function placeFile(
  path: string,
  make: (temporary: string) => Promise<void>,
  { exclusive = false }: PlaceOptions = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${systemIds.token(8)}.tmp`;
  try {
    await make(temporary);
    // Only one of several can make it; not every disk has the links that would do without an empty file.
    if (exclusive) await (await open(path, 'wx')).close();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The disk begins after so many bytes, while there is more to write: it would else begin when all is written. */
const SYNC_BYTES = 32 * 1024 * 1024;

async function writePieces(file: FileHandle, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  let written: Promise<void> = Promise.resolve();
  let syncing: Promise<void> | undefined;
  let unsynced = 0;
  try {
    for await (const piece of pieces) {
      await written;
      written = writeFile(file, piece);
      // A failure is met with the next piece; until then nobody listens.
      written.catch(() => undefined);
      unsynced += piece.length;
      if (unsynced < SYNC_BYTES || syncing) continue;
      unsynced = 0;
      const done = () => {
        syncing = undefined;
      };
      // Whether all of it is on the disk is asked in the end.
      syncing = file.datasync().then(done, done);
    }
  } finally {
    await written;
    await syncing;
  }
}
