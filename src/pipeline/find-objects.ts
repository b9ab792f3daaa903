import { gsUri, parseGsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Ports } from './ports.ts';

/**
 * The objects that `gs://bucket/name` means, in order of name; `*` in the name stands for any characters of one
 * folder, `**` for any at all. Throws `input_not_found`, and `empty_file` where all of them are empty.
 */
export async function findObjects(
  uri: string,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<ObjectMetadata[]> {
  const { bucket, name } = parseGsUri(uri);
  const wild = name.indexOf('*');
  const objects: ObjectMetadata[] = [];
  if (wild === -1) {
    const object = await storage.stat(bucket, name, { signal });
    if (object) objects.push(object);
  } else {
    const listing = storage.list(bucket, { prefix: name.slice(0, wild), matchGlob: name, signal });
    for await (const object of listing) objects.push(object);
  }
  if (objects.length === 0)
    throw new UserError('input_not_found', {
      what: `There is no object ${quoteUntrusted(uri)}.`,
      fix: `List what is there with \`gcloud storage ls ${gsUri(bucket)}\`, or give a local file.`,
    });
  if (objects.every(({ size }) => size === 0))
    throw new UserError('empty_file', {
      what: `The input ${quoteUntrusted(uri)} is empty.`,
      fix: 'Name an object with at least one row.',
    });
  return objects;
}
