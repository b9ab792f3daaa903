import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where things are:
 * `buckets/<bucket>/{bucket.json, lock, generation, objects/<name>.json, data/<generation>}`,
 * `uploads/<id>.{json,bytes}`, and `incoming/` for what has no name yet.
 */
export interface Layout {
  readonly buckets: string;
  readonly uploads: string;
  readonly incoming: string;
  bucket(bucket: string): string;
  object(bucket: string, name: string): string;
  data(bucket: string, generation: string): string;
}

export function layoutOf(folder: string): Layout {
  const bucketFolder = (bucket: string) => join(folder, 'buckets', bucket);
  return {
    buckets: join(folder, 'buckets'),
    uploads: join(folder, 'uploads'),
    incoming: join(folder, 'incoming'),
    bucket: bucketFolder,
    object: (bucket, name) => join(bucketFolder(bucket), 'objects', objectFileName(name)),
    data: (bucket, generation) => join(bucketFolder(bucket), 'data', generation),
  };
}

/** Far below the 255 bytes that file systems allow, with the digest added. */
const READABLE = 100;

/**
 * A file name for any legal object name: a readable beginning, so that a listing by prefix opens few files,
 * and a digest of the whole, as file systems fold case, normalise Unicode and end at 255 bytes.
 */
function objectFileName(name: string): string {
  return `${readable(name)}.${createHash('sha256').update(name).digest('hex').slice(0, 40)}.json`;
}

/** Tells, without opening it, whether a file may belong to an object whose name begins with `prefix`. */
export function mayHavePrefix(prefix: string): (fileName: string) => boolean {
  const start = readable(prefix);
  return (fileName) => fileName.slice(0, fileName.length - '.json'.length - 41).startsWith(start);
}

const readable = (name: string): string =>
  Array.from(Buffer.from(name).subarray(0, READABLE), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  })
    .join('')
    .slice(0, READABLE);

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The file's content, or undefined when there is no such file. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
