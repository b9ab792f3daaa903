import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mediaTypeOfName, readMediaReference } from '../../src/batch/media-reference.ts';
import { mediaTypeOfFile } from '../../src/pipeline/media-type.ts';
import { JPEG, MKV, MP4, PDF, PNG, WAV } from './media-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-media-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const typeOf = async (name: string, content: Uint8Array | string) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return mediaTypeOfFile(path, name);
};

describe('the type of a file', () => {
  test.each<[string, Uint8Array | string, object]>([
    ['a.png', PNG, { mimeType: 'image/png' }],
    ['a.JPEG', JPEG, { mimeType: 'image/jpeg' }],
    ['without-ending', PDF, { mimeType: 'application/pdf' }],
    ['a.wav', WAV, { mimeType: 'audio/wav' }],
    ['a.mp4', MP4, { mimeType: 'video/mp4' }],
    ['a.m4a', MP4, { mimeType: 'audio/m4a' }],
    ['a.txt', 'Grüße', { mimeType: 'text/plain' }],
    ['a.csv', 'a,b\n', { mimeType: 'text/csv' }],
    ['README', 'plain', { mimeType: 'text/plain' }],
    ['a.jpg', PNG, { mimeType: 'image/png', named: 'image/jpeg' }],
    ['a.txt', PDF, { mimeType: 'application/pdf', named: 'text/plain' }],
    ['b.png', '<html>Not found</html>', { mimeType: 'text/plain', named: 'image/png' }],
    ['a.flv', Buffer.from([0, 1, 2, 3]), { mimeType: 'video/x-flv' }],
  ])('%s', async (name, content, expected) => {
    expect(await typeOf(name, content)).toEqual(expected);
  });

  test('text may be cut inside a character', async () => {
    expect(await typeOf('long.txt', `x${'ü'.repeat(40_000)}`)).toEqual({ mimeType: 'text/plain' });
  });

  test.each<[string, Uint8Array, string]>([
    ['a.mkv', MKV, 'video/matroska'],
    ['a.bin', Buffer.from([0, 1, 2, 3]), 'no type that can be told'],
    ['a.md', Buffer.from('caf\xe9 latin', 'latin1'), 'no type that can be told'],
  ])('%s is not for Gemini', async (name, content, why) => {
    await expect(typeOf(name, content)).rejects.toMatchObject({
      code: 'unsupported_media',
      message: expect.stringContaining(why),
    });
  });
});

test.each<[string, string | undefined]>([
  ['gs://b/a/x.JPG', 'image/jpeg'],
  ['https://a.example/x.png?size=7#top', 'image/png'],
  ['x.tar.gz', undefined],
  ['x.opus', 'audio/opus'],
  ['jpg', undefined],
])('the type that the name %s says', (name, type) => {
  expect(mediaTypeOfName(name)).toBe(type);
});

describe('a reference', () => {
  test.each<[string, object]>([
    [' gs://b/x.png ', { kind: 'uri', uri: 'gs://b/x.png', mimeType: 'image/png' }],
    ['https://a.example/x', { kind: 'uri', uri: 'https://a.example/x' }],
    ['https://youtu.be/abc', { kind: 'uri', uri: 'https://youtu.be/abc', mimeType: 'video/mp4' }],
    [
      'https://www.youtube.com/watch?v=abc',
      { kind: 'uri', uri: 'https://www.youtube.com/watch?v=abc', mimeType: 'video/mp4' },
    ],
    ['data:image/png;base64,AAEC', { kind: 'inline', mimeType: 'image/png', data: 'AAEC' }],
    ['data:image/png;base64,-_8', { kind: 'inline', mimeType: 'image/png', data: '+/8=' }],
    ['data:,a%20b', { kind: 'inline', mimeType: 'text/plain', data: Buffer.from('a b').toString('base64') }],
    ['photos/x.png', { kind: 'local', path: 'photos/x.png' }],
  ])('%s', (text, expected) => {
    expect(readMediaReference(text)).toEqual(expected);
  });
});
