import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../support/clock.ts';
import { writeFileAtomic } from '../../support/files.ts';
import type { Buckets } from './buckets.ts';
import { noSuchBucket, noSuchObject } from './errors.ts';
import { isMissing, type Layout, mayHavePrefix, readJson } from './layout.ts';
import { newObject, patchedObject } from './metadata.ts';
import type { ObjectAddress, ObjectFields, ObjectMetadata, ObjectPatch, Preconditions } from './model.ts';
import { assertObjectName } from './names.ts';
import { assertWritable } from './preconditions.ts';
import { discard, place, type Staged } from './staging.ts';

/** The live generation of each object. Every change checks its preconditions under the bucket's lock. */
export interface Records {
  get(bucket: string, name: string, generation?: string): Promise<ObjectMetadata | undefined>;
  /** In no order. */
  all(bucket: string, prefix?: string): Promise<ObjectMetadata[]>;
  /** Throws what `commit` would, so that nobody sends a gigabyte for a 412. */
  check(bucket: string, name: string, preconditions?: Preconditions): Promise<void>;
  /** Makes a staged content the object's live generation, or discards it and throws. */
  commit(
    address: { bucket: string; name: string },
    content: Staged & { componentCount?: number | undefined },
    fields: ObjectFields,
    preconditions?: Preconditions,
  ): Promise<ObjectMetadata>;
  update(object: ObjectAddress, patch: ObjectPatch, preconditions?: Preconditions): Promise<ObjectMetadata>;
  remove(object: ObjectAddress, preconditions?: Preconditions): Promise<void>;
}

/** How many records are read at a time for a listing. */
const READERS = 32;

export function createRecords(context: { layout: Layout; buckets: Buckets; clock: Clock }): Records {
  const { layout, buckets, clock } = context;

  const get = async (bucket: string, name: string, generation?: string) => {
    assertObjectName(name);
    if (!(await buckets.get(bucket))) throw noSuchBucket();
    const record = await readJson<ObjectMetadata>(layout.object(bucket, name));
    return generation === undefined || record?.generation === generation ? record : undefined;
  };

  const existing = async ({ bucket, name, generation }: ObjectAddress) => {
    const record = await get(bucket, name, generation);
    if (!record) throw noSuchObject(bucket, name);
    return record;
  };

  const save = (record: ObjectMetadata) =>
    writeFileAtomic(layout.object(record.bucket, record.name), JSON.stringify(record));

  const nextGeneration = async (bucket: string) => {
    const path = join(layout.bucket(bucket), 'generation');
    const last = await readFile(path, 'utf8').catch((error) => {
      if (isMissing(error)) return '0';
      throw error;
    });
    const now = BigInt(clock.now()) * 1000n;
    // The clock may stand still, or have been set back: a generation never comes again.
    const next = String(now > BigInt(last) ? now : BigInt(last) + 1n);
    await writeFileAtomic(path, next);
    return next;
  };

  return {
    get,

    async all(bucket, prefix = '') {
      if (!(await buckets.get(bucket))) throw noSuchBucket();
      const folder = join(layout.bucket(bucket), 'objects');
      const files = (await readdir(folder))
        .filter((file) => file.endsWith('.json'))
        .filter(mayHavePrefix(prefix));
      const records: ObjectMetadata[] = [];
      for (let at = 0; at < files.length; at += READERS) {
        const some = files
          .slice(at, at + READERS)
          .map((file) => readJson<ObjectMetadata>(join(folder, file)));
        records.push(...(await Promise.all(some)).filter((record) => record !== undefined));
      }
      return records;
    },

    async check(bucket, name, preconditions) {
      assertWritable(await get(bucket, name), preconditions);
    },

    async commit(address, content, fields, preconditions) {
      const { bucket, name } = address;
      try {
        return await buckets.exclusively(bucket, async () => {
          const replaced = await get(bucket, name);
          assertWritable(replaced, preconditions);
          const generation = await nextGeneration(bucket);
          const record = newObject({ ...address, generation }, content, fields, clock);
          await place(content.path, layout.data(bucket, generation));
          await save(record);
          if (replaced) await discard(layout.data(bucket, replaced.generation));
          return record;
        });
      } catch (error) {
        await discard(content.path);
        throw error;
      }
    },

    async update(object, patch, preconditions) {
      return await buckets.exclusively(object.bucket, async () => {
        const record = await existing(object);
        assertWritable(record, preconditions);
        const patched = patchedObject(record, patch, clock);
        await save(patched);
        return patched;
      });
    },

    async remove(object, preconditions) {
      await buckets.exclusively(object.bucket, async () => {
        const record = await existing(object);
        assertWritable(record, preconditions);
        await discard(layout.object(object.bucket, object.name));
        await discard(layout.data(object.bucket, record.generation));
      });
    },
  };
}
