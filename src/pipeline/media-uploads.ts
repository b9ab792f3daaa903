import { createReadStream } from 'node:fs';
import { isConditionNotMet } from '../google/errors.ts';
import { gsUri, under } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { hashFile } from './manifest.ts';
import type { Ports } from './ports.ts';

export interface StagedFile {
  /** Real path. */
  path: string;
  /** As the table has it. */
  name: string;
  size: number;
  mimeType: string;
}

/** Local files in the staging bucket, by the hash of their content: each is sent once, whoever names it. */
export interface MediaUploads {
  /** The `gs://` address of a file's content. Throws `no_bucket`. */
  stage(file: StagedFile): Promise<string>;
  /** How many different contents were staged. */
  files(): number;
}

/** Paths whose address is remembered; beyond that a file that is named again is hashed again. */
const MOST_REMEMBERED = 50_000;

export function mediaUploads(ports: Pick<Ports, 'storage' | 'bucket' | 'signal'>): MediaUploads {
  const byPath = new Map<string, Promise<string>>();
  const byContent = new Map<string, Promise<string>>();

  async function staged(file: StagedFile): Promise<string> {
    if (ports.bucket === undefined) throw noBucket(file);
    const sha256 = await hashFile(file.path, ports.signal);
    const place = ports.bucket.startsWith('gs://') ? ports.bucket : `gs://${ports.bucket}`;
    const { bucket, name } = under(place, `media/${sha256}${endingOf(file.name)}`);
    const sent = byContent.get(name) ?? upload(file, bucket, name, ports);
    byContent.set(name, sent);
    return sent;
  }

  return {
    stage(file) {
      const known = byPath.get(file.path) ?? staged(file);
      if (byPath.size < MOST_REMEMBERED) byPath.set(file.path, known);
      return known;
    },
    files: () => byContent.size,
  };
}

async function upload(
  file: StagedFile,
  bucket: string,
  name: string,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<string> {
  const { path, size, mimeType: contentType } = file;
  const there = await storage.stat(bucket, name, { signal });
  if (there?.size === size) return gsUri(bucket, name);
  try {
    const content = createReadStream(path, { highWaterMark: 1 << 20, signal });
    await storage.upload({ bucket, name, bytes: content, size, contentType, signal });
  } catch (error) {
    // Somebody else has just put the same content there.
    if (!isConditionNotMet(error)) throw error;
  }
  return gsUri(bucket, name);
}

/** Kept for people who look into the bucket; the type goes with the object and with each part. */
const endingOf = (name: string): string => /\.[a-z0-9]{1,5}$/i.exec(name)?.[0].toLowerCase() ?? '';

const noBucket = ({ name, size }: StagedFile) =>
  new UserError('no_bucket', {
    what: `${quoteUntrusted(name)} has ${bytes(size)}, too many to be written into the row, and there is no bucket to upload it to.`,
    fix: 'Start the server with --bucket gs://NAME, or put the files into Cloud Storage and name them as gs://….',
  });
