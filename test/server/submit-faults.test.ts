import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leftBehind, NOTHING } from '../support/left-behind.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestOptions, type TestSession } from '../support/session.ts';
import {
  isCreate,
  isListJobs,
  isUploadPart,
  isUploadTo,
  loseAnswer,
  mortal,
  type Sent,
  traffic,
} from '../support/traffic.ts';

const SUBMIT = { model: 'gemini-3.5-flash-lite', input: 'rows.jsonl' };
let folder: string;
let clock: ManualClock;
const open = new Set<TestSession>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-faults-'));
  clock = manualClock({ jump: true });
  await writeFile(join(folder, 'rows.jsonl'), requestRows(3));
});
afterEach(async () => {
  for (const session of open) await session.close();
  open.clear();
  await rm(folder, { recursive: true, force: true });
});

/** A server over the folder of those before it. */
async function start(options: TestOptions = {}): Promise<TestSession> {
  const session = await startSession({ folder, clock, ...options });
  open.add(session);
  return session;
}

const submit = ({ call }: TestSession, args = {}) => call('create_batch_job', { ...SUBMIT, ...args });

/** A server that is killed while it submits. */
async function killed(moment: (call: Sent) => boolean, when?: 'before' | 'after', options: TestOptions = {}) {
  const { network, sent, died } = mortal(moment, when);
  const session = await start({ ...options, network });
  submit(session).catch(() => undefined);
  await died;
  open.delete(session);
  await session.close();
  return sent;
}

const left = () => leftBehind(folder, { clock });

/** The point of it all: one job, one upload, one line in the ledger that knows its job. */
async function expectOneJob() {
  const { jobs, inputs, ledger } = await left();
  expect(jobs).toHaveLength(1);
  expect(inputs).toHaveLength(1);
  expect(ledger.map(({ job }) => job)).toEqual([jobs[0].name]);
}

const refusal = (code: number, headers: Record<string, string> = {}) =>
  Promise.resolve(Response.json({ error: { code, message: 'Not now.' } }, { status: code, headers }));

describe('a create whose answer is lost', () => {
  test.each([
    ['by a connection that breaks', loseAnswer],
    ['behind a proxy that answers 503', (pass: () => Promise<Response>) => pass().then(() => refusal(503))],
    ['behind a proxy that answers 429', (pass: () => Promise<Response>) => pass().then(() => refusal(429))],
  ])('%s, is sent once', async (_, lose) => {
    const { sent, network } = traffic((call, pass) => (isCreate(call) ? lose(pass) : undefined));
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
    expect(sent.filter(isCreate)).toHaveLength(1);
    await expectOneJob();
  });

  test('and whose job appears in the list ten seconds later, is sent once', async () => {
    let visible = 0;
    const { sent, network } = traffic((call, pass) => {
      if (isCreate(call)) {
        visible = clock.now() + 10_000;
        return loseAnswer(pass);
      }
      return isListJobs(call) && clock.now() < visible ? Promise.resolve(Response.json({})) : undefined;
    });
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
    expect(sent.filter(isCreate)).toHaveLength(1);
    await expectOneJob();
  });

  test('together with the connection, for good, is found by the next server and stays in the ledger', async () => {
    let gone = false;
    const { network } = traffic((call, pass) => {
      if (gone) return Promise.reject(new TypeError('fetch failed'));
      gone = isCreate(call);
      return gone ? loseAnswer(pass) : undefined;
    });
    const reply = await submit(await start({ network }));
    expect(reply.isError).toBe(true);
    expect((await left()).ledger, 'what may have been started counts').toHaveLength(1);
    const found = await submit(await start());
    expect(found.data).toMatchObject({ status: 'found', created_now: false });
    await expectOneJob();
  });
});

describe('a server that is killed', () => {
  test.each([
    ['before its upload', isUploadTo('inputs/'), 'before'],
    ['while it uploads', isUploadPart, 'before'],
    ['after its upload', isUploadPart, 'after'],
    ['before its claim', isUploadTo('submits/'), 'before'],
  ] as const)('%s has started nothing, and the same call starts one job', async (_, moment, when) => {
    await killed(moment, when);
    expect((await left()).jobs).toEqual([]);
    const reply = await submit(await start());
    expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
    await expectOneJob();
  });

  test('between claim and create leaves a claim that holds for two minutes, and no longer', async () => {
    await killed(isCreate, 'before');
    const claimed = clock.now();
    const next = await start();
    const early = await submit(next);
    expect(early.text).toMatch(/^\[submit_in_progress\].*two minutes/);
    clock.advance(claimed + 119_000 - clock.now());
    expect((await submit(next)).text).toMatch(/^\[submit_in_progress\]/);
    expect((await left()).jobs).toEqual([]);
    clock.advance(120_000);
    const reply = await submit(next);
    expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
    await expectOneJob();
  });

  test('between create and reply has started the job that the same call finds', async () => {
    await killed(isCreate, 'after');
    const reply = await submit(await start());
    expect(reply.data, reply.text).toMatchObject({ status: 'found', created_now: false });
    await expectOneJob();
  });

  test('again and again at every call to Google, starts one job in the end', async () => {
    for (let reached = 1; ; reached++) {
      let calls = 0;
      const { network, died } = mortal(() => ++calls === reached, reached % 2 ? 'before' : 'after');
      const session = await start({ network });
      const done = submit(session).catch(() => undefined);
      const reply = await Promise.race([done, died]);
      clock.advance(150_000);
      expect((await left()).jobs.length).toBeLessThanOrEqual(1);
      if (reply) break;
      open.delete(session);
      await session.close();
    }
    await expectOneJob();
  });
});

