import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import type { Clock } from '../../support/clock.ts';
import type { Ids } from '../../support/ids.ts';
import { createBuckets } from './buckets.ts';
import { invalid, noSuchObject, required } from './errors.ts';
import { isMissing, layoutOf } from './layout.ts';
import { pageOf } from './listing.ts';
import type {
  BucketMetadata,
  ByteRange,
  ComposeOptions,
  ComposeSource,
  CopyOptions,
  InsertOptions,
  ListOptions,
  NewBucket,
  ObjectAddress,
  ObjectMetadata,
  ObjectPage,
  ObjectPatch,
  Preconditions,
} from './model.ts';

import { assertWritable } from './preconditions.ts';
import { createRecords } from './records.ts';
import { discard, incomingPath, stage, verify } from './staging.ts';
import { createUploadSessions, type UploadSessions } from './upload-sessions.ts';

export type * from './model.ts';

/**
 * Buckets and objects on disk. Every method throws `ServiceError` with Google's status, reason and wording.
 * The folder is the only truth: another process may use it at the same time, and a restart loses nothing.
 */
export interface ObjectStore {
  createBucket(bucket: NewBucket): Promise<BucketMetadata>;
  bucket(name: string): Promise<BucketMetadata | undefined>;
  /** Those of one project (id or number), or all. */
  buckets(project?: string): Promise<BucketMetadata[]>;
  deleteBucket(name: string, preconditions?: Preconditions): Promise<void>;
  /** Streams the bytes to disk; the object appears whole or not at all. */
  insert(
    bucket: string,
    name: string,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: InsertOptions,
  ): Promise<ObjectMetadata>;
  /** Undefined when there is no such object or it has another generation. */
  stat(bucket: string, name: string, generation?: string): Promise<ObjectMetadata | undefined>;
  /** Opens the file at the first step; throws 404 there when the object is gone. */
  read(bucket: string, name: string, range?: ByteRange, generation?: string): AsyncIterable<Uint8Array>;
  list(bucket: string, options?: ListOptions): Promise<ObjectPage>;
  compose(
    bucket: string,
    name: string,
    sources: readonly ComposeSource[],
    options?: ComposeOptions,
  ): Promise<ObjectMetadata>;
  copy(source: ObjectAddress, target: ObjectAddress, options?: CopyOptions): Promise<ObjectMetadata>;
  update(object: ObjectAddress, patch: ObjectPatch, preconditions?: Preconditions): Promise<ObjectMetadata>;
  delete(bucket: string, name: string, preconditions?: Preconditions, generation?: string): Promise<void>;
  /** Open resumable uploads: they are in the same folder, and survive a restart too. */
  readonly uploads: UploadSessions;
}

/** Source: cloud.google.com/storage/docs/composite-objects. */
const MOST_SOURCES = 32;

/** Bytes a step of a read: large enough that a download is not made of overhead. */
const READ_BYTES = 1 << 20;

export function createObjectStore(options: { folder: string; clock: Clock; ids: Ids }): ObjectStore {
  const { folder, clock, ids } = options;
  const layout = layoutOf(folder);
  const buckets = createBuckets({ layout, clock });
  const records = createRecords({ layout, buckets, clock });

  const source = async ({ bucket, name, generation }: ObjectAddress, preconditions?: Preconditions) => {
    const record = await records.get(bucket, name, generation);
    if (!record) throw noSuchObject(bucket, name);
    assertWritable(record, preconditions);
    return record;
  };

  /** Opens the content of the object as it is now: a write may replace it between the record and the file. */
  const openContent = async (address: ObjectAddress) => {
    for (;;) {
      const record = await source(address);
      try {
        return { record, file: await open(layout.data(record.bucket, record.generation)) };
      } catch (error) {
        const now = await records.get(address.bucket, address.name);
        if (!isMissing(error) || now?.generation === record.generation) throw error;
      }
    }
  };

  async function* read(bucket: string, name: string, range?: ByteRange, generation?: string) {
    const { record, file } = await openContent({ bucket, name, generation });
    const end = Math.min(range?.end ?? Number.POSITIVE_INFINITY, Number(record.size) - 1);
    const start = range?.start ?? 0;
    if (start > end) await file.close();
    else yield* file.createReadStream({ start, end, highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>;
  }

  async function* concatenation(parts: readonly ObjectMetadata[]) {
    for (const { bucket, name, generation } of parts) yield* read(bucket, name, undefined, generation);
  }

  return {
    createBucket: buckets.create,
    bucket: buckets.get,
    buckets: buckets.list,
    deleteBucket: buckets.delete,
    stat: records.get,
    read,
    update: records.update,
    uploads: createUploadSessions({ layout, records, clock, ids }),

    async insert(bucket, name, bytes, { preconditions, expected, ...fields } = {}) {
      await records.check(bucket, name, preconditions);
      const staged = await stage(layout.incoming, bytes);
      await verify(staged, expected);
      return await records.commit({ bucket, name }, staged, fields, preconditions);
    },

    async list(bucket, listing = {}) {
      return pageOf(await records.all(bucket, listing.prefix), listing);
    },

    async compose(bucket, name, sources, { preconditions, deleteSourceObjects, ...fields } = {}) {
      if (sources.length === 0) throw required('You must provide at least one source component.');
      if (sources.length > MOST_SOURCES) {
        throw invalid(
          `The number of source components provided (${sources.length}) exceeds the maximum (${MOST_SOURCES})`,
        );
      }
      await records.check(bucket, name, preconditions);
      const parts = await Promise.all(
        sources.map(({ ifGenerationMatch, ...part }) => source({ ...part, bucket }, { ifGenerationMatch })),
      );
      const staged = await stage(layout.incoming, concatenation(parts));
      const componentCount = parts.reduce((sum, part) => sum + (part.componentCount ?? 1), 0);
      const composed = await records.commit(
        { bucket, name },
        { ...staged, componentCount },
        fields,
        preconditions,
      );
      const consumed = deleteSourceObjects ? new Map(parts.map((part) => [part.name, part])) : new Map();
      consumed.delete(name);
      for (const part of consumed.values()) await records.remove(part);
      return composed;
    },

    async copy(from, { bucket, name }, { fields, preconditions, sourcePreconditions } = {}) {
      const original = await source(from, sourcePreconditions);
      await records.check(bucket, name, preconditions);
      const path = await incomingPath(layout.incoming);
      const data = layout.data(original.bucket, original.generation);
      await copyFile(data, path, constants.COPYFILE_FICLONE).catch(async (error) => {
        await discard(path);
        // Overwritten or deleted a moment ago.
        throw isMissing(error) ? noSuchObject(original.bucket, original.name) : error;
      });
      const { crc32c, md5Hash, componentCount } = original;
      const staged = { path, size: Number(original.size), crc32c, md5Hash, componentCount };
      return await records.commit({ bucket, name }, staged, fields ?? original, preconditions);
    },

    async delete(bucket, name, preconditions, generation) {
      await records.remove({ bucket, name, generation }, preconditions);
    },
  };
}
