import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STORAGE_COVERAGE, storageRoutes } from '../../src/emulator/routes/storage.ts';
import { json, type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

let emulator: StorageEmulator;

beforeAll(async () => {
  emulator = await startStorage();
  await emulator.objects.createBucket({ name: 'objects' });
});
afterAll(() => emulator.stop());

const insert = (name: string, body: string, query = '', headers = {}) =>
  emulator.call(`/upload/storage/v1/b/objects/o?uploadType=media&name=${encodeURIComponent(name)}${query}`, {
    method: 'POST',
    body,
    headers,
  });

const at = (name: string) => `/storage/v1/b/objects/o/${encodeURIComponent(name)}`;

async function errorOf(answer: Response) {
  return { status: answer.status, ...(await json(answer)).error.errors[0] };
}

describe('names', () => {
  test.each([
    '../../x',
    '..%2F..%2Fx',
    '/etc/passwd',
    'a//b',
    'a/./b/../c',
    'trailing/',
    'with space & ?query#hash+plus%',
    'CON',
    'back\\slash',
    'größe/日本語/😀.jsonl',
    'A',
    'a',
    `${'é'.repeat(512)}`,
    `long/${'x'.repeat(1019)}`,
    'x/compose',
    'x/rewriteTo/b/objects/o/y',
  ])('%s is kept as it is, inside the folder', async (name) => {
    const written = await insert(name, name);
    expect(await written.json()).toMatchObject({ name, bucket: 'objects' });
    expect(await (await emulator.call(at(name))).json()).toMatchObject({ name });
    expect(await (await emulator.call(`${at(name)}?alt=media`)).text()).toBe(name);
    const { items } = await emulator.objects.list('objects', { prefix: name });
    expect(items.map((item) => item.name)).toContain(name);
    expect((await readdir(emulator.folder)).sort()).toEqual(['buckets', 'incoming']);
    expect((await emulator.call(at(name), { method: 'DELETE' })).status).toBe(204);
    expect((await emulator.call(at(name))).status).toBe(404);
  });

  test.each([
    ['x'.repeat(1025), 'The maximum object length is 1024 characters'],
    ['é'.repeat(513), 'The maximum object length is 1024 characters'],
    ['line\nbreak', 'Disallowed unicode characters present in object name'],
    ['..', 'Invalid object name'],
    ['.well-known/acme-challenge/x', 'Invalid object name'],
    ['', 'Required'],
  ])('%s is refused', async (name, message) => {
    const error = await errorOf(await insert(name, 'x'));
    expect(error).toMatchObject({ status: 400, message: expect.stringContaining(message) });
  });

  test.each(['..', 'a', 'Upper', '-dash', 'dash-', 'x'.repeat(64), '192.168.0.1', 'a..b', 'under_'])(
    'no bucket is called %s',
    async (name) => {
      const created = await emulator.call('/storage/v1/b?project=acme', {
        method: 'POST',
        body: JSON.stringify({ name }),
      });
      expect(created.status).toBe(400);
      expect((await emulator.call(`/storage/v1/b/${encodeURIComponent(name)}/o`)).ok).toBe(false);
    },
  );
});

describe('who may', () => {
  test('no token is 401, in words that name what is missing', async () => {
    const answer = await fetch(`${emulator.url}${at('x')}`);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await errorOf(answer)).toEqual({
      status: 401,
      domain: 'global',
      reason: 'required',
      locationType: 'header',
      location: 'Authorization',
      message:
        'Anonymous caller does not have storage.objects.get access to the Google Cloud Storage object. ' +
        "Permission 'storage.objects.get' denied on resource (or it may not exist).",
    });
  });

  test('another scheme is no token', async () => {
    const answer = await emulator.call(at('x'), { headers: { authorization: 'Basic dXNlcjpwYXNz' } });
    expect(await errorOf(answer)).toMatchObject({ status: 401, message: 'Invalid Credentials' });
  });

  test('permissions are asked of a bucket that is there', async () => {
    const ask = async (bucket: string, query: string) =>
      await emulator.call(`/storage/v1/b/${bucket}/iam/testPermissions${query}`);
    const two = '?permissions=storage.objects.create&permissions=storage.objects.get';
    expect(await (await ask('objects', two)).json()).toEqual({
      kind: 'storage#testIamPermissionsResponse',
      permissions: ['storage.objects.create', 'storage.objects.get'],
    });
    expect((await ask('objects', '')).status).toBe(400);
    expect((await ask('objects', '?permissions=bigquery.tables.get')).status).toBe(400);
    expect((await ask('nowhere', two)).status).toBe(404);
  });
});

