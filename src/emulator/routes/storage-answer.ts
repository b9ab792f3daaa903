import type { Context } from 'hono';
import type { BucketMetadata, ObjectMetadata } from '../objects/model.ts';
import { type Schema, selectFields } from './storage-fields.ts';

/** A JSON answer, cut down to the `fields` that were asked for. */
export const answer = (c: Context, body: object, schema: Schema): Response =>
  c.json(selectFields(body, c.req.query('fields'), schema) as object, 200, {
    'content-type': 'application/json; charset=UTF-8',
    ...('etag' in body ? { etag: String(body.etag) } : {}),
  });

/** Google leaves an empty list out. */
export const unlessEmpty = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

export const originOf = (c: Context): string => new URL(c.req.url).origin;

export function objectResource(object: ObjectMetadata, origin: string): object {
  const path = `storage/v1/b/${object.bucket}/o/${encodeURIComponent(object.name)}`;
  return {
    kind: 'storage#object',
    id: `${object.bucket}/${object.name}/${object.generation}`,
    selfLink: `${origin}/${path}`,
    mediaLink: `${origin}/download/${path}?generation=${object.generation}&alt=media`,
    ...object,
    timeStorageClassUpdated: object.timeCreated,
    timeFinalized: object.timeCreated,
  };
}

/** Access is uniform and nothing is soft-deleted: the settings say so. */
export function bucketResource({ project, ...bucket }: BucketMetadata, origin: string): object {
  return {
    kind: 'storage#bucket',
    id: bucket.name,
    selfLink: `${origin}/storage/v1/b/${bucket.name}`,
    ...bucket,
    iamConfiguration: {
      bucketPolicyOnly: { enabled: true },
      uniformBucketLevelAccess: { enabled: true },
      publicAccessPrevention: 'inherited',
    },
    softDeletePolicy: { retentionDurationSeconds: '0' },
  };
}

/**
 * The bindings of a bucket with uniform access that nobody has touched.
 * Source: cloud.google.com/storage/docs/access-control/iam, convenience values.
 */
export function bucketPolicy({ name, project, etag }: BucketMetadata): object {
  const binding = (role: string, ...groups: string[]) => ({
    role: `roles/storage.${role}`,
    members: groups.map((group) => `${group}:${project ?? ''}`),
  });
  return {
    kind: 'storage#policy',
    resourceId: `projects/_/buckets/${name}`,
    version: 1,
    etag,
    bindings: [
      binding('legacyBucketOwner', 'projectEditor', 'projectOwner'),
      binding('legacyBucketReader', 'projectViewer'),
      binding('legacyObjectOwner', 'projectEditor', 'projectOwner'),
      binding('legacyObjectReader', 'projectViewer'),
    ],
  };
}
