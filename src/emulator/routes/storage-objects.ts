import { noSuchObject } from '../objects/errors.ts';
import { assertReadable } from '../objects/preconditions.ts';
import { answer, objectResource, originOf, unlessEmpty } from './storage-answer.ts';
import { download } from './storage-download.ts';
import { OBJECT_SCHEMA, pageSchema } from './storage-fields.ts';
import { integer, objectAddress, parseJson, patchOf, preconditionsOf, segment } from './storage-request.ts';
import { storageRoute } from './storage-route.ts';

const test = 'test/contract/storage-objects.test.ts';

export const OBJECT_ROUTES = [
  storageRoute({
    rpc: 'storage.objects.list',
    method: 'GET',
    path: '/storage/v1/b/:bucket/o',
    fidelity:
      'prefix, delimiter, includeTrailingDelimiter, matchGlob, startOffset, endOffset, pages and fields; ' +
      'there is one generation of an object, so versions=true lists the same.',
    test,
    access: { permission: 'storage.objects.list', on: 'bucket' },
    async handle(c, { objects }) {
      const { prefix, delimiter, matchGlob, startOffset, endOffset, pageToken } = c.req.query();
      const page = await objects.list(segment(c, 'bucket'), {
        ...{ prefix, delimiter, matchGlob, startOffset, endOffset },
        pageToken: pageToken || undefined,
        includeTrailingDelimiter: /^true$/i.test(c.req.query('includeTrailingDelimiter') ?? ''),
        maxResults: integer(c, 'maxResults'),
      });
      const items = page.items.map((object) => objectResource(object, originOf(c)));
      return answer(
        c,
        {
          kind: 'storage#objects',
          nextPageToken: page.nextPageToken,
          prefixes: unlessEmpty(page.prefixes),
          items: unlessEmpty(items),
        },
        pageSchema(OBJECT_SCHEMA),
      );
    },
  }),

  storageRoute({
    rpc: 'storage.objects.get',
    method: 'GET',
    path: '/storage/v1/b/:bucket/o/:object',
    fidelity:
      'Metadata, or with alt=media the bytes: one range (206, 416), checksums, preconditions, decompression of ' +
      'gzip content. Stricter: a generation that is not the live one is 404; several ranges get the whole.',
    test,
    access: { permission: 'storage.objects.get', on: 'object' },
    async handle(c, storage) {
      if (c.req.query('alt') === 'media') return await download(c, storage);
      const { bucket, name, generation } = objectAddress(c);
      const object = await storage.objects.stat(bucket, name, generation);
      if (!object) throw noSuchObject(bucket, name);
      assertReadable(object, preconditionsOf(c));
      return answer(c, objectResource(object, originOf(c)), OBJECT_SCHEMA);
    },
  }),

  storageRoute({
    rpc: 'storage.objects.get',
    method: 'GET',
    path: '/download/storage/v1/b/:bucket/o/:object',
    fidelity: 'As storage.objects.get with alt=media; where a mediaLink points.',
    test: 'test/emulator/storage-download.test.ts',
    access: { permission: 'storage.objects.get', on: 'object' },
    handle: download,
  }),

  storageRoute({
    rpc: 'storage.objects.patch',
    method: 'PATCH',
    path: '/storage/v1/b/:bucket/o/:object',
    fidelity: 'Merge patch of content headers and custom metadata; ACLs, holds and retention are 501.',
    test,
    access: { permission: 'storage.objects.update', on: 'object' },
    async handle(c, { objects }) {
      const patch = patchOf(parseJson(await c.req.text()));
      const object = await objects.update(objectAddress(c), patch, preconditionsOf(c));
      return answer(c, objectResource(object, originOf(c)), OBJECT_SCHEMA);
    },
  }),

  storageRoute({
    rpc: 'storage.objects.delete',
    method: 'DELETE',
    path: '/storage/v1/b/:bucket/o/:object',
    fidelity:
      'Preconditions and generation; nothing is kept, as there is neither versioning nor soft delete.',
    test,
    access: { permission: 'storage.objects.delete', on: 'object' },
    async handle(c, { objects }) {
      const { bucket, name, generation } = objectAddress(c);
      await objects.delete(bucket, name, preconditionsOf(c), generation);
      return c.body(null, 204);
    },
  }),
];
