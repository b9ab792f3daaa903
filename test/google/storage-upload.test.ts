import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isConditionNotMet } from '../../src/google/errors.ts';
import { createStorageClient } from '../../src/google/storage.ts';
import { type Fault, objectServer } from './support/object-server.ts';
import { referenceCrc32c } from './support/reference-crc32c.ts';
import { failureOf, testHttp } from './support/test-http.ts';

const UNIT = 256 * 1024;

/** Bytes that differ everywhere, so that a part in the wrong place shows. */
function content(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
}

async function* inPieces(bytes: Buffer, size = 100_003): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

const sha = (bytes: Buffer | undefined) => bytes && createHash('sha256').update(bytes).digest('hex');

async function setUp(faults: readonly Fault[] = [], crc32c = referenceCrc32c) {
  const server = await objectServer(faults, { crc32c });
  const storage = createStorageClient({ http: testHttp(server.fetch) });
  const bytes = content(5 * UNIT + 17);
  const upload = {
    bucket: 'b',
    name: 'in/run 42.jsonl',
    bytes: inPieces(bytes),
    contentType: 'application/jsonl',
    chunkBytes: 2 * UNIT,
  };
  const stored = () => server.objects.get(upload.name)?.bytes;
  return { server, storage, bytes, upload, stored };
}

describe('an upload', () => {
  it('arrives whole, in chunks, with its metadata and the size told beforehand', async () => {
    const { server, storage, bytes, upload, stored } = await setUp();
    const progress: number[] = [];
    const size = bytes.byteLength;
    const object = await storage.upload({
      ...upload,
      size,
      metadata: { rows: '5' },
      onProgress: (done) => progress.push(done),
    });
    expect(object).toMatchObject({ bucket: 'b', name: upload.name, size });
    expect(sha(stored())).toBe(sha(bytes));
    expect(progress).toEqual([2 * UNIT, 4 * UNIT, size]);
    expect(server.seen[0]!.headers).toMatchObject({
      'x-upload-content-type': 'application/jsonl',
      'x-upload-content-length': String(size),
    });
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual({
      contentType: 'application/jsonl',
      metadata: { rows: '5' },
    });
    expect(server.seen[1]!.headers['content-range']).toBe(`bytes 0-${2 * UNIT - 1}/${size}`);
  });

  it.each([0, 1, 2 * UNIT - 1, 2 * UNIT, 2 * UNIT + 1, 4 * UNIT])(
    'of %i bytes of unknown size',
    async (size) => {
      const { storage, upload, stored } = await setUp();
      await storage.upload({ ...upload, bytes: inPieces(content(size)) });
      expect(sha(stored())).toBe(sha(content(size)));
    },
  );

  it('of exactly two chunks takes two requests, not a third to say that it is over', async () => {
    const { server, storage, upload } = await setUp();
    await storage.upload({ ...upload, bytes: inPieces(content(4 * UNIT)) });
    expect(server.kinds).toEqual(['start', 'chunk', 'chunk']);
  });

  it('cuts pieces that are larger than a chunk', async () => {
    const { storage, bytes, upload, stored } = await setUp();
    await storage.upload({ ...upload, bytes: inPieces(bytes, bytes.byteLength) });
    expect(sha(stored())).toBe(sha(bytes));
  });

  it('refuses to write over an object, as 412', async () => {
    const { server, storage, upload } = await setUp();
    server.put(upload.name, Buffer.from('theirs'));
    const error = await failureOf(storage.upload(upload));
    expect(isConditionNotMet(error)).toBe(true);
    expect(error).toMatchObject({ status: 412, reason: 'conditionNotMet' });
    expect(server.kinds).toEqual(['start']);
  });

  it('deletes what did not arrive as it was sent', async () => {
    const { server, storage, upload } = await setUp([], async () => 'AAAAAA==');
    expect(await failureOf(storage.upload(upload))).toMatchObject({ reason: 'CRC_MISMATCH' });
    expect(server.deleted).toEqual([`${upload.name} at 1001`]);
  });

  it('notices that the file grew or shrank meanwhile', async () => {
    const { storage, bytes, upload, stored } = await setUp();
    const shrunk = storage.upload({ ...upload, size: bytes.byteLength + 1 });
    expect(await failureOf(shrunk)).toMatchObject({ code: 'source_changed' });
    const grown = storage.upload({ ...upload, bytes: inPieces(bytes), size: bytes.byteLength - 1 });
    expect(await failureOf(grown)).toMatchObject({ code: 'source_changed' });
    expect(stored()).toBeUndefined();
  });

  it('stops when aborted, with the reason given', async () => {
    const { storage, upload } = await setUp();
    const abort = new AbortController();
    const reason = new Error('enough');
    const run = storage.upload({ ...upload, signal: abort.signal, onProgress: () => abort.abort(reason) });
    expect(await failureOf(run)).toBe(reason);
  });
});

