import { invalidArgument } from '../errors.ts';
import { parseGsUri } from '../gs-uri.ts';
import type { ObjectMetadata, ObjectStore } from '../objects/store.ts';
import type { Source } from './import.ts';

/**
 * The objects that input URIs mean, each once, in the order of the URIs; `*` stands for any characters within a
 * segment. Throws 400 where a URI means nothing.
 */
export async function resolveInputs(
  objects: ObjectStore,
  uris: readonly string[],
): Promise<(Source & { size: number })[]> {
  const found = new Map<string, Source & { size: number }>();
  for (const uri of uris) {
    const { bucket, name } = parseGsUri(uri);
    if ((await objects.bucket(bucket)) === undefined) {
      throw invalidArgument(`The Cloud Storage bucket of the input does not exist: gs://${bucket}.`);
    }
    const matches = await matching(objects, bucket, name);
    if (matches.length === 0) throw invalidArgument(`No file matches the input URI ${uri}.`);
    for (const { name: object, generation, size } of matches) {
      found.set(`${bucket}/${object}`, { bucket, name: object, generation, size: Number(size) });
    }
  }
  return [...found.values()];
}

async function matching(objects: ObjectStore, bucket: string, name: string): Promise<ObjectMetadata[]> {
  const star = name.indexOf('*');
  if (star === -1) {
    const object = await objects.stat(bucket, name);
    return object === undefined ? [] : [object];
  }
  const items: ObjectMetadata[] = [];
  let pageToken: string | undefined;
  do {
    const page = await objects.list(bucket, { prefix: name.slice(0, star), matchGlob: name, pageToken });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return items;
}
