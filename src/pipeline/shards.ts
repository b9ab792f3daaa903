import { rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../support/errors.ts';
import { bytes } from '../support/text.ts';
import { MOST_BYTES_A_CHARACTER, writeHashed } from './write-hashed.ts';

export interface Shard {
  /** Within the folder. */
  name: string;
  rows: number;
  bytes: number;
  /** Lower-case hex, of the file's bytes. */
  sha256: string;
}

export interface ShardLine {
  /** With its line end. */
  text: string;
  /** Of the source, for errors: `line 7`. */
  place: string;
}

export interface ShardLimits {
  rows?: number | undefined;
  bytes?: number | undefined;
}

/**
 * Writes lines into as many files as the limits ask for: `requests.jsonl`, or `requests-00001.jsonl` and so on where
 * one is not enough. Each file appears whole or not at all; where the lines break off, none stays.
 * Throws `row_too_large` for a line that is over the limit by itself.
 */
export async function writeShards(
  folder: string,
  lines: AsyncIterable<ShardLine>,
  { rows: mostRows = Infinity, bytes: mostBytes = Infinity }: ShardLimits,
): Promise<Shard[]> {
  const iterator = lines[Symbol.asyncIterator]();
  const shards: Shard[] = [];
  let held: string | undefined;
  let ended = false;

  async function next(): Promise<void> {
    const step = await iterator.next();
    ended = step.done === true;
    held = step.done ? undefined : step.value.text;
    if (held !== undefined && !fits(held, mostBytes)) throw tooLarge(step.value.place, held, mostBytes);
  }

  async function* fill(filled: { rows: number; bytes: number }) {
    while (held !== undefined && filled.rows < mostRows && fits(held, mostBytes - filled.bytes)) {
      filled.rows += 1;
      yield held;
      await next();
    }
  }

  try {
    await next();
    do {
      const filled = { rows: 0, bytes: 0 };
      const name = shardName(shards.length + 1);
      const sha256 = await writeHashed(join(folder, name), fill(filled), filled);
      shards.push({ name, ...filled, sha256 });
    } while (!ended);
  } catch (error) {
    await Promise.all(shards.map(({ name }) => rm(join(folder, name), { force: true })));
    // Only an empty folder can be removed like this: one that was made for these files.
    await rmdir(folder).catch(() => undefined);
    throw error;
  } finally {
    await iterator.return?.();
  }
  return nameOnly(folder, shards);
}

const shardName = (n: number): string => `requests-${String(n).padStart(5, '0')}.jsonl`;

/** A file without companions has the plain name. */
async function nameOnly(folder: string, shards: Shard[]): Promise<Shard[]> {
  const [only] = shards;
  if (!only || shards.length > 1) return shards;
  const name = 'requests.jsonl';
  await rename(join(folder, only.name), join(folder, name));
  return [{ ...only, name }];
}

/** Its bytes are counted only where they may matter: that costs as much as writing them. */
const fits = (text: string, room: number): boolean =>
  text.length * MOST_BYTES_A_CHARACTER <= room || Buffer.byteLength(text) <= room;

const tooLarge = (place: string, text: string, most: number) =>
  new UserError('row_too_large', {
    what: `The request of ${place} has ${bytes(Buffer.byteLength(text))} by itself.`,
    why: `A job's input holds at most ${bytes(most)}.`,
    fix: 'Shorten it, or put its media into Cloud Storage and name them as gs://….',
  });
