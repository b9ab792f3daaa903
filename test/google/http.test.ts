import { describe, expect, it } from 'vitest';
import { GoogleApiError } from '../../src/google/errors.ts';
import { type Clock, timestamp } from '../../src/support/clock.ts';
import { manualClock } from '../support/manual-clock.ts';
import { loopback, rpcError, sendJson } from './support/loopback.ts';
import { failureOf, TOKEN, testHttp } from './support/test-http.ts';

const URL_OF_JOB = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/jobs/1';
const read = { method: 'GET', url: URL_OF_JOB, idempotent: true } as const;
const create = { method: 'POST', url: URL_OF_JOB, idempotent: false, body: { json: { a: 1 } } } as const;

describe('a request', () => {
  it('carries the token, the agent, the query with repeats, and JSON', async () => {
    const server = await loopback((_, response) => sendJson(response, { name: 'x' }));
    const answer = await testHttp(server.fetch).request({
      ...create,
      query: { fields: 'a,b', permissions: ['p', 'q'], empty: undefined },
    });
    expect(answer).toEqual({ name: 'x' });
    const seen = server.seen[0]!;
    expect(seen.host).toBe('us-central1-aiplatform.googleapis.com');
    expect(seen.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'user-agent': 'test',
    });
    expect([...seen.query]).toEqual([
      ['fields', 'a,b'],
      ['permissions', 'p'],
      ['permissions', 'q'],
    ]);
    expect(JSON.parse(seen.body.toString())).toEqual({ a: 1 });
  });

  it('sends bytes in pieces with their length, again after a failure', async () => {
    const server = await loopback((_, response) => {
      sendJson(response, {}, server.seen.length === 1 ? 503 : 200);
    });
    const pieces = [Buffer.from('one '), Buffer.from('two')];
    const body = { pieces, contentType: 'text/plain' };
    await testHttp(server.fetch).request({ ...create, idempotent: true, body });
    expect(server.seen.map(({ body }) => body.toString())).toEqual(['one two', 'one two']);
    expect(server.seen[1]!.headers).toMatchObject({ 'content-length': '7' });
  });

  it.each([
    'https://evil.example/v1',
    'http://storage.googleapis.com/x',
    'https://googleapis.com.evil.example/',
    'https://storage.googleapis.com:8443/x',
  ])('never takes the token to %s', async (url) => {
    let asked = false;
    const http = testHttp(async () => {
      asked = true;
      return Response.json({});
    });
    await expect(http.request({ ...read, url })).rejects.toThrow('not a Google API');
    expect(asked).toBe(false);
  });

  it('does not follow redirects with the token', async () => {
    const server = await loopback((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    expect(await failureOf(testHttp(server.fetch).request(read))).toMatchObject({ status: 302 });
    expect(server.seen).toHaveLength(1);
  });
});

describe('repeats', () => {
  it.each([408, 429, 500, 502, 503, 504])('a read after %i', async (status) => {
    const server = await loopback((_, response) => {
      sendJson(response, { ok: true }, server.seen.length < 3 ? status : 200);
    });
    expect(await testHttp(server.fetch).request(read)).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
  });

  it('a read whose connection was reset, and whose body broke', async () => {
    const server = await loopback((_, response) => {
      if (server.seen.length === 1) response.destroy();
      else if (server.seen.length === 2)
        response.writeHead(200, { 'content-length': '99' }).write('{"na', () => response.destroy());
      else sendJson(response, { ok: true });
    });
    expect(await testHttp(server.fetch).request(read)).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
  });

  it('never what is not idempotent, whatever failed', async () => {
    const server = await loopback((_, response) => {
      if (server.seen.length === 1) sendJson(response, {}, 503);
      else response.destroy();
    });
    const http = testHttp(server.fetch);
    expect(await failureOf(http.request(create))).toMatchObject({
      status: 503,
      retryable: true,
      attempts: 1,
    });
    expect(await failureOf(http.request(create))).toMatchObject({ reason: 'NETWORK', retryable: true });
    expect(server.seen).toHaveLength(2);
  });

  it('nothing that will not mend itself', async () => {
    const server = await loopback((_, response) =>
      sendJson(response, rpcError(400, 'INVALID_ARGUMENT', 'no'), 400),
    );
    const error = await failureOf(testHttp(server.fetch).request(read));
    expect(error).toMatchObject({ status: 400, retryable: false, attempts: 1 });
  });

  it.each([
    ['seconds', () => '7', 7000],
    ['a date', (now: number) => new Date(now + 9000).toUTCString(), 9000],
  ])('not before Retry-After in %s', async (_, header, least) => {
    const clock = manualClock({ jump: true });
    const times: number[] = [];
    const server = await loopback((_, response) => {
      times.push(clock.now());
      if (times.length > 1) sendJson(response, {});
      else sendJson(response, {}, 429, { 'retry-after': header(clock.now()) });
    });
    await testHttp(server.fetch, { clock }).request(read);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(least);
    expect(times[1]! - times[0]!).toBeLessThan(least + 1000);
  });

  it('until the deadline, and says how often it tried', async () => {
    const clock = manualClock({ jump: true });
    const started = clock.now();
    const server = await loopback((_, response) => sendJson(response, {}, 503));
    const http = testHttp(server.fetch, { clock, retry: { deadline: 30_000 } });
    const error = await failureOf(http.request(read));
    expect(clock.now() - started).toBeLessThan(30_000);
    expect(error).toMatchObject({ status: 503, attempts: server.seen.length });
    expect(server.seen.length).toBeGreaterThan(3);
  });

  it('not at all where the server asks for longer than the deadline', async () => {
    const server = await loopback((_, response) => sendJson(response, {}, 503, { 'retry-after': '3600' }));
    expect(await failureOf(testHttp(server.fetch).request(read))).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(server.seen).toHaveLength(1);
  });
});

describe('time and aborts', () => {
  /** Never answers; tells when it was asked. */
  async function silent() {
    let asked = () => {};
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const server = await loopback(() => asked());
    return { ...server, wasAsked };
  }

  it('gives up an attempt that nobody answers', async () => {
    const socketClock = manualClock();
    const server = await silent();
    const http = testHttp(server.fetch, { socketClock });
    const answer = failureOf(http.request({ ...create, attemptTimeout: 5000 }));
    await server.wasAsked;
    socketClock.advance(5000);
    expect(await answer).toMatchObject({ reason: 'TIMEOUT', retryable: true, status: 0 });
  });

  it('stops in mid-flight, with the reason that the caller gave', async () => {
    const server = await silent();
    const abort = new AbortController();
    const answer = failureOf(testHttp(server.fetch).request({ ...read, signal: abort.signal }));
    await server.wasAsked;
    const reason = new Error('the person pressed escape');
    abort.abort(reason);
    expect(await answer).toBe(reason);
  });

  it('stops while it waits for the next try', async () => {
    const abort = new AbortController();
    const clock = manualClock();
    const server = await loopback((_, response) => sendJson(response, {}, 503));
    const waits: Clock = {
      now: clock.now,
      sleep: (ms, signal) => {
        abort.abort();
        return clock.sleep(ms, signal);
      },
    };
    const http = testHttp(server.fetch, { clock: waits });
    expect((await failureOf(http.request({ ...read, signal: abort.signal }))).name).toBe('AbortError');
    expect(server.seen).toHaveLength(1);
  });

  it('does not start when aborted before', async () => {
    const server = await loopback((_, response) => sendJson(response, {}));
    const call = testHttp(server.fetch).request({ ...read, signal: AbortSignal.abort(new Error('early')) });
    expect((await failureOf(call)).message).toBe('early');
    expect(server.seen).toHaveLength(0);
  });
});

it('says nothing of tokens, queries or bodies, in errors and in the log', async () => {
  const lines: string[] = [];
  const server = await loopback((seen, response) => {
    if (server.seen.length === 1)
      return sendJson(
        response,
        { error: { code: 400, message: `bad ${seen.headers.authorization} here` } },
        400,
      );
    response
      .writeHead(502, { 'content-type': 'text/html' })
      .end(`<h1>${seen.headers.authorization} ${seen.body}</h1>`);
  });
  const http = testHttp(server.fetch, {
    log: (_, message, facts) => lines.push(message, JSON.stringify(facts)),
  });
  const secretive = { ...create, query: { upload_id: 'hidden' }, body: { json: { row: 'private' } } };
  const errors = [await failureOf(http.request(secretive)), await failureOf(http.request(secretive))];
  const told = JSON.stringify([
    lines,
    errors.map((error) => ({ ...error, message: error.message, stack: error.stack, cause: error.cause })),
  ]);
  expect(told).toContain('502');
  for (const secret of [TOKEN, 'hidden', 'private']) expect(told).not.toContain(secret);
});

it('takes a broken 200 for an error', async () => {
  const server = await loopback((_, response) => void response.end('<html>'));
  const call = testHttp(server.fetch).request({ ...create });
  expect(await failureOf(call)).toMatchObject({ reason: 'BAD_RESPONSE', status: 200 });
});

it('reports the date in Retry-After against its own clock', async () => {
  const clock = manualClock();
  const server = await loopback((_, response) =>
    sendJson(response, {}, 503, { 'retry-after': timestamp(clock.now() + 60_000) }),
  );
  const error = await failureOf(testHttp(server.fetch, { clock }).request(create));
  expect(error).toBeInstanceOf(GoogleApiError);
  expect(error).toMatchObject({ retryAfterMs: 60_000 });
});
