import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseMultipart } from '../../src/emulator/routes/storage-multipart.ts';
import { json, type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

let emulator: StorageEmulator;

beforeAll(async () => {
  emulator = await startStorage();
  await emulator.objects.createBucket({ name: 'uploads' });
});
afterAll(() => emulator.stop());

const upload = (contentType: string, body: string | Uint8Array<ArrayBuffer>) =>
  emulator.call('/upload/storage/v1/b/uploads/o?uploadType=multipart', {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });

const body = (lineEnd: string, resource: string, content: string, type = 'text/plain') =>
  [
    '--==edge==',
    'Content-Type: application/json',
    'MIME-Version: 1.0',
    '',
    resource,
    '--==edge==',
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: binary',
    '',
    content,
    '--==edge==--',
  ].join(lineEnd);

async function textOf(name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of emulator.objects.read('uploads', name)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test.each([
  ['CRLF', '\r\n', 'boundary="==edge=="'],
  ['CRLF', '\r\n', 'boundary===edge=='],
  ['bare LF', '\n', "boundary='==edge=='"],
])('lines end with %s, %# %s', async (_, lineEnd, boundary) => {
  // Ends of lines of the other kind, and what looks like a boundary, belong to the content.
  const content = `first\r\nsecond\n--==edge\r\n--==edge=\r`;
  const answer = await upload(`multipart/related; ${boundary}`, body(lineEnd, '{"name":"lines"}', content));
  expect(await answer.json()).toMatchObject({ name: 'lines', contentType: 'text/plain' });
  expect(await textOf('lines')).toBe(content);
});

test('an empty content', async () => {
  const answer = await upload('multipart/related; boundary="==edge=="', body('\r\n', '{"name":"void"}', ''));
  expect(await answer.json()).toMatchObject({ size: '0', crc32c: 'AAAAAA==' });
});

test.each([
  ['no boundary', 'multipart/related', body('\n', '{"name":"x"}', 'x'), 'boundary'],
  [
    'another kind of multipart',
    'multipart/mixed; boundary="==edge=="',
    body('\n', '{"name":"x"}', 'x'),
    'related',
  ],
  [
    'an end that is missing',
    'multipart/related; boundary="==edge=="',
    '--==edge==\n\n{"name":"x"}\n--==edge==\n\nabc',
    'Missing end',
  ],
  ['one part', 'multipart/related; boundary="==edge=="', '--==edge==\n\n{}\n--==edge==--\n', 'two parts'],
  [
    'three parts',
    'multipart/related; boundary="==edge=="',
    body('\n', '{"name":"x"}', 'x\n--==edge==\n\ny'),
    'two parts',
  ],
  ['no JSON', 'multipart/related; boundary="==edge=="', body('\n', 'name=x', 'x'), 'Parse Error'],
  ['no name', 'multipart/related; boundary="==edge=="', body('\n', '{}', 'x'), 'Required'],
  [
    'two opinions on the type',
    'multipart/related; boundary="==edge=="',
    body('\n', '{"name":"x","contentType":"text/csv"}', 'x'),
    'does not match Content-Type',
  ],
  [
    'a wrong checksum',
    'multipart/related; boundary="==edge=="',
    body('\n', '{"name":"x","crc32c":"AAAAAA=="}', '123456789'),
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "4waSgw==".',
  ],
])('%s is 400 and stores nothing', async (_, contentType, text, message) => {
  const answer = await upload(contentType, text);
  expect(answer.status).toBe(400);
  expect((await json(answer)).error.message).toContain(message);
  expect(await emulator.objects.stat('uploads', 'x')).toBeUndefined();
});

test('however the network cuts the body, the content is the same', async () => {
  const content = randomBytes(5_000).toString('latin1');
  const whole = Buffer.from(body('\r\n', '{"name":"cut"}', content), 'latin1');
  for (const size of [1, 2, 7, 64, 4_999, whole.length]) {
    async function* pieces() {
      for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
    }
    const parts = await parseMultipart(pieces(), '==edge==');
    const chunks: Uint8Array[] = [];
    for await (const chunk of parts.content) chunks.push(chunk);
    expect(JSON.parse(parts.resource)).toEqual({ name: 'cut' });
    expect(Buffer.concat(chunks).toString('latin1')).toBe(content);
  }
});
