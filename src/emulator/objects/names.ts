import { ServiceError } from '../errors.ts';
import { invalid } from './errors.ts';

/** Most bytes of an object name in UTF-8. Source: cloud.google.com/storage/docs/objects#naming. */
const NAME_BYTES = 1024;

/**
 * Throws 400 for a name that Cloud Storage never has. Names with dots are legal up to 222 characters.
 * Source: cloud.google.com/storage/docs/buckets#naming.
 */
export function assertBucketName(name: string): void {
  const parts = name.split('.');
  const legal =
    name.length >= 3 &&
    name.length <= (parts.length > 1 ? 222 : 63) &&
    parts.every((part) => /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(part)) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!legal) throw invalid(`Invalid bucket name: '${name}'`);
}

/** The rules that only a new bucket must keep: dotted names need a verified domain, which nobody has here. */
export function assertNewBucketName(name: string): void {
  assertBucketName(name);
  if (name.startsWith('goog') || /g[o0]{2}g[l1]e/.test(name)) throw invalid(`Invalid bucket name: '${name}'`);
  if (name.includes('.')) {
    throw new ServiceError(
      403,
      'forbidden',
      'The bucket you tried to create requires domain ownership verification.',
    );
  }
}

export function assertObjectName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes > NAME_BYTES) {
    throw invalid(
      `The maximum object length is ${NAME_BYTES} characters, but got a name with ${bytes} characters: ''${name.slice(0, 100)}...''`,
    );
  }
  if (/[\r\n]|\p{Surrogate}/u.test(name)) {
    throw invalid(`Disallowed unicode characters present in object name ''${name}''`);
  }
  if (['', '.', '..'].includes(name) || name.startsWith('.well-known/acme-challenge/')) {
    throw invalid(`Invalid object name: '${name}'`);
  }
}
