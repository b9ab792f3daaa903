import { describe, expect, it } from 'vitest';
import { createStorageClient } from '../../src/google/storage.ts';
import { manualClock } from '../support/manual-clock.ts';
import { loopback, sendJson } from './support/loopback.ts';
import { type Fault, objectServer } from './support/object-server.ts';
import { referenceCrc32c } from './support/reference-crc32c.ts';
import { collect, failureOf, testHttp } from './support/test-http.ts';

const TEXT = Buffer.from(Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`).join(''));

async function setUp(faults: readonly Fault[] = [], crc32c = referenceCrc32c) {
  const server = await objectServer(faults, { crc32c });
  server.put('out/predictions.jsonl', TEXT);
  const storage = createStorageClient({ http: testHttp(server.fetch) });
  const read = async (options = {}) =>
    Buffer.concat(await collect(storage.download('b', 'out/predictions.jsonl', options)));
  return { server, storage, read };
}

describe('a download', () => {
  it('reads the whole object, of the generation that was there at the start', async () => {
    const { server, read } = await setUp();
    expect((await read()).equals(TEXT)).toBe(true);
    expect(server.seen.at(-1)!.query.get('generation')).toBe('1001');
  });

  it.each([
    [{ start: 5, end: 9 }, TEXT.subarray(5, 10)],
    [{ start: TEXT.byteLength - 3 }, TEXT.subarray(-3)],
    [{ end: 0 }, TEXT.subarray(0, 1)],
    [{ start: 10, end: 10 ** 9 }, TEXT.subarray(10)],
    [{ start: TEXT.byteLength }, Buffer.alloc(0)],
  ])('reads the part %o', async (range, expected) => {
    const { read } = await setUp();
    expect((await read(range)).equals(expected)).toBe(true);
  });

  it('of an empty object has no bytes', async () => {
    const { server, storage } = await setUp();
    server.put('empty', Buffer.alloc(0));
    expect(await collect(storage.download('b', 'empty'))).toEqual([]);
  });

  it('goes on where it broke, three times, without a gap or a repeat', async () => {
    const breaks = [70_000, 1000, 50_000].map((send): Fault => ({ on: 'read', does: { send } }));
    const { server, read } = await setUp(breaks);
    expect((await read()).equals(TEXT)).toBe(true);
    const starts = server.seen.filter(({ query }) => query.has('alt')).map(({ headers }) => headers.range);
    expect(starts).toHaveLength(4);
    expect(starts[1]).toMatch(/^bytes=[1-9]\d*-/);
  });

  it('goes on however often it breaks, as long as bytes arrive in between', async () => {
    const { read } = await setUp(
      Array.from({ length: 15 }, (): Fault => ({ on: 'read', does: { send: 9000 } })),
    );
    expect((await read()).equals(TEXT)).toBe(true);
  });

  it('goes on after a stall', async () => {
    const socketClock = manualClock();
    let reads = 0;
    const server = await loopback(async (seen, response) => {
      if (!seen.query.has('alt')) {
        return sendJson(response, {
          bucket: 'b',
          name: 'x',
          generation: '1',
          size: '6',
          crc32c: await referenceCrc32c(Buffer.from('abcdef')),
        });
      }
      const start = Number(/bytes=(\d+)/.exec(String(seen.headers.range))![1]);
      response.writeHead(206, { 'content-range': `bytes ${start}-5/6`, 'content-length': String(6 - start) });
      reads += 1;
      if (reads === 1) response.write('abc');
      else response.end('abcdef'.slice(start));
    });
    const storage = createStorageClient({ http: testHttp(server.fetch, { socketClock, stallAfter: 1000 }) });
    const arrived: string[] = [];
    // Twice the patience: the watch looks once in a period whether anything came since the last look.
    const passTime = async () => {
      for (let turns = 0; reads < 2 && turns < 1000; turns++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (arrived.length > 0) socketClock.advance(1000);
      }
    };
    const time = passTime();
    for await (const bytes of storage.download('b', 'x')) arrived.push(Buffer.from(bytes).toString());
    await time;
    expect(arrived.join('')).toBe('abcdef');
    expect(reads).toBe(2);
  });

  it('gives up when nothing more comes', async () => {
    const faults = Array.from({ length: 30 }, (): Fault => ({ on: 'read', does: { send: 0 } }));
    const { server, read } = await setUp(faults);
    expect(await failureOf(read())).toMatchObject({ reason: 'NETWORK' });
    expect(server.kinds.length).toBeLessThan(15);
  });

  it('says so when the object was rewritten during the read', async () => {
    const rewriting: { server?: Awaited<ReturnType<typeof setUp>>['server'] } = {};
    const { server, read } = await setUp([
      { on: 'read', does: { send: 60_000 } },
      { on: 'read', does: { run: () => rewriting.server?.put('out/predictions.jsonl', Buffer.from('new')) } },
    ]);
    rewriting.server = server;
    expect(await failureOf(read())).toMatchObject({ code: 'object_rewritten' });
  });

  it('says so when the generation asked for is gone', async () => {
    const { read } = await setUp();
    expect(await failureOf(read({ generation: '7' }))).toMatchObject({ code: 'object_rewritten' });
  });

  it('says so when there is no such object', async () => {
    const { storage } = await setUp();
    const run = collect(storage.download('b', 'nothing'));
    expect(await failureOf(run)).toMatchObject({ code: 'object_not_found' });
  });

  it('compares the whole with its checksum, a part not', async () => {
    const { read } = await setUp([], async () => 'AAAAAA==');
    expect(await failureOf(read())).toMatchObject({ reason: 'CRC_MISMATCH' });
    expect(await read({ start: 1 })).toHaveLength(TEXT.byteLength - 1);
  });

  it('does not take another range for the one that it asked for', async () => {
    const { read } = await setUp([{ on: 'read', does: { ignoreRange: true } }]);
    expect(await failureOf(read({ start: 100 }))).toMatchObject({ reason: 'BAD_RESPONSE' });
  });

  it('stops in mid-flight when aborted', async () => {
    const { storage } = await setUp();
    const abort = new AbortController();
    const reason = new Error('enough');
    const run = async () => {
      for await (const _ of storage.download('b', 'out/predictions.jsonl', { signal: abort.signal })) {
        abort.abort(reason);
      }
    };
    expect(await failureOf(run())).toBe(reason);
  });

  it('closes the connection when the reader has enough', async () => {
    let closed: (() => void) | undefined;
    const wasClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const server = await loopback((seen, response) => {
      if (!seen.query.has('alt')) return sendJson(response, { generation: '1', size: '1000000' });
      response.on('close', () => closed?.());
      response.writeHead(200, { 'content-length': '1000000' }).write('some');
    });
    const storage = createStorageClient({ http: testHttp(server.fetch) });
    for await (const bytes of storage.download('b', 'x')) {
      expect(Buffer.from(bytes).toString()).toBe('some');
      break;
    }
    await wasClosed;
  });
});
