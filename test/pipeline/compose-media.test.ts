import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStorageClient } from '../../src/google/storage.ts';
import { type MediaLimits, mediaParts } from '../../src/pipeline/compose-media.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import { testHttp } from '../google/support/test-http.ts';
import { BUCKET, openVertex } from '../support/vertex-emulator.ts';
import { JPEG, PNG, png } from './media-files.ts';

const LIMITS: MediaLimits = { inlineBytes: 1_000, rowInlineBytes: 1_500 };
const LARGE = png(8, 2_000);

/** Media over the emulated Cloud Storage, with all calls counted. */
async function open(rest: { bucket?: string | undefined; limits?: MediaLimits } = {}) {
  const vertex = await openVertex({ buckets: [BUCKET] });
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-media-'));
  onTestFinished(async () => {
    await vertex.close();
    await rm(folder, { recursive: true, force: true });
  });
  const calls: string[] = [];
  const http = testHttp((url, init) => {
    const { pathname, searchParams } = new URL(url);
    calls.push(`${init?.method} ${decodeURIComponent(searchParams.get('name') ?? pathname)}`);
    return vertex.call(String(url), init);
  });
  const ports = {
    workspace: createWorkspace(folder, []),
    storage: createStorageClient({ http }),
    bucket: 'bucket' in rest ? rest.bucket : `gs://${BUCKET}/stage/`,
    signal: new AbortController().signal,
  };
  return {
    vertex,
    calls,
    folder,
    ports,
    media: mediaParts(ports, rest.limits ?? LIMITS),
    file: (name: string, content: Uint8Array) => writeFile(join(folder, name), content),
  };
}

const of = (...references: string[]) => references.map((reference) => ({ reference }));

describe('what stays where it is', () => {
  test('addresses go into parts without a call', async () => {
    const { media, calls } = await open();
    expect(
      await media.partsOf(of('gs://b/x.png', 'https://youtu.be/abc', 'data:image/png;base64,AAEC')),
    ).toEqual([
      { fileData: { fileUri: 'gs://b/x.png', mimeType: 'image/png' } },
      { fileData: { fileUri: 'https://youtu.be/abc', mimeType: 'video/mp4' } },
      { inlineData: { data: 'AAEC', mimeType: 'image/png' } },
    ]);
    expect(calls).toEqual([]);
    expect(media.tally()).toMatchObject({ linked: 3, inlined: 0, staged: 0 });
  });

  test('a type that is given is taken', async () => {
    const { media } = await open();
    expect(await media.partsOf([{ reference: 'https://a.example/7', mimeType: 'image/webp' }])).toEqual([
      { fileData: { fileUri: 'https://a.example/7', mimeType: 'image/webp' } },
    ]);
  });

  test('an object without an ending is asked for its type, once', async () => {
    const { media, ports, calls } = await open();
    const bytes = (async function* () {
      yield PNG;
    })();
    await ports.storage.upload({ bucket: BUCKET, name: 'x', bytes, contentType: 'image/png' });
    calls.length = 0;
    const uri = `gs://${BUCKET}/x`;
    for (let n = 0; n < 3; n++)
      expect(await media.partsOf(of(uri))).toEqual([{ fileData: { fileUri: uri, mimeType: 'image/png' } }]);
    expect(calls).toHaveLength(1);
  });

  test.each([
    ['an address without a type', 'https://a.example/7', 'unknown_media_type'],
    ['an object that is not there', `gs://${BUCKET}/none`, 'media_not_found'],
    ['a file that is not there', 'none.png', 'file_not_found'],
    ['a file outside', '../../etc/hostname', 'file_not_allowed'],
  ])('%s', async (_what, reference, code) => {
    const { media } = await open();
    await expect(media.partsOf(of(reference))).rejects.toMatchObject({ code });
  });
});

describe('local files', () => {
  test('that are small go into the row', async () => {
    const { media, file, calls } = await open();
    await file('x.jpg', JPEG);
    expect(await media.partsOf(of('x.jpg'))).toEqual([
      { inlineData: { data: JPEG.toString('base64'), mimeType: 'image/jpeg' } },
    ]);
    expect(calls).toEqual([]);
  });

  test('that are large go to the bucket once, whoever names them', async () => {
    const { media, file, vertex, calls, ports } = await open();
    await file('a.png', LARGE);
    await file('copy of a.png', LARGE);
    const rows = await Promise.all(
      ['a.png', 'copy of a.png', 'a.png'].map((name) => media.partsOf(of(name))),
    );
    const uri = rows[0]?.[0]?.fileData?.fileUri ?? '';
    expect(uri).toMatch(/^gs:\/\/emulated-bucket\/stage\/media\/[0-9a-f]{64}\.png$/);
    expect(rows).toEqual(Array(3).fill([{ fileData: { fileUri: uri, mimeType: 'image/png' } }]));
    expect((await vertex.objects('stage/')).size).toBe(1);
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
    expect(media.tally()).toMatchObject({ staged: 3, files: 1 });
    const name = uri.split(`${BUCKET}/`)[1] ?? '';
    expect(await ports.storage.stat(BUCKET, name)).toMatchObject({
      size: LARGE.length,
      contentType: 'image/png',
    });
  });

  test('that are there from an earlier run are not sent again', async () => {
    const { media, file, calls, ports } = await open();
    await file('a.png', LARGE);
    await media.partsOf(of('a.png'));
    calls.length = 0;
    await mediaParts(ports, LIMITS).partsOf(of('a.png'));
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['GET']);
  });

  test('of one row go to the bucket from the one that is too much', async () => {
    const { media, file } = await open();
    const names = ['1.png', '2.png', '3.png', '4.jpg'];
    for (const name of names) await file(name, name === '4.jpg' ? JPEG : png(8, 500));
    const parts = await media.partsOf(of(...names));
    expect(parts.map((part) => Object.keys(part)[0])).toEqual([
      'inlineData',
      'inlineData',
      'fileData',
      'inlineData',
    ]);
  });

  test('that are not what their name says are told', async () => {
    const { media, file } = await open();
    await file('x.jpg', PNG);
    const [part] = await media.partsOf(of('x.jpg'));
    expect(part?.inlineData?.mimeType).toBe('image/png');
    expect(media.tally().misnamed).toEqual({
      count: 1,
      first: [{ name: 'x.jpg', says: 'image/jpeg', is: 'image/png' }],
    });
  });

  test('that are large need a bucket', async () => {
    const { media, file } = await open({ bucket: undefined });
    await file('a.png', LARGE);
    await expect(media.partsOf(of('a.png'))).rejects.toMatchObject({ code: 'no_bucket' });
  });

  test('may be sent by another at the same time', async () => {
    const { ports, file, folder, vertex } = await open();
    await file('a.png', LARGE);
    const both = await Promise.all([1, 2].map(() => mediaParts(ports, LIMITS).partsOf(of('a.png'))));
    expect(both[0]).toEqual(both[1]);
    expect((await vertex.objects('stage/')).size).toBe(1);
    await unlink(join(folder, 'a.png'));
  });
});