describe('refused for load', () => {
  const busy = (moment: (call: Sent) => boolean, code: number, times: number, retryAfter: string) => {
    let left = times;
    return traffic((call) =>
      moment(call) && left-- > 0 ? refusal(code, { 'retry-after': retryAfter }) : undefined,
    );
  };

  test.each([
    ['429', 2, '7'],
    ['503', 1, '20'],
  ])('a create is tried again after as long as %s asks for', async (code, times, after) => {
    const { sent, network } = busy(isCreate, Number(code), times, after);
    const before = clock.now();
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
    expect(sent.filter(isCreate)).toHaveLength(times + 1);
    expect(clock.now() - before).toBeGreaterThanOrEqual(times * Number(after) * 1000);
    await expectOneJob();
  });

  test('for good, a create ends within the minute that clients wait, and is started later', async () => {
    const { network } = busy(isCreate, 429, 1_000, '30');
    const before = clock.now();
    const reply = await submit(await start({ network }));
    expect(reply.text).toMatch(/^\[submit_unanswered\].*429/);
    expect(clock.now() - before).toBeLessThan(60_000);
    clock.advance(150_000);
    expect((await submit(await start())).data).toMatchObject({ status: 'started' });
    await expectOneJob();
  });

  test.each([
    ['429', isUploadTo('inputs/')],
    ['503', isUploadPart],
  ] as const)('with %s, an upload goes on when it may', async (code, moment) => {
    const { network } = busy(moment, Number(code), 4, '3');
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
    await expectOneJob();
  });
});

test('a create that is refused for good costs nothing, and goes through at once when that is mended', async () => {
  let denied = true;
  const { network } = traffic((call) => (isCreate(call) && denied ? refusal(403) : undefined));
  const session = await start({ network });
  expect((await submit(session)).text).toMatch(/403/);
  expect((await left()).ledger).toEqual([]);
  denied = false;
  const reply = await submit(session);
  expect(reply.data, reply.text).toMatchObject({ status: 'started', created_now: true });
  await expectOneJob();
});

describe('an upload that breaks off', () => {
  /** Three chunks of 8 MiB, the last one short. */
  const long = (n: number) => ({
    contents: [{ role: 'user', parts: [{ text: `${n} ${'word '.repeat(20_000)}` }] }],
  });
  const bytesOf = ({ headers }: Sent) => {
    const [, from, to] = /^bytes (\d+)-(\d+)\//.exec(headers.get('content-range') ?? '') ?? [];
    return to === undefined ? 0 : Number(to) - Number(from) + 1;
  };

  test('goes on where it stopped, in the same upload', async () => {
    const content = requestRows(200, long);
    await writeFile(join(folder, 'rows.jsonl'), content);
    let parts = 0;
    const first = await killed((call) => isUploadPart(call) && bytesOf(call) > 0 && ++parts === 2, 'after');
    const { sent, network } = traffic();
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started', rows: 200 });
    expect(sent.filter(isUploadTo('inputs/'))).toEqual([]);
    const uploads = [...first, ...sent].filter(
      (call) => isUploadPart(call) && call.url.search.includes('inputs'),
    );
    expect(uploads.reduce((sum, call) => sum + bytesOf(call), 0)).toBe(Buffer.byteLength(content));
    await expectOneJob();
  });

  test('because the file changed starts nothing, and goes well when it is as it was', async () => {
    const [content, other] = [requestRows(200, long), requestRows(200, (n) => long(n + 1_000_000))].map(
      (text) => Buffer.from(text),
    ) as [Buffer, Buffer];
    const path = join(folder, 'rows.jsonl');
    await writeFile(path, content);
    const { network } = traffic((call, pass) =>
      isUploadTo('inputs/')(call) ? writeFile(path, other.subarray(0, content.length)).then(pass) : undefined,
    );
    const reply = await submit(await start({ network }));
    expect(reply.text).toMatch(/^\[input_changed\]/);
    expect(await left()).toMatchObject(NOTHING);
    await writeFile(path, content);
    const again = await submit(await start());
    expect(again.data, again.text).toMatchObject({ status: 'started', rows: 200 });
    await expectOneJob();
  });
});

describe('a local file that is written to after the plan', () => {
  const path = () => join(folder, 'rows.jsonl');
  test.each([
    ['is changed', () => writeFile(path(), requestRows(3).replaceAll('number', 'NUMBER'))],
    ['grows', () => appendFile(path(), requestRows(1))],
    ['shrinks', () => writeFile(path(), requestRows(1))],
    ['is removed', () => unlink(path())],
  ])('%s: nothing is started, nothing is left', async (_, change) => {
    const { network } = traffic((call, pass) =>
      isUploadTo('inputs/')(call) ? change().then(pass) : undefined,
    );
    const reply = await submit(await start({ network }));
    expect(reply.text).toMatch(/^\[input_changed\]/);
    expect(await left()).toEqual(NOTHING);
  });
});

test('an object of the same name that holds something else is not taken for the input', async () => {
  const session = await start();
  const { storage } = await session.backend();
  const sha256 = createHash('sha256').update(requestRows(3)).digest('hex');
  const other = Readable.from([Buffer.from(requestRows(1))]);
  const at = { bucket: 'emulated-bucket', name: `inputs/${sha256}.jsonl` };
  await storage.upload({ ...at, bytes: other, contentType: 'application/jsonl' });
  const reply = await submit(session);
  expect(reply.isError, reply.text).toBe(true);
  expect(await left()).toMatchObject({ jobs: [], claims: [], ledger: [] });
});

test('an upload leaves no session behind that could be taken up again', async () => {
  await submit(await start());
  expect(await readdir(join(folder, 'uploads')).catch(() => [])).toEqual([]);
});
