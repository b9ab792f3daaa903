import { GoogleApiError, isNotFound } from '../google/errors.ts';
import { parseGsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { inOrder } from './in-order.ts';
import type { LintFile } from './lint-source.ts';
import type { Ports } from './ports.ts';

/** Each is a request; what is wrong with a list of files mostly shows in its first ones. */
const MOST_URIS = 200;
const MOST_BYTES = 16_000_000;
const AT_ONCE = 16;

const REFERENCE = /"file_?[uU]ri"\s*:\s*("gs:\/\/(?:[^"\\]|\\.)*")/g;

type LookupPorts = Pick<Ports, 'storage' | 'emulated' | 'signal'>;

/**
 * Of the first objects that request rows name, those that are not in Cloud Storage. What may not be looked at counts as
 * there, and on the emulator so does what is in a bucket that it does not have.
 */
export async function missingMedia(files: readonly LintFile[], ports: LookupPorts): Promise<string[]> {
  const missing: string[] = [];
  const looks = inOrder(await named(files), AT_ONCE, async (uri) => ({
    uri,
    there: await isThere(uri, ports),
  }));
  for await (const { uri, there } of looks) if (!there) missing.push(uri);
  return missing;
}

async function named(files: readonly LintFile[]): Promise<Set<string>> {
  const uris = new Set<string>();
  let read = 0;
  for (const file of files)
    for await (const line of lines(file.open())) {
      read += line.length;
      if (line.includes('gs://'))
        for (const [, text = '""'] of line.toString().matchAll(REFERENCE)) uris.add(unescaped(text));
      if (uris.size >= MOST_URIS || read >= MOST_BYTES) return uris;
    }
  return uris;
}

function unescaped(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}

async function isThere(uri: string, { storage, emulated, signal }: LookupPorts): Promise<boolean> {
  try {
    const { bucket, name } = parseGsUri(uri);
    return (await storage.stat(bucket, name, { signal })) !== undefined;
  } catch (error) {
    // A malformed address is another rule's business, and a bucket that may not be used nobody's.
    if (error instanceof UserError) return true;
    if (isNotFound(error)) return emulated;
    if (error instanceof GoogleApiError && [401, 403].includes(error.status)) return true;
    throw error;
  }
}
