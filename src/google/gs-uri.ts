import { UserError } from '../support/errors.ts';

export interface GsUri {
  bucket: string;
  /** Object name or prefix, without a leading slash; empty for the bucket itself. */
  name: string;
}

export const gsUri = (bucket: string, name = ''): string => `gs://${bucket}/${name}`;

/**
 * Parts of `gs://bucket/name`. The bucket follows Cloud Storage's rules: 3 to 222 characters of
 * `a-z 0-9 . _ -`, a letter or a digit at both ends.
 * @throws UserError `bad_gs_uri`
 */
export function parseGsUri(uri: string): GsUri {
  const parts = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/(.*))?$/s.exec(uri);
  if (parts?.[1] === undefined) {
    throw new UserError('bad_gs_uri', {
      what: `${JSON.stringify(uri)} is not a Cloud Storage URI.`,
      fix: 'Write it as gs://bucket/path/to/object, the bucket in lower case.',
    });
  }
  return { bucket: parts[1], name: parts[2] ?? '' };
}

/** The object `name` under a place such as `gs://bucket/prefix`, with or without a slash at its end. */
export function under(place: string, name: string): GsUri {
  const { bucket, name: prefix } = parseGsUri(place);
  return { bucket, name: [prefix.replace(/\/+$/, ''), name].filter(Boolean).join('/') };
}
