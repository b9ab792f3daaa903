import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lines } from '../support/lines.ts';
import { isRecord } from '../support/records.ts';
import { duplicateLine } from './dedupe.ts';

/** Writes `duplicates.jsonl` beside a manifest, while the requests are written. */
export interface DuplicatesWriter {
  add(key: string, duplicateOf: string): Promise<void> | undefined;
  /** Makes the file appear, whole; there is none where there are no duplicates. */
  finish(): Promise<number>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

const CHUNK_CHARACTERS = 64 * 1024;

export function duplicatesWriter(path: string): DuplicatesWriter {
  const temporary = `${path}.tmp`;
  let file: FileHandle | undefined;
  let text = '';
  let count = 0;

  async function flush(): Promise<void> {
    if (!file) {
      await mkdir(dirname(path), { recursive: true });
      file = await open(temporary, 'w');
    }
    const chunk = text;
    text = '';
    await file.appendFile(chunk);
  }

  return {
    add(key, duplicateOf) {
      count += 1;
      text += duplicateLine(key, duplicateOf);
      return text.length >= CHUNK_CHARACTERS ? flush() : undefined;
    },
    async finish() {
      await rm(path, { force: true });
      if (count === 0) return 0;
      await flush();
      await file?.sync();
      await file?.close();
      await rename(temporary, path);
      return count;
    },
    async discard() {
      await file?.close();
      await rm(temporary, { force: true });
    },
  };
}

/** Pairs of `duplicates.jsonl`: a row's key, and the key of the row whose answer is its own too. */
export async function* readDuplicates(
  path: string,
): AsyncGenerator<{ key: string; duplicateOf: string }, void, undefined> {
  for await (const line of lines(createReadStream(path))) {
    const pair: unknown = JSON.parse(line.toString());
    if (!isRecord(pair)) continue;
    yield { key: String(pair.key), duplicateOf: String(pair.duplicate_of) };
  }
}
