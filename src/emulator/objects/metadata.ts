import type { Clock } from '../../support/clock.ts';
import { timestamp } from '../../support/clock.ts';
import { invalid } from './errors.ts';
import type { ObjectFields, ObjectMetadata, ObjectPatch } from './model.ts';

/** Keys and values of custom metadata, in bytes. Source: cloud.google.com/storage/quotas#objects. */
const CUSTOM_METADATA_BYTES = 8192;

export const etagOf = (generation: string, metageneration: string): string =>
  Buffer.from(`${generation}/${metageneration}`).toString('base64');

/** Only the writable fields of what may be a larger record. */
export function fieldsOf(source: ObjectFields): ObjectFields {
  const { contentType, contentEncoding, contentDisposition, contentLanguage } = source;
  const { cacheControl, customTime, metadata } = source;
  const fields = {
    contentType,
    contentEncoding,
    contentDisposition,
    contentLanguage,
    cacheControl,
    customTime,
    metadata: metadata && Object.keys(metadata).length > 0 ? metadata : undefined,
  };
  const bytes = Object.entries(metadata ?? {}).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (bytes > CUSTOM_METADATA_BYTES) throw invalid('The custom metadata of the object is over 8192 bytes.');
  return fields;
}

/** The record of a content that has just been written. */
export function newObject(
  address: { bucket: string; name: string; generation: string },
  content: {
    size: number;
    crc32c: string;
    md5Hash?: string | undefined;
    componentCount?: number | undefined;
  },
  fields: ObjectFields,
  clock: Clock,
): ObjectMetadata {
  const now = timestamp(clock.now());
  return {
    ...address,
    metageneration: '1',
    size: String(content.size),
    crc32c: content.crc32c,
    md5Hash: content.componentCount === undefined ? content.md5Hash : undefined,
    etag: etagOf(address.generation, '1'),
    timeCreated: now,
    updated: now,
    storageClass: 'STANDARD',
    componentCount: content.componentCount,
    ...fieldsOf(fields),
  };
}

/** The record after a merge patch: the same content, one metageneration on. */
export function patchedObject(object: ObjectMetadata, patch: ObjectPatch, clock: Clock): ObjectMetadata {
  const { metadata: changes, ...plain } = patch;
  const merged: Record<string, string> = changes === null ? {} : { ...object.metadata };
  for (const [key, value] of Object.entries(changes ?? {})) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  const fields: ObjectFields = { ...fieldsOf(object), metadata: merged };
  for (const [key, value] of Object.entries(plain)) {
    if (value !== undefined) fields[key as keyof typeof plain] = value ?? undefined;
  }
  const metageneration = String(BigInt(object.metageneration) + 1n);
  return {
    ...object,
    ...fieldsOf(fields),
    metageneration,
    etag: etagOf(object.generation, metageneration),
    updated: timestamp(clock.now()),
  };
}