describe('what is written', () => {
  test('checksums in x-goog-hash are verified before anything is stored', async () => {
    const wrong = await insert('sum', '123456789', '', { 'x-goog-hash': 'crc32c=AAAAAA==' });
    expect(await errorOf(wrong)).toMatchObject({
      status: 400,
      reason: 'invalid',
      message: 'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "4waSgw==".',
    });
    expect(await emulator.objects.stat('objects', 'sum')).toBeUndefined();
    const right = await insert('sum', '123456789', '', {
      'x-goog-hash': 'crc32c=4waSgw==, md5=JfnnlDI7RTiF9RgfG2JNCw==',
    });
    expect(right.status).toBe(200);
    expect(await readdir(`${emulator.folder}/incoming`)).toEqual([]);
  });

  test('a reader that has the version already gets 304 without a body', async () => {
    const { generation, metageneration } = await json(await insert('fresh', 'x'));
    for (const query of [
      `ifGenerationNotMatch=${generation}`,
      `ifMetagenerationNotMatch=${metageneration}`,
    ]) {
      const answer = await emulator.call(`${at('fresh')}?${query}&alt=media`);
      expect([answer.status, await answer.text()]).toEqual([304, '']);
    }
    expect((await emulator.call(`${at('fresh')}?ifGenerationNotMatch=1`)).status).toBe(200);
    expect((await emulator.call(`${at('fresh')}?ifGenerationMatch=1`)).status).toBe(412);
    expect((await emulator.call(`${at('fresh')}?ifGenerationMatch=one`)).status).toBe(400);
  });

  test('copyTo keeps the source unless the body says otherwise', async () => {
    await insert('from', 'bytes', '', { 'content-type': 'text/csv' });
    const copy = async (name: string, body: object) =>
      await (
        await emulator.call(`${at('from')}/copyTo/b/objects/o/${name}`, {
          method: 'POST',
          body: JSON.stringify(body),
        })
      ).json();
    expect(await copy('same', {})).toMatchObject({ contentType: 'text/csv', size: '5' });
    expect(await copy('other', { metadata: { a: 'b' } })).not.toHaveProperty('contentType');
  });

  test('compose may take its sources along', async () => {
    await insert('shard-1', '1');
    await insert('shard-2', '2');
    const body = { sourceObjects: [{ name: 'shard-1' }, { name: 'shard-2' }], deleteSourceObjects: true };
    const answer = await emulator.call(`${at('shards')}/compose`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(await answer.json()).toMatchObject({ size: '2', componentCount: 2 });
    const { items } = await emulator.objects.list('objects', { prefix: 'shard' });
    expect(items.map(({ name }) => name)).toEqual(['shards']);
  });

  test.each([
    [{ temporaryHold: true }, 501],
    [{ kmsKeyName: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' }, 501],
    [{ storageClass: 'NEARLINE' }, 501],
    [{ metadata: { a: 1 } }, 400],
    [{ metadata: { a: 'x'.repeat(9000) } }, 400],
    [{ customTime: 'yesterday' }, 400],
    [[], 400],
  ])('a patch with %j is %i', async (body, status) => {
    await insert('patched', 'x');
    const answer = await emulator.call(at('patched'), { method: 'PATCH', body: JSON.stringify(body) });
    expect(answer.status).toBe(status);
  });

  test("a legacy ACL and a customer's key are refused", async () => {
    expect((await insert('x', 'x', '&predefinedAcl=publicRead')).status).toBe(400);
    expect((await insert('x', 'x', '', { 'x-goog-encryption-algorithm': 'AES256' })).status).toBe(501);
  });
});

describe('fields', () => {
  const list = async (fields: string) =>
    await json(
      await emulator.call(`/storage/v1/b/objects/o?prefix=masked&fields=${encodeURIComponent(fields)}`),
    );

  test('only what was asked for comes back', async () => {
    await insert('masked', 'x');
    expect(await list('items(name,size),nextPageToken')).toEqual({ items: [{ name: 'masked', size: '1' }] });
    expect(await list('items/name,items/size')).toEqual({ items: [{ name: 'masked', size: '1' }] });
    expect(await list('kind')).toEqual({ kind: 'storage#objects' });
    expect((await list('*')).items).toHaveLength(1);
    expect(await (await emulator.call(`${at('masked')}?fields=bucket,metadata/a`)).json()).toEqual({
      bucket: 'objects',
    });
  });

  test.each(['items(nme)', 'item', 'items(name', 'items/', 'name)'])(
    '%s selects nothing that exists',
    async (fields) => {
      expect(await list(fields)).toMatchObject({
        error: { code: 400, message: expect.stringContaining('Invalid field selection') },
      });
    },
  );
});

test('everything is still there for the next process', async () => {
  await insert('lasting', 'bytes', '', { 'content-type': 'text/csv' });
  const before = await (await emulator.call(`${at('lasting')}?fields=generation,etag,timeCreated`)).json();
  const next = await startStorage({ folder: emulator.folder });
  expect(await (await next.call(`${at('lasting')}?fields=generation,etag,timeCreated`)).json()).toEqual(
    before,
  );
  expect(await (await next.call(`${at('lasting')}?alt=media`)).text()).toBe('bytes');
  await next.stop();
});

test('a generation never comes again, though the clock stands still', async () => {
  const generations = new Set<string>();
  for (let round = 0; round < 3; round++) {
    generations.add((await json(await insert('again', 'x'))).generation);
    await emulator.call(at('again'), { method: 'DELETE' });
  }
  expect(generations.size).toBe(3);
});

test('the coverage page lists the routes, all of them and no others', async () => {
  const listed = STORAGE_COVERAGE.map(({ method, path }) => `${method} ${path}`);
  const registered = storageRoutes({ objects: emulator.objects }).routes.map(
    ({ method, path }) => `${method} ${path}`,
  );
  expect(listed.sort()).toEqual(registered.sort());
  expect(new Set(listed).size).toBe(listed.length);
  expect(STORAGE_COVERAGE.filter(({ test: file }) => !existsSync(file))).toEqual([]);
});
