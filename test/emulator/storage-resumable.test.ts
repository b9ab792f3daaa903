import { createHash, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { json, type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

const KIB = 1024;
const UNIT = 256 * KIB;
const DAY = 24 * 60 * 60 * 1000;

let emulator: StorageEmulator;

beforeEach(async () => {
  emulator = await startStorage();
  await emulator.objects.createBucket({ name: 'uploads', location: 'us-central1' });
});
afterEach(() => emulator.stop());

const path = '/upload/storage/v1/b/uploads/o?uploadType=resumable&name=rows.jsonl';

async function start(init: RequestInit = {}, at = path): Promise<string> {
  const answer = await emulator.call(at, { method: 'POST', ...init });
  expect(answer.status).toBe(200);
  return answer.headers.get('location') as string;
}

/** No token: the address of a session is the credential. */
const put = (session: string, range: string, body?: Uint8Array, headers = {}) =>
  fetch(session, { method: 'PUT', headers: { 'content-range': range, ...headers }, body: body ?? null });

async function textOf(name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of emulator.objects.read('uploads', name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Announces `bytes`, sends the first of them, and waits until those are on disk. */
async function hang(session: string, range: string, bytes: Uint8Array, sent: number): Promise<ClientRequest> {
  const headers = { 'content-range': range, 'content-length': bytes.byteLength };
  const hanging = request(session, { method: 'PUT', headers });
  hanging.on('error', () => {});
  hanging.write(bytes.subarray(0, sent));
  const file = join(emulator.folder, 'uploads', `${new URL(session).searchParams.get('upload_id')}.bytes`);
  await vi.waitUntil(async () => (await stat(file)).size === sent, { interval: 10 });
  return hanging;
}

async function breakOff(session: string, range: string, bytes: Uint8Array, sent: number): Promise<void> {
  const hanging = await hang(session, range, bytes, sent);
  hanging.destroy();
}

test('a broken chunk is asked about and gone on with; whole units of 256 KiB survive', async () => {
  const bytes = randomBytes(1_000_000);
  const session = await start();
  await breakOff(session, 'bytes 0-999999/1000000', bytes, 600_000);

  const status = await put(session, 'bytes */1000000');
  expect(status.status).toBe(308);
  expect(status.headers.get('range')).toBe(`bytes=0-${2 * UNIT - 1}`);

  const rest = await put(session, `bytes ${2 * UNIT}-999999/1000000`, bytes.subarray(2 * UNIT));
  expect(rest.status).toBe(200);
  expect(await rest.json()).toMatchObject({
    size: '1000000',
    md5Hash: createHash('md5').update(bytes).digest('base64'),
  });
  expect((await textOf('rows.jsonl')).equals(bytes)).toBe(true);
});

test('a one-shot PUT that breaks off makes no object', async () => {
  const session = await start();
  await breakOff(session, 'bytes 0-*/*', randomBytes(300_000), 290_000);
  expect((await put(session, 'bytes */*')).headers.get('range')).toBe(`bytes=0-${UNIT - 1}`);
  expect(await emulator.objects.stat('uploads', 'rows.jsonl')).toBeUndefined();
});

test('a session outlives the process, in the middle of an upload', async () => {
  const bytes = randomBytes(2 * UNIT + 7);
  const session = await start({
    body: JSON.stringify({ contentType: 'application/jsonl', metadata: { run: '42' } }),
  });
  const first = await put(session, `bytes 0-${UNIT - 1}/*`, bytes.subarray(0, UNIT));
  expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${UNIT - 1}`]);

  const { folder, clock } = emulator;
  const next = await startStorage({ folder, clock });
  const moved = session.replace(emulator.url, next.url);
  expect((await put(moved, 'bytes */*')).headers.get('range')).toBe(`bytes=0-${UNIT - 1}`);
  const done = await put(moved, `bytes ${UNIT}-${bytes.length - 1}/${bytes.length}`, bytes.subarray(UNIT));
  expect(await done.json()).toMatchObject({
    contentType: 'application/jsonl',
    metadata: { run: '42' },
    md5Hash: createHash('md5').update(bytes).digest('base64'),
  });
  await next.stop();
});

test('an object cannot end before what has been stored of it', async () => {
  const session = await start();
  await put(session, `bytes 0-${UNIT - 1}/*`, Buffer.alloc(UNIT));
  expect((await put(session, 'bytes 0-2/3', Buffer.from('new'))).status).toBe(400);
  expect((await fetch(session, { method: 'PUT', body: 'new' })).status).toBe(400);
  expect((await put(session, `bytes */${UNIT}`)).status).toBe(200);
});

test('whoever lost the answer to the last chunk asks again and gets the object', async () => {
  const session = await start();
  const done = await (await put(session, 'bytes 0-4/5', Buffer.from('hello'))).json();
  const again = await put(session, 'bytes */5');
  expect([again.status, await again.json()]).toEqual([200, done]);
  expect(await (await put(session, 'bytes 0-4/5', Buffer.from('HELLO'))).json()).toEqual(done);
  expect((await textOf('rows.jsonl')).toString()).toBe('hello');
});

test('the size may be told last, in a PUT without bytes', async () => {
  const session = await start();
  expect((await put(session, `bytes 0-${UNIT - 1}/*`, Buffer.alloc(UNIT))).status).toBe(308);
  expect(await (await put(session, `bytes */${UNIT}`)).json()).toMatchObject({ size: String(UNIT) });
  expect((await put(await start(), 'bytes */0')).status).toBe(200);
});

test('bytes that are there already are skipped', async () => {
  const bytes = randomBytes(2 * UNIT);
  const session = await start();
  await put(session, `bytes 0-${UNIT - 1}/*`, bytes.subarray(0, UNIT));
  expect((await put(session, `bytes 0-${UNIT - 1}/*`, bytes.subarray(0, UNIT))).headers.get('range')).toBe(
    `bytes=0-${UNIT - 1}`,
  );
  expect((await put(session, `bytes 0-${2 * UNIT - 1}/${2 * UNIT}`, bytes)).status).toBe(200);
  expect((await textOf('rows.jsonl')).equals(bytes)).toBe(true);
});

test.each([
  [
    'a chunk of an odd length that is not the last',
    'bytes 0-99/*',
    100,
    'is required to be equal or greater than 262144',
  ],
  ['a gap', `bytes ${UNIT}-${UNIT + 9}/${UNIT + 10}`, 10, 'exceeds already uploaded size of 0 byte(s)'],
  ['fewer bytes than promised', 'bytes 0-99/100', 60, 'does not match the Content-Range header'],
  ['more bytes than promised', 'bytes 0-99/100', 160, 'does not match the Content-Range header'],
  ['a range behind the end', 'bytes 0-99/50', 100, 'Failed to parse Content-Range header.'],
  ['a range backwards', 'bytes 9-3/50', 0, 'Failed to parse Content-Range header.'],
  ['no range at all', 'lines 0-99/100', 100, 'Failed to parse Content-Range header.'],
])('%s is 400, and the session goes on', async (_, range, length, message) => {
  const session = await start();
  const answer = await put(session, range, Buffer.alloc(length, 'x'));
  expect(answer.status).toBe(400);
  expect((await json(answer)).error.message).toContain(message);
  expect((await put(session, 'bytes 0-2/3', Buffer.from('yes'))).status).toBe(200);
  expect((await textOf('rows.jsonl')).toString()).toBe('yes');
});

test('the announced size and checksums are kept to, or nothing is stored', async () => {
  const sized = await start({ headers: { 'x-upload-content-length': '3' } });
  expect((await put(sized, 'bytes 0-3/4', Buffer.from('four'))).status).toBe(400);

  const summed = await start({ body: JSON.stringify({ crc32c: 'AAAAAA==' }) });
  const wrong = await put(summed, 'bytes 0-8/9', Buffer.from('123456789'));
  expect(wrong.status).toBe(400);
  expect((await json(wrong)).error.message).toBe(
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "4waSgw==".',
  );

  const header = await put(await start(), 'bytes 0-8/9', Buffer.from('123456789'), {
    'x-goog-hash': 'crc32c=4waSgw==,md5=AAAAAAAAAAAAAAAAAAAAAA==',
  });
  expect((await json(header)).error.message).toContain("doesn't match calculated MD5 hash");
  expect(await emulator.objects.stat('uploads', 'rows.jsonl')).toBeUndefined();
  expect((await put(summed, 'bytes */*')).status).toBe(404);
});

test('preconditions hold at the start and at the end', async () => {
  const once = `${path}&ifGenerationMatch=0`;
  const [first, second] = [await start({}, once), await start({}, once)];
  expect((await put(first, 'bytes 0-0/1', Buffer.from('1'))).status).toBe(200);
  expect((await put(second, 'bytes 0-0/1', Buffer.from('2'))).status).toBe(412);
  expect((await emulator.call(once, { method: 'POST' })).status).toBe(412);
  expect((await textOf('rows.jsonl')).toString()).toBe('1');
});

test('DELETE ends a session with 499; unknown sessions are 404, old ones gone', async () => {
  const session = await start();
  expect((await fetch(session, { method: 'DELETE' })).status).toBe(499);
  expect((await put(session, 'bytes */*')).status).toBe(404);
  expect((await put(`${emulator.url}${path}&upload_id=..%2F..%2Fbucket`, 'bytes */*')).status).toBe(404);
  expect((await put(`${emulator.url}${path}`, 'bytes */*')).status).toBe(404);

  const old = await start();
  emulator.clock.advance(8 * DAY);
  expect((await put(old, 'bytes */*')).status).toBe(410);
});

test("gcloud's address for resumable uploads leads to the same sessions", async () => {
  const session = await start({}, `/resumable${path}`);
  expect(new URL(session).pathname).toBe('/resumable/upload/storage/v1/b/uploads/o');
  expect((await put(session, 'bytes 0-1/2', Buffer.from('ok'))).status).toBe(200);
});

test('a newer request takes a session over from one that hangs', async () => {
  const session = await start();
  const hanging = await hang(session, 'bytes 0-999999/1000000', Buffer.alloc(1_000_000), UNIT + 5);
  expect((await put(session, 'bytes */*')).headers.get('range')).toBe(`bytes=0-${UNIT - 1}`);
  const done = await put(session, `bytes ${UNIT}-${UNIT + 3}/${UNIT + 4}`, Buffer.from('done'));
  expect(await done.json()).toMatchObject({ size: String(UNIT + 4) });
  hanging.destroy();
});