describe('an upload goes on after', () => {
  const cases: [string, Fault[]][] = [
    ['a reset', [{ on: 'chunk', after: 1, does: { reset: true } }]],
    ['a 503', [{ on: 'chunk', after: 1, does: { answer: 503, headers: { 'retry-after': '2' } } }]],
    ['a chunk that broke in the middle', [{ on: 'chunk', after: 1, does: { keep: UNIT, and: 'reset' } }]],
    ['308 for a part of a chunk', [{ on: 'chunk', after: 1, does: { keep: UNIT, and: 'say' } }]],
    ['308 for nothing of the first chunk', [{ on: 'chunk', does: { keep: 0, and: 'say' } }]],
    ['a lost answer', [{ on: 'chunk', after: 1, does: { loseAnswer: true } }]],
    ['a lost last answer', [{ on: 'chunk', after: 2, does: { loseAnswer: true } }]],
    [
      'a break whose status is not told at once',
      [
        { on: 'chunk', after: 2, does: { keep: UNIT, and: 'reset' } },
        { on: 'status', does: { answer: 502 } },
        { on: 'status', does: { reset: true } },
      ],
    ],
    [
      'many breaks',
      [1, 2, 3, 4, 5].map((after) => ({ on: 'chunk', after, does: { reset: true } }) satisfies Fault),
    ],
    ['a session that could not be opened at first', [{ on: 'start', does: { answer: 503 } }]],
  ];
  it.each(cases)('%s', async (_, faults) => {
    const { server, storage, bytes, upload, stored } = await setUp(faults);
    await storage.upload(upload);
    expect(sha(stored())).toBe(sha(bytes));
    expect(server.objects.size).toBe(1);
  });

  it('asks what is stored and sends only the rest', async () => {
    const { server, storage, upload } = await setUp([
      { on: 'chunk', after: 1, does: { keep: UNIT, and: 'reset' } },
    ]);
    await storage.upload(upload);
    expect(server.kinds).toEqual(['start', 'chunk', 'chunk', 'status', 'chunk', 'chunk']);
    const ranges = server.seen.slice(1).map(({ headers }) => headers['content-range']);
    expect(ranges[3]).toBe(`bytes ${3 * UNIT}-${4 * UNIT - 1}/*`);
  });

  it('but not for ever', async () => {
    const faults = Array.from({ length: 40 }, (): Fault => ({ on: 'chunk', does: { answer: 503 } }));
    const { server, storage, upload } = await setUp(faults);
    expect(await failureOf(storage.upload(upload))).toMatchObject({ status: 503 });
    expect(server.kinds.filter((kind) => kind === 'chunk').length).toBeLessThan(12);
  });

  it('not after a refusal', async () => {
    const { server, storage, upload } = await setUp([{ on: 'chunk', after: 1, does: { answer: 403 } }]);
    expect(await failureOf(storage.upload(upload))).toMatchObject({ status: 403, retryable: false });
    expect(server.kinds).toEqual(['start', 'chunk', 'chunk']);
  });
});

describe('a session', () => {
  it('is taken up by another client, which sends only what is missing', async () => {
    const { server, storage, bytes, upload, stored } = await setUp();
    const stop = new AbortController();
    let uri = '';
    await failureOf(
      storage.upload({
        ...upload,
        signal: stop.signal,
        onSession: (opened) => {
          uri = opened;
        },
        onProgress: (done) => done === 4 * UNIT && stop.abort(),
      }),
    );
    const fresh = createStorageClient({ http: testHttp(server.fetch) });
    const object = await fresh.upload({ ...upload, bytes: inPieces(bytes), session: { uri } });
    expect(object.size).toBe(bytes.byteLength);
    expect(sha(stored())).toBe(sha(bytes));
    expect(server.kinds).toEqual(['start', 'chunk', 'chunk', 'status', 'chunk']);
    expect(server.seen.at(-1)!.headers['content-range']).toBe(
      `bytes ${4 * UNIT}-${bytes.byteLength - 1}/${bytes.byteLength}`,
    );
  });

  it('that was finished gives its object, and compares it with the bytes', async () => {
    const { server, storage, bytes, upload } = await setUp();
    let uri = '';
    const onSession = (opened: string) => {
      uri = opened;
    };
    const first = await storage.upload({ ...upload, size: bytes.byteLength, onSession });
    const again = { ...upload, size: bytes.byteLength, session: { uri } };
    expect(await storage.upload({ ...again, bytes: inPieces(bytes) })).toEqual(first);
    const others = content(bytes.byteLength).fill(7);
    expect(await failureOf(storage.upload({ ...again, bytes: inPieces(others) }))).toMatchObject({
      reason: 'CRC_MISMATCH',
    });
    expect(server.deleted).toHaveLength(1);
  });

  it('that is over is opened anew', async () => {
    const { server, storage, bytes, upload, stored } = await setUp();
    const uri = 'https://storage.googleapis.com/upload/storage/v1/b/b/o?upload_id=forgotten';
    await storage.upload({ ...upload, session: { uri } });
    expect(sha(stored())).toBe(sha(bytes));
    expect(server.kinds[0]).toBe('start');
  });

  it('is never taken to another host', async () => {
    const { server, storage, upload } = await setUp();
    const uri = 'https://evil.example/upload/storage/v1/b/b/o?upload_id=1';
    await expect(storage.upload({ ...upload, session: { uri } })).rejects.toThrow('not a Google API');
    expect(server.seen).toHaveLength(0);
  });
});
