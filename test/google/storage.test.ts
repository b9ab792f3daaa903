import { describe, expect, it } from 'vitest';
import { createCrc32c } from '../../src/google/crc32c.ts';
import { createStorageClient } from '../../src/google/storage.ts';
import { type Handler, loopback, sendJson } from './support/loopback.ts';
import { referenceCrc32c } from './support/reference-crc32c.ts';
import { collect, failureOf, testHttp } from './support/test-http.ts';

async function setUp(handler: Handler) {
  const server = await loopback(handler);
  return { server, storage: createStorageClient({ http: testHttp(server.fetch) }) };
}

const legacyError = (code: number, reason: string, message: string) => ({
  error: { code, message, errors: [{ domain: 'global', reason, message }] },
});

describe('stat', () => {
  it('reads numbers as numbers and asks for little', async () => {
    const { server, storage } = await setUp((_, response) =>
      sendJson(response, { bucket: 'b', name: 'a/b', size: '12', generation: '9007199254740993' }),
    );
    expect(await storage.stat('b', 'a/b', { generation: '5' })).toMatchObject({
      size: 12,
      generation: '9007199254740993',
      metadata: {},
    });
    expect(server.seen[0]!.path).toBe('/storage/v1/b/b/o/a%2Fb');
    expect(server.seen[0]!.query.get('generation')).toBe('5');
    expect(server.seen[0]!.query.get('fields')).toContain('crc32c');
  });

  it('tells a missing object from a missing bucket', async () => {
    const { storage } = await setUp((seen, response) => {
      const message = seen.path.includes('/b/none/')
        ? 'The specified bucket does not exist.'
        : 'No such object: b/x';
      sendJson(response, legacyError(404, 'notFound', message), 404);
    });
    expect(await storage.stat('b', 'x')).toBeUndefined();
    expect(await failureOf(storage.stat('none', 'x'))).toMatchObject({ status: 404 });
  });
});

it('lists objects over pages, and folders', async () => {
  const { server, storage } = await setUp((seen, response) => {
    if (seen.query.has('delimiter')) return sendJson(response, { prefixes: ['out/a/', 'out/b/'] });
    const more = !seen.query.has('pageToken');
    sendJson(response, {
      items: [{ name: more ? 'out/1' : 'out/2', size: '1' }],
      ...(more && { nextPageToken: 't' }),
    });
  });
  const objects = await collect(storage.list('b', { prefix: 'out/', matchGlob: 'out/*' }));
  expect(objects.map(({ name }) => name)).toEqual(['out/1', 'out/2']);
  expect(server.seen[1]!.query.get('prefix')).toBe('out/');
  expect(server.seen[1]!.query.get('matchGlob')).toBe('out/*');
  expect(await collect(storage.folders('b', 'out/'))).toEqual(['out/a/', 'out/b/']);
});

describe('compose', () => {
  const compose = {
    bucket: 'b',
    name: 'whole.jsonl',
    sources: [{ name: 'a', generation: '7' }, { name: 'b' }],
    contentType: 'application/jsonl',
  };

  it('names sources by generation and does not write over an object', async () => {
    const { server, storage } = await setUp((_, response) =>
      sendJson(response, { bucket: 'b', name: 'whole.jsonl', size: '9', generation: '1' }),
    );
    expect(await storage.compose(compose)).toMatchObject({ name: 'whole.jsonl', size: 9 });
    expect(server.seen[0]!.path).toBe('/storage/v1/b/b/o/whole.jsonl/compose');
    expect(server.seen[0]!.query.get('ifGenerationMatch')).toBe('0');
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual({
      sourceObjects: [
        { name: 'a', generation: '7', objectPreconditions: { ifGenerationMatch: '7' } },
        { name: 'b' },
      ],
      destination: { contentType: 'application/jsonl' },
    });
  });

  it('is not sent twice', async () => {
    const { server, storage } = await setUp((_, response) => sendJson(response, {}, 503));
    expect(await failureOf(storage.compose(compose))).toMatchObject({ status: 503 });
    expect(server.seen).toHaveLength(1);
  });
});

describe('delete', () => {
  it('of one generation; gone already is fine', async () => {
    const { server, storage } = await setUp((_, response) => {
      if (server.seen.length === 1) response.destroy();
      else sendJson(response, legacyError(404, 'notFound', 'No such object: b/x'), 404);
    });
    await storage.delete('b', 'x', { ifGenerationMatch: '7' });
    expect(server.seen.map(({ method, query }) => `${method} ${query.get('ifGenerationMatch')}`)).toEqual([
      'DELETE 7',
      'DELETE 7',
    ]);
  });

  it('of another generation is refused', async () => {
    const { storage } = await setUp((_, response) =>
      sendJson(response, legacyError(412, 'conditionNotMet', 'At least one …'), 412),
    );
    expect(await failureOf(storage.delete('b', 'x', { ifGenerationMatch: '7' }))).toMatchObject({
      status: 412,
    });
  });
});

it('tells where a bucket is, in the case of Vertex AI, and what the caller may do there', async () => {
  const { server, storage } = await setUp((seen, response) => {
    if (seen.path.endsWith('/testPermissions')) {
      const asked = seen.query.getAll('permissions');
      return sendJson(response, asked.length > 1 ? { permissions: asked.slice(0, 1) } : {});
    }
    sendJson(response, { name: 'b', location: 'US-CENTRAL1', locationType: 'region' });
  });
  expect(await storage.bucket('b')).toEqual({ name: 'b', location: 'us-central1', locationType: 'region' });
  expect(await storage.testPermissions('b', ['storage.objects.get', 'storage.objects.create'])).toEqual([
    'storage.objects.get',
  ]);
  expect(await storage.testPermissions('b', ['storage.objects.get'])).toEqual([]);
  expect(server.seen[1]!.path).toBe('/storage/v1/b/b/iam/testPermissions');
});

it('computes CRC32C as the standard does, in any pieces', async () => {
  const text = Buffer.from('The quick brown fox jumps over the lazy dog');
  const crc = await createCrc32c();
  for (const byte of text) crc.update(Buffer.from([byte]));
  expect(crc.digest()).toBe(await referenceCrc32c(text));
  const check = await createCrc32c();
  check.update(Buffer.from('123456789'));
  expect(Buffer.from(check.digest(), 'base64').toString('hex')).toBe('e3069283');
});
