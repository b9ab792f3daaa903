import type { Context } from 'hono';
import { invalid, notEmulated } from '../objects/errors.ts';
import type { ComposeSource, ObjectFields } from '../objects/model.ts';
import { answer, objectResource, originOf } from './storage-answer.ts';
import { OBJECT_SCHEMA } from './storage-fields.ts';
import {
  fieldsOf,
  int64,
  parseJson,
  preconditionsOf,
  segment,
  sourcePreconditionsOf,
} from './storage-request.ts';
import { type StorageContext, storageRoute } from './storage-route.ts';

const test = 'test/contract/storage-objects.test.ts';

export const COPY_ROUTES = [
  storageRoute({
    rpc: 'storage.objects.compose',
    method: 'POST',
    path: '/storage/v1/b/:bucket/o/:object/compose',
    fidelity:
      'Up to 32 sources of the same bucket, generations and preconditions on both sides, deleteSourceObjects; ' +
      'the result has a component count and no MD5.',
    test,
    access: { permission: 'storage.objects.create', on: 'object' },
    async handle(c, { objects }) {
      const body = parseJson(await c.req.text());
      // Its checksums are not looked at: gcloud sends those of the first source.
      const destination = parseJson(JSON.stringify(body.destination ?? {}));
      const composed = await objects.compose(segment(c, 'bucket'), segment(c, 'object'), sourcesOf(body), {
        ...fieldsOf(destination),
        preconditions: preconditionsOf(c),
        deleteSourceObjects: body.deleteSourceObjects === true,
      });
      return answer(c, objectResource(composed, originOf(c)), OBJECT_SCHEMA);
    },
  }),

  storageRoute({
    rpc: 'storage.objects.rewrite',
    method: 'POST',
    path: '/storage/v1/b/:bucket/o/:object/rewriteTo/b/:targetBucket/o/:targetObject',
    fidelity: 'Done in one call at any size, so no rewriteToken is ever given, and one that is sent is 400.',
    test,
    access: { permission: 'storage.objects.get', on: 'object' },
    async handle(c, storage) {
      if (c.req.query('rewriteToken')) throw invalid('Invalid argument.');
      const object = await copy(c, storage);
      return answer(
        c,
        {
          kind: 'storage#rewriteResponse',
          totalBytesRewritten: object.size,
          objectSize: object.size,
          done: true,
          resource: objectResource(object, originOf(c)),
        },
        {
          kind: true,
          totalBytesRewritten: true,
          objectSize: true,
          done: true,
          rewriteToken: true,
          resource: OBJECT_SCHEMA,
        },
      );
    },
  }),

  storageRoute({
    rpc: 'storage.objects.copy',
    method: 'POST',
    path: '/storage/v1/b/:bucket/o/:object/copyTo/b/:targetBucket/o/:targetObject',
    fidelity: 'As rewrite; metadata in the body replaces that of the source as a whole.',
    test: 'test/emulator/storage-objects.test.ts',
    access: { permission: 'storage.objects.get', on: 'object' },
    async handle(c, storage) {
      return answer(c, objectResource(await copy(c, storage), originOf(c)), OBJECT_SCHEMA);
    },
  }),
];

async function copy(c: Context, { objects }: StorageContext) {
  const fields: ObjectFields = fieldsOf(parseJson(await c.req.text()));
  if (c.req.header('x-goog-copy-source-encryption-algorithm')) throw notEmulated('customer-supplied keys');
  return await objects.copy(
    {
      bucket: segment(c, 'bucket'),
      name: segment(c, 'object'),
      generation: int64(c, 'sourceGeneration'),
    },
    { bucket: segment(c, 'targetBucket'), name: segment(c, 'targetObject') },
    {
      fields: Object.keys(fields).length > 0 ? fields : undefined,
      preconditions: preconditionsOf(c),
      sourcePreconditions: sourcePreconditionsOf(c),
    },
  );
}

function sourcesOf({ sourceObjects }: Record<string, unknown>): ComposeSource[] {
  if (sourceObjects === undefined) return [];
  if (!Array.isArray(sourceObjects)) throw invalid('Invalid value for: sourceObjects');
  return sourceObjects.map((source: unknown): ComposeSource => {
    const { name, generation, objectPreconditions } = (source ?? {}) as {
      [key: string]: unknown;
      objectPreconditions?: { ifGenerationMatch?: unknown };
    };
    if (typeof name !== 'string') throw invalid('Invalid value for: sourceObjects');
    return {
      name,
      generation: version(generation),
      ifGenerationMatch: version(objectPreconditions?.ifGenerationMatch),
    };
  });
}

/** 64-bit integers come as strings; small ones also as numbers. */
function version(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!/^\d{1,19}$/.test(String(value))) throw invalid(`Invalid unsigned long value: '${value}'.`);
  return String(value);
}
