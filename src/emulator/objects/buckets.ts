import { createHash } from 'node:crypto';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, timestamp } from '../../support/clock.ts';
import { writeFileAtomic } from '../../support/files.ts';
import { ServiceError } from '../errors.ts';
import { invalid, noSuchBucket } from './errors.ts';
import { isMissing, type Layout, readJson } from './layout.ts';
import { withLock } from './lock.ts';
import { etagOf } from './metadata.ts';
import type { BucketMetadata, NewBucket, Preconditions } from './model.ts';
import { assertBucketName, assertNewBucketName } from './names.ts';
import { assertWritable } from './preconditions.ts';
import { discard, incomingPath } from './staging.ts';

export interface Buckets {
  create(bucket: NewBucket): Promise<BucketMetadata>;
  get(name: string): Promise<BucketMetadata | undefined>;
  list(project?: string): Promise<BucketMetadata[]>;
  delete(name: string, preconditions?: Preconditions): Promise<void>;
  /** Runs `action` while nobody else changes the bucket; 404 when there is none. */
  exclusively<T>(name: string, action: () => Promise<T>): Promise<T>;
}

export function createBuckets({ layout, clock }: { layout: Layout; clock: Clock }): Buckets {
  const get = async (name: string) => {
    assertBucketName(name);
    return await readJson<BucketMetadata>(join(layout.bucket(name), 'bucket.json'));
  };

  const exclusively = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    if (!(await get(name))) throw noSuchBucket();
    try {
      return await withLock(join(layout.bucket(name), 'lock'), action);
    } catch (error) {
      // Deleted while we waited for the lock.
      if (isMissing(error) && !(await get(name))) throw noSuchBucket();
      throw error;
    }
  };

  return {
    get,
    exclusively,

    async create(bucket) {
      assertNewBucketName(bucket.name);
      const made = newBucket(bucket, timestamp(clock.now()));
      const draft = await incomingPath(layout.incoming);
      await mkdir(join(draft, 'objects'), { recursive: true });
      await mkdir(layout.buckets, { recursive: true });
      await writeFileAtomic(join(draft, 'bucket.json'), JSON.stringify(made));
      try {
        // Fails on a folder that is not empty: of two who create a bucket, one does.
        await rename(draft, layout.bucket(bucket.name));
      } catch (error) {
        await discard(draft);
        if (!(await get(bucket.name))) throw error;
        throw new ServiceError(
          409,
          'conflict',
          'Your previous request to create the named bucket succeeded and you already own it.',
        );
      }
      return made;
    },

    async list(project) {
      const names = await readdir(layout.buckets).catch((error) => {
        if (isMissing(error)) return [];
        throw error;
      });
      const all = await Promise.all(names.sort().map((name) => get(name)));
      return all.filter(
        (bucket): bucket is BucketMetadata =>
          bucket !== undefined &&
          (project === undefined || project === bucket.project || project === bucket.projectNumber),
      );
    },

    async delete(name, preconditions) {
      await exclusively(name, async () => {
        const bucket = await get(name);
        if (!bucket) throw noSuchBucket();
        assertWritable(bucket, preconditions);
        if ((await readdir(join(layout.bucket(name), 'objects'))).length > 0) {
          throw new ServiceError(409, 'conflict', 'The bucket you tried to delete is not empty.');
        }
        const grave = await incomingPath(layout.incoming);
        await rename(layout.bucket(name), grave);
        await discard(grave);
      });
    },
  };
}

function newBucket(bucket: NewBucket, now: string): BucketMetadata {
  const location = (bucket.location ?? 'US').toUpperCase();
  const locationType = bucket.locationType ?? locationTypeOf(location);
  const { name, project, labels } = bucket;
  return {
    name,
    location,
    locationType,
    project,
    projectNumber: bucket.projectNumber ?? numberOf(project ?? ''),
    labels,
    storageClass: 'STANDARD',
    metageneration: '1',
    etag: etagOf('0', '1'),
    timeCreated: now,
    updated: now,
  };
}

/** Source: cloud.google.com/storage/docs/locations; a region is known by its shape, so new ones need no list. */
function locationTypeOf(location: string): BucketMetadata['locationType'] {
  if (['US', 'EU', 'ASIA'].includes(location)) return 'multi-region';
  if (/^(ASIA1|EUR[4578]|NAM4)$/.test(location)) return 'dual-region';
  if (/^[A-Z]+-[A-Z]+\d+$/.test(location)) return 'region';
  throw invalid('The specified location constraint is not valid.');
}

/** Twelve digits, as project numbers have, the same for the same project id. */
const numberOf = (project: string): string =>
  String(
    100_000_000_000 + (createHash('sha256').update(project).digest().readUIntBE(0, 6) % 900_000_000_000),
  );
