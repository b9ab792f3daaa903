import { invalidArgument } from './errors.ts';
import { assertObjectName } from './objects/names.ts';

export interface GsUri {
  bucket: string;
  /** Empty for the bucket itself; may hold wildcards. */
  name: string;
}

/** `gs://bucket/name`; throws 400 for anything else. */
export function parseGsUri(uri: string): GsUri {
  const found = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/(.*))?$/s.exec(uri);
  if (found === null) throw invalidArgument(`Invalid Cloud Storage URI: ${JSON.stringify(uri)}.`);
  return { bucket: found[1] ?? '', name: found[2] ?? '' };
}

/** Whether it names one object that a bucket can hold. Spaces are part of names; folders and wildcards name none. */
export function namesObject(uri: string): boolean {
  try {
    const { name } = parseGsUri(uri);
    assertObjectName(name);
    return !name.includes('*') && !name.endsWith('/');
  } catch {
    return false;
  }
}
