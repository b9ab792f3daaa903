import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AnswerMedium } from '../batch/answer-row.ts';
import { writeFileAtomic } from '../support/files.ts';

/** Types that models answer with, by their usual endings. */
const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'video/mp4': 'mp4',
};

/**
 * Writes what a model made into files named by the row's key, in `within` of the results folder. Gives their paths in
 * that folder, or where they are already.
 */
export async function writeMedia(
  folder: string,
  within: string,
  key: string,
  media: readonly AnswerMedium[],
): Promise<string[]> {
  const names: string[] = [];
  for (const [index, { mimeType, data, uri }] of media.entries()) {
    if (data === undefined) {
      names.push(uri ?? '');
      continue;
    }
    const name = `${within}/${fileName(key)}-${index + 1}.${ENDINGS[mimeType.split(';')[0] ?? ''] ?? 'bin'}`;
    await writeFileAtomic(join(folder, name), Buffer.from(data, 'base64'));
    names.push(name);
  }
  return names;
}

const MOST_CHARACTERS = 80;

/**
 * A key as a file's name. One that is not plain gets a hash: two keys must not meet in a file, also where the file
 * system takes `A` for `a`.
 */
export function fileName(key: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/.test(key) && key.length <= MOST_CHARACTERS) return key;
  const plain = key.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, MOST_CHARACTERS);
  return `${plain}-${createHash('sha256').update(key).digest('hex').slice(0, 10)}`;
}
