import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

let emulator: StorageEmulator;

beforeAll(async () => {
  emulator = await startStorage();
  await emulator.objects.createBucket({ name: 'objects' });
  await emulator.objects.insert('objects', 'digits', [Buffer.from('0123456789')], {
    contentType: 'text/plain',
    metadata: { run: '42', name: 'Größe' },
  });
  await emulator.objects.insert('objects', 'empty', []);
});
afterAll(() => emulator.stop());

const get = (name: string, headers = {}, init = {}) =>
  emulator.call(`/storage/v1/b/objects/o/${name}?alt=media`, { headers, ...init });

test.each([
  ['bytes=0-0', '0', 'bytes 0-0/10'],
  ['bytes=3-5', '345', 'bytes 3-5/10'],
  ['bytes=9-9', '9', 'bytes 9-9/10'],
  ['bytes=7-', '789', 'bytes 7-9/10'],
  ['bytes=7-999', '789', 'bytes 7-9/10'],
  ['bytes=-3', '789', 'bytes 7-9/10'],
  ['bytes=-999', '0123456789', 'bytes 0-9/10'],
])('%s is %s', async (range, text, contentRange) => {
  const answer = await get('digits', { range });
  expect([answer.status, await answer.text()]).toEqual([206, text]);
  expect(answer.headers.get('content-range')).toBe(contentRange);
  expect(answer.headers.get('content-length')).toBe(String(text.length));
});

test.each(['bytes=5-3', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5'])(
  '%s is no range: the whole comes',
  async (range) => {
    const answer = await get('digits', { range });
    expect([answer.status, await answer.text()]).toEqual([200, '0123456789']);
  },
);

test.each([
  ['digits', 'bytes=10-', 'bytes */10'],
  ['digits', 'bytes=99-100', 'bytes */10'],
  ['digits', 'bytes=-0', 'bytes */10'],
  ['empty', 'bytes=0-', 'bytes */0'],
])('of %s, %s cannot be had', async (name, range, contentRange) => {
  const answer = await get(name, { range });
  expect([answer.status, answer.headers.get('content-range')]).toEqual([416, contentRange]);
});

test('the headers describe the whole object', async () => {
  const answer = await get('digits', { range: 'bytes=0-1' });
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/plain',
    'accept-ranges': 'bytes',
    'x-goog-generation': expect.stringMatching(/^\d{16}$/),
    'x-goog-metageneration': '1',
    'x-goog-hash': 'crc32c=KAwGng==,md5=eB5eJF1ptWaXm4bijSPyxw==',
    'x-goog-stored-content-length': '10',
    'x-goog-stored-content-encoding': 'identity',
    'last-modified': 'Sun, 22 Nov 2026 12:00:00 GMT',
    'x-goog-meta-run': '42',
    etag: expect.any(String),
  });
  const name = answer.headers.get('x-goog-meta-name') ?? '';
  expect(Buffer.from(name, 'latin1').toString()).toBe('Größe');
});

test('HEAD has the headers alone', async () => {
  const answer = await get('digits', {}, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '10', '']);
});

test('a mediaLink leads to this very generation', async () => {
  const { mediaLink } = await json(await emulator.call('/storage/v1/b/objects/o/digits'));
  expect(new URL(mediaLink).pathname).toBe('/download/storage/v1/b/objects/o/digits');
  expect(await (await emulator.call(mediaLink)).text()).toBe('0123456789');
});

test('who asked for bytes is told in plain text that there are none', async () => {
  const answer = await get('nothing');
  expect([answer.status, await answer.text()]).toEqual([404, 'No such object: objects/nothing']);
});

test('200 MB go in and out in a fraction of the memory', async () => {
  const block = randomBytes(1 << 20);
  const blocks = 200;
  const expected = createHash('md5');
  const before = process.memoryUsage().rss;
  let peak = 0;
  async function* source() {
    for (let index = 0; index < blocks; index++) {
      expected.update(block);
      peak = Math.max(peak, process.memoryUsage().rss);
      yield block;
    }
  }
  const written = await emulator.call('/upload/storage/v1/b/objects/o?uploadType=media&name=large', {
    method: 'POST',
    body: ReadableStream.from(source()),
    duplex: 'half',
  });
  expect(await written.json()).toMatchObject({ size: String(blocks << 20) });

  const actual = createHash('md5');
  for await (const chunk of (await get('large')).body ?? []) {
    actual.update(chunk);
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  expect(actual.digest('hex')).toBe(expected.digest('hex'));
  // Client and server are one process here; holding the object once would be 200 MB.
  expect((peak - before) / 1e6).toBeLessThan(120);
});
