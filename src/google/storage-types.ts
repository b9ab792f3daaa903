import { isRecord } from '../support/records.ts';

/** What Cloud Storage knows of an object. Its `size` is a string on the wire, a number here. */
export interface ObjectMetadata {
  bucket: string;
  name: string;
  /** Changes with each write of the name; int64, kept as text. */
  generation: string;
  /** Bytes. */
  size: number;
  /** Base64; also set for composed objects, which have no MD5. */
  crc32c: string | undefined;
  contentType: string | undefined;
  /** `gzip` where the stored bytes are compressed. */
  contentEncoding: string | undefined;
  /** RFC 3339. */
  timeCreated: string | undefined;
  updated: string | undefined;
  /** The writer's own keys and values. */
  metadata: Readonly<Record<string, string>>;
}

export interface BucketMetadata {
  name: string;
  /** In lower case, as Vertex AI writes locations: `us-central1`, `us`. */
  location: string;
  locationType: string | undefined;
  /** Of the project that the bucket is in; int64, kept as text. */
  projectNumber: string | undefined;
}

/** Fields to ask for, so that answers stay small. */
export const OBJECT_FIELDS =
  'bucket,name,generation,size,crc32c,contentType,contentEncoding,timeCreated,updated,metadata';

export function objectMetadata(wire: unknown): ObjectMetadata {
  const object = isRecord(wire) ? wire : {};
  return {
    bucket: text(object.bucket) ?? '',
    name: text(object.name) ?? '',
    generation: text(object.generation) ?? '',
    size: Number(object.size ?? 0),
    crc32c: text(object.crc32c),
    contentType: text(object.contentType),
    contentEncoding: text(object.contentEncoding),
    timeCreated: text(object.timeCreated),
    updated: text(object.updated),
    metadata: (isRecord(object.metadata) ? object.metadata : {}) as Record<string, string>,
  };
}

export function bucketMetadata(wire: unknown): BucketMetadata {
  const bucket = isRecord(wire) ? wire : {};
  return {
    name: text(bucket.name) ?? '',
    location: (text(bucket.location) ?? '').toLowerCase(),
    locationType: text(bucket.locationType),
    projectNumber: text(bucket.projectNumber),
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
