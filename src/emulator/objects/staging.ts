import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemIds } from '../../support/ids.ts';
import { assertChecksums, type Checksums, type Digest, startDigest } from './checksums.ts';
import { isMissing } from './layout.ts';
import { isAlive } from './lock.ts';
import type { ExpectedChecksums } from './model.ts';

/** A whole content on disk that no object has yet. */
export interface Staged {
  path: string;
  /** Bytes. */
  size: number;
  crc32c: string;
  md5Hash?: string | undefined;
}

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A path under `folder` that is this process's own; what a dead process left there is swept first. */
export async function incomingPath(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(folder, name), { recursive: true, force: true });
  }
  return join(folder, `${process.pid}-${systemIds.token(20)}`);
}

/** Streams to a file and computes both checksums on the way. Nothing is left behind when the stream breaks. */
export async function stage(folder: string, bytes: Bytes): Promise<Staged & Checksums> {
  const path = await incomingPath(folder);
  const digest = await startDigest();
  const file = await open(path, 'wx');
  try {
    for await (const chunk of bytes) {
      await append(file, chunk, () => digest.update(chunk));
    }
    await file.close();
    return { path, size: digest.size, ...digest.result() };
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
}

/** The checksums of a file that is there already. */
export async function digestOf(path: string): Promise<Digest> {
  const digest = await startDigest();
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) digest.update(chunk);
  return digest;
}

/** Discards the content and throws 400 when the sender's checksum is not ours. */
export async function verify(staged: Staged & Checksums, expected?: ExpectedChecksums): Promise<void> {
  try {
    assertChecksums(staged, expected);
  } catch (error) {
    await discard(staged.path);
    throw error;
  }
}

/** Writes a chunk while `meanwhile` looks at it: the disk and the checksums each take about half the time. */
export async function append(file: FileHandle, chunk: Uint8Array, meanwhile: () => void): Promise<void> {
  const writing = file.appendFile(chunk);
  meanwhile();
  await writing;
}

/**
 * Moves a file to its name. It is not flushed: what the emulator keeps must outlive its process, which the
 * operating system sees to; a flush of 1 GB would cost more than the upload.
 */
export async function place(path: string, target: string): Promise<void> {
  await mkdir(join(target, '..'), { recursive: true });
  await rename(path, target);
}

export async function discard(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true });
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
