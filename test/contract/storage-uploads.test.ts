import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from '@google-cloud/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { googleStorage } from '../support/google-storage.ts';
import { type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

let emulator: StorageEmulator;
let bucket: Bucket;

beforeAll(async () => {
  emulator = await startStorage();
  [bucket] = await googleStorage(emulator.url).createBucket('uploads');
});
afterAll(() => emulator.stop());

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');

test('a small upload in one request', async () => {
  const file = bucket.file('in/run 42/größe.jsonl');
  await file.save('{"key":"r-1"}\n', {
    resumable: false,
    validation: 'crc32c',
    contentType: 'application/jsonl',
    metadata: { metadata: { run: '42' } },
  });
  const [metadata] = await file.getMetadata();
  expect(metadata).toMatchObject({
    name: 'in/run 42/größe.jsonl',
    bucket: 'uploads',
    size: '14',
    md5Hash: md5(Buffer.from('{"key":"r-1"}\n')),
    contentType: 'application/jsonl',
    metadata: { run: '42' },
    metageneration: '1',
  });
  expect((await file.download())[0].toString()).toBe('{"key":"r-1"}\n');
});

test.each([
  ['in one request', {}],
  ['in chunks', { chunkSize: 256 * 1024 }],
])('a resumable upload %s, both checksums verified by the client', async (_, options) => {
  // Not a multiple of the chunk: the last one is short.
  const bytes = randomBytes(1_000_003);
  for (const validation of ['crc32c', 'md5'] as const) {
    const file = bucket.file(`resumable-${validation}`);
    await file.save(bytes, { resumable: true, validation, ...options });
    expect((await file.download({ validation }))[0].equals(bytes)).toBe(true);
    expect((await file.getMetadata())[0]).toMatchObject({ size: '1000003', md5Hash: md5(bytes) });
  }
});

test('an upload whose size is a multiple of the chunk, and an empty one', async () => {
  const sizes: [number, object][] = [
    [512 * 1024, { chunkSize: 256 * 1024 }],
    [0, {}],
  ];
  for (const [size, options] of sizes) {
    const file = bucket.file(`exactly-${size}`);
    await file.save(Buffer.alloc(size, 'x'), { resumable: true, ...options });
    expect((await file.getMetadata())[0].size).toBe(String(size));
  }
});

test('a stream of unknown length', async () => {
  const file = bucket.file('stream');
  const lines = Array.from({ length: 20_000 }, (_, line) => `{"key":"r-${line}"}\n`);
  await pipeline(Readable.from(lines), file.createWriteStream({ resumable: true }));
  expect((await file.download())[0].toString()).toBe(lines.join(''));
});

test('a session opened elsewhere is used by its address alone', async () => {
  const [uri] = await bucket.file('session').createResumableUpload({
    metadata: { contentType: 'text/plain' },
    preconditionOpts: { ifGenerationMatch: 0 },
  });
  const answer = await fetch(uri, { method: 'PUT', body: 'without a token' });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ name: 'session', size: '15', contentType: 'text/plain' });
});

test('gzip content is stored as sent and decompressed for whoever reads it', async () => {
  const file = bucket.file('packed.txt');
  await file.save('again and again and again', { resumable: false, gzip: true });
  const [metadata] = await file.getMetadata();
  expect(metadata.contentEncoding).toBe('gzip');
  expect((await file.download())[0].toString()).toBe('again and again and again');
  const plain = await emulator.call(`/storage/v1/b/uploads/o/packed.txt?alt=media`, {
    headers: { 'accept-encoding': 'identity' },
  });
  expect(await plain.text()).toBe('again and again and again');
  expect(plain.headers.get('x-goog-stored-content-encoding')).toBe('gzip');
});

test.each([true, false])('ifGenerationMatch: 0 creates once (resumable: %s)', async (resumable) => {
  const file = bucket.file(`once-${resumable}`);
  const options = { resumable, preconditionOpts: { ifGenerationMatch: 0 } };
  await file.save('first', options);
  await expect(file.save('second', options)).rejects.toMatchObject({
    code: 412,
    message: expect.stringContaining('At least one of the pre-conditions you specified did not hold.'),
  });
  expect((await file.download())[0].toString()).toBe('first');
});

test('an upload to no bucket is 404', async () => {
  const nowhere = googleStorage(emulator.url).bucket('no-such-bucket').file('x');
  for (const resumable of [true, false]) {
    await expect(nowhere.save('x', { resumable })).rejects.toMatchObject({ code: 404 });
  }
});
