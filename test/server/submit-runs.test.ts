import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fetch } from '../../src/backend.ts';
import { leftBehind } from '../support/left-behind.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { requestRows } from '../support/rows.ts';
import { type Called, startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { isCreate, isListJobs, isUploadPart, mortal, type Sent, traffic } from '../support/traffic.ts';

const INPUT = 'in-0123456789';
const SUBMIT = { model: 'gemini-3.5-flash-lite', input: INPUT };
const DAY = 24 * 60 * 60 * 1000;
let folder: string;
let clock: ManualClock;
const open = new Set<TestSession>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-runs-'));
  clock = manualClock({ jump: true });
});
afterEach(async () => {
  for (const session of open) await session.close();
  open.clear();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: TestOptions = {}): Promise<TestSession> {
  const session = await startSession({ folder, clock, ...options });
  open.add(session);
  return session;
}

/** An input as `compose_batch_input` leaves it behind, in files of two rows: each is a job. */
async function composed(files: number, workspace = folder): Promise<void> {
  const at = join(workspace, 'inputs', INPUT);
  await mkdir(at, { recursive: true });
  const names = Array.from({ length: files }, (_, n) => `requests-${n + 1}.jsonl`);
  for (const [n, name] of names.entries())
    await writeFile(
      join(at, name),
      requestRows(2).replaceAll('r-0', `f-${n}`).replaceAll('number', `number ${n}`),
    );
  const manifest = {
    ...{ id: INPUT, created: '2026-11-22T12:00:00Z', spec: {}, rows_in: 2 * files, rows_out: 2 * files },
    source: { path: 'table.csv', bytes: 9, columns: ['a'], unit: 'row' },
    ...{ duplicates: 0, skipped: { count: 0, by_reason: {}, first: [] }, empty_values: {} },
    ...{ rows_without_values: 0, rounded_numbers: {}, keys: { prefixed: 0 }, notes: [], bytes: 9 },
    files: names.map((name) => ({ name, rows: 2, bytes: 9, sha256: '' })),
  };
  await writeFile(join(at, 'manifest.json'), JSON.stringify(manifest));
}

const submit = ({ call }: TestSession, args = {}) => call('create_batch_job', { ...SUBMIT, ...args });
const left = () => leftBehind(folder, { clock });

/** Each file is one job, one object and one line in the ledger, however often it was tried. */
async function expectRun(files: number) {
  const { jobs, inputs, ledger } = await left();
  const tokens = jobs.map(({ labels }) => labels.submit_token);
  expect(new Set(tokens).size).toBe(files);
  expect(tokens).toHaveLength(files);
  expect(inputs).toHaveLength(files);
  expect(ledger.map(({ job }) => job).sort()).toEqual(jobs.map(({ name }) => name).sort());
  expect(new Set(jobs.map(({ labels }) => labels.run)).size).toBe(1);
  expect(jobs.map(({ labels }) => labels.shard).sort()).toEqual(
    Array.from({ length: files }, (_, n) => (files > 1 ? `${n + 1}-of-${files}` : undefined)).sort(),
  );
}

const startedNow = ({ data }: Called): number =>
  data.jobs.filter((job: { created_now: boolean }) => job.created_now).length;

describe('a run of several jobs', () => {
  beforeEach(() => composed(3));

  test('is started by one call, with one consent', async () => {
    const session = await start({ settings: { askAboveUsd: 0 } });
    const asked = await submit(session);
    expect(asked.data).toMatchObject({ status: 'needs_consent', rows: 6 });
    expect(asked.summary).toContain('as 3 jobs');
    const reply = await session.call('create_batch_job', asked.next?.arguments);
    expect(reply.data, reply.text).toMatchObject({ status: 'started', rows: 6, created_now: true });
    expect(startedNow(reply)).toBe(3);
    await expectRun(3);
  });

  const nth = (n: number) => {
    let creates = 0;
    return (call: Sent) => isCreate(call) && ++creates === n;
  };
  test.each([
    ['after its first create', 1, 'after'],
    ['before its second', 2, 'before'],
    ['after its second', 2, 'after'],
    ['after its last', 3, 'after'],
  ] as const)('broken off %s goes on there, with the same consent', async (_, n, when) => {
    const settings = { askAboveUsd: 0 };
    const { network, died } = mortal(nth(n), when);
    const first = await start({ settings, network });
    const asked = await submit(first);
    first.call('create_batch_job', asked.next?.arguments).catch(() => undefined);
    await died;
    open.delete(first);
    await first.close();
    clock.advance(121_000);
    const reply = await submit(await start({ settings }));
    expect(reply.isError, reply.text).toBe(false);
    expect(startedNow(reply)).toBe(when === 'before' ? 4 - n : 3 - n);
    await expectRun(3);
  });

  test('refused in the middle says how far it came and why, and goes on', async () => {
    const second = nth(2);
    const { network } = traffic((call) =>
      second(call)
        ? Promise.resolve(Response.json({ error: { code: 403, message: 'No `more`.' } }, { status: 403 }))
        : undefined,
    );
    const session = await start({ network });
    const reply = await submit(session);
    expect(reply.text).toMatch(/^\[half_submitted\] 1 of 3 jobs.*is started.*No .more/);
    expect((await left()).ledger).toHaveLength(1);
    expect(startedNow(await submit(session))).toBe(2);
    await expectRun(3);
  });

  test('one of which was deleted is not run in part again', async () => {
    const session = await start();
    const { data } = await submit(session);
    clock.advance(DAY);
    await session.call('delete_batch_job', { job: data.jobs[1].job });
    const reply = await submit(session);
    expect(reply.text).toMatch(/^\[ran_before\].*deleted/);
    expect((await left()).jobs).toHaveLength(2);
  });
});

describe('no more jobs at once than allowed', () => {
  test('starts two of five, and the rest with later calls and the same consent', async () => {
    await composed(5);
    const session = await start({ settings: { askAboveUsd: 0, maxJobs: 2 } });
    const asked = await submit(session);
    const reply = await session.call('create_batch_job', asked.next?.arguments);
    expect(reply.data, reply.text).toMatchObject({ status: 'started', waiting: 3 });
    expect(reply.summary).toMatch(/2 of 5 jobs.*3 jobs more must wait/);
    expect(startedNow(reply)).toBe(2);
    const early = await submit(session);
    expect(early.data, early.text).toMatchObject({ created_now: false, waiting: 3 });
    for (const [started, waiting] of [
      [2, 1],
      [1, undefined],
    ]) {
      clock.advance(DAY);
      const later = await submit(session);
      expect(startedNow(later)).toBe(started);
      expect(later.data.waiting).toBe(waiting);
    }
    await expectRun(5);
  });

  test('where others take all the room, nothing is started and nothing claims to be', async () => {
    await composed(2);
    await writeFile(join(folder, 'rows.jsonl'), requestRows(2));
    const session = await start({ settings: { maxJobs: 1 } });
    await submit(session, { input: 'rows.jsonl' });
    const reply = await submit(session);
    expect(reply.data, reply.text).toMatchObject({ created_now: false, waiting: 2 });
    expect(reply.data.status).not.toBe('started');
    const next = await session.call(reply.next?.tool ?? '', reply.next?.arguments);
    expect(next.isError, next.text).toBe(false);
    expect((await left()).jobs).toHaveLength(1);
  });

  test('a run started on purpose once more is finished, not begun a third time', async () => {
    await composed(3);
    const session = await start();
    await submit(session);
    clock.advance(DAY);
    const limited = await start({ settings: { maxJobs: 2 } });
    const again = await submit(limited, { allow_duplicate: true });
    expect(startedNow(again)).toBe(2);
    clock.advance(DAY);
    const rest = await submit(limited, { allow_duplicate: true });
    expect(rest.data.run).toBe(again.data.run);
    expect(startedNow(rest)).toBe(1);
    expect((await left()).jobs).toHaveLength(6);
  });
});

describe('a limit on what a submit may cost', () => {
  test('holds for the rest of a run, too', async () => {
    await composed(3);
    const { data } = await submit(await start({ settings: { maxJobs: 1 } }));
    clock.advance(DAY);
    const reply = await submit(await start({ settings: { maxJobUsd: data.usd.high / 2 } }));
    expect(reply.text).toMatch(/^\[over_job_limit\]/);
    expect((await left()).jobs).toHaveLength(1);
  });

  test('of a day counts a job once whose create was not answered', async () => {
    await composed(3);
    let lost = true;
    const { network } = traffic((call) =>
      isCreate(call) && lost ? Promise.resolve(Response.json({}, { status: 503 })) : undefined,
    );
    const dry = await submit(await start(), { dry_run: true });
    const session = await start({ network, settings: { maxDayUsd: dry.data.usd.high * 1.1 } });
    expect((await submit(session)).text).toMatch(/^\[submit_unanswered\]/);
    lost = false;
    clock.advance(121_000);
    const reply = await submit(session);
    expect(reply.data, reply.text).toMatchObject({ status: 'started' });
    await expectRun(3);
  });
});

describe('a plan that ran', () => {
  const submitRows = (session: TestSession, args = {}) => submit(session, { input: 'rows.jsonl', ...args });
  beforeEach(() => writeFile(join(folder, 'rows.jsonl'), requestRows(2)));

  test('and whose job was deleted runs again on purpose only', async () => {
    const session = await start();
    const { data } = await submitRows(session);
    clock.advance(DAY);
    await session.call('delete_batch_job', { job: data.job });
    const reply = await submitRows(session);
    expect(reply.text).toMatch(/^\[ran_before\].*deleted.*allow_duplicate/);
    expect((await left()).jobs).toEqual([]);
    const again = await submitRows(session, { allow_duplicate: true });
    expect(again.data, again.text).toMatchObject({ status: 'started' });
    expect(again.data.run).not.toBe(data.run);
    expect((await left()).jobs).toHaveLength(1);
  });

  test('is found while the list does not show its job yet', async () => {
    let lag = false;
    const { network } = traffic((call) =>
      lag && isListJobs(call) ? Promise.resolve(Response.json({})) : undefined,
    );
    const session = await start({ network });
    const { data } = await submitRows(session);
    lag = true;
    const reply = await submitRows(session);
    expect(reply.data, reply.text).toMatchObject({ status: 'found', job: data.job });
    expect((await left()).jobs).toHaveLength(1);
  });

  test('is submitted again after midnight where nothing came of it: the new day pays', async () => {
    clock = manualClock({ jump: true, start: '2026-11-22T23:58:00Z' });
    let lost = true;
    const { network } = traffic((call) =>
      isCreate(call) && lost ? Promise.reject(new TypeError('fetch failed')) : undefined,
    );
    const session = await start({ network });
    expect((await submitRows(session)).text).toMatch(/^\[submit_unanswered\]/);
    lost = false;
    clock.advance(10 * 60_000);
    const reply = await submitRows(session);
    expect((await left()).ledger).toMatchObject([{ at: expect.stringMatching(/^2026-11-23/) }]);
    const limited = await start({ settings: { maxDayUsd: reply.data.usd.high * 1.5 } });
    const second = await submitRows(limited, { allow_duplicate: true });
    expect(second.text).toMatch(/^\[over_day_limit\]/);
  });
});

test('an object that is written to after the first look at it is not submitted, whenever that happens', async () => {
  const OBJECT = { bucket: 'emulated-bucket', name: 'in/rows.jsonl' };
  const put = async (rows: number) => {
    const { storage } = await (await start()).backend();
    const bytes = Readable.from([Buffer.from(requestRows(rows))]);
    const there = await storage.stat(OBJECT.bucket, OBJECT.name);
    const ifGenerationMatch = there?.generation ?? '0';
    await storage.upload({ ...OBJECT, bytes, contentType: 'application/jsonl', ifGenerationMatch });
  };
  await put(2);
  const codes: string[] = [];
  for (let rewriteAt = 2; ; rewriteAt++) {
    let looks = 0;
    const { network } = traffic(({ method, url }, pass) => {
      const isLook = method === 'GET' && url.pathname.endsWith('/o/in%2Frows.jsonl');
      return isLook && ++looks === rewriteAt ? put(rewriteAt).then(pass) : undefined;
    });
    const reply = await submit(await start({ network }), { input: `gs://${OBJECT.bucket}/${OBJECT.name}` });
    if (looks < rewriteAt) break;
    codes.push(/^\[(\w+)\]/.exec(reply.text)?.[1] ?? reply.text);
    expect(await left()).toMatchObject({ jobs: [], claims: [], ledger: [] });
  }
  // Seen while it is read for the estimate, or right before the job.
  expect(new Set(codes)).toEqual(new Set(['object_rewritten', 'input_changed']));
  expect(codes.at(-1)).toBe('input_changed');
  expect((await left()).jobs).toHaveLength(1);
});

describe('two who submit the same plan at the same moment', () => {
  beforeEach(() => composed(1));

  /** A look for the job of one submit. */
  const isLook = (call: Sent) =>
    isListJobs(call) && !!call.url.searchParams.get('filter')?.includes('submit_token');

  const isClaim = (call: Sent) => isUploadPart(call) && call.url.href.includes('submits');

  /**
   * The create of who has the claim takes until somebody else has looked for its job in vain, or creates, too.
   * Looks of the others wait for it to begin: the clock jumps, and would take them past it.
   */
  function slowCreate() {
    let [begin, go] = [() => {}, () => {}];
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const disturbed = new Promise<void>((resolve) => {
      go = resolve;
    });
    let creating: Promise<Response> | undefined;
    let [claimed, looks] = [false, 0];
    const { network } = traffic((call, pass) => {
      if (isCreate(call) && creating !== undefined) {
        go();
        return undefined;
      }
      if (isCreate(call)) {
        begin();
        creating = disturbed.then(pass);
        return creating;
      }
      if (isClaim(call))
        return pass().finally(() => {
          claimed = true;
        });
      if (!isLook(call) || !claimed) return undefined;
      return begun.then(() => {
        if (++looks === 1) return pass();
        go();
        return creating?.then(pass) ?? pass();
      });
    });
    return { network, begun };
  }

  test('from one folder start one job', async () => {
    const { network } = slowCreate();
    const servers = [await start({ network }), await start({ network })];
    // The emulator's bucket is made by the first call; this is about what comes after.
    for (const server of servers) await server.call('list_batch_jobs');
    const replies = await Promise.all(servers.map((server) => submit(server)));
    for (const reply of replies) expect(reply.isError, reply.text).toBe(false);
    expect(replies.map(({ data }) => data.created_now).sort()).toEqual([false, true]);
    await expectRun(1);
  });

  test('as two clients of one server start one job', async () => {
    const server = await start({ network: slowCreate().network });
    const replies = await Promise.all([submit(server), submit(server), submit(server)]);
    for (const reply of replies) expect(reply.isError, reply.text).toBe(false);
    expect(replies.filter(({ data }) => data.created_now)).toHaveLength(1);
    await expectRun(1);
  });

  /** Another machine: a workspace and a clock of its own, the same Google. */
  async function elsewhere(google: () => Fetch, options: TestOptions = {}) {
    const workspace = await mkdtemp(join(tmpdir(), 'vertex-batch-elsewhere-'));
    await composed(1, workspace);
    const session = await startSession({ folder: workspace, network: () => google(), ...options });
    const close = async () => {
      await session.close();
      await rm(workspace, { recursive: true, force: true });
    };
    return { ...session, close };
  }

  test.each([0, 5, -5])('on two machines, one clock %d minutes ahead, start one job', async (minutes) => {
    let google: Fetch | undefined;
    const { network, begun } = slowCreate();
    const here = await start({
      network: (next) => {
        google = network(next);
        return google;
      },
    });
    await here.call('list_batch_jobs');
    const otherClock = { ...clock, now: () => clock.now() + minutes * 60_000 };
    const other = await elsewhere(() => google as Fetch, { clock: otherClock });
    open.add(other);
    const first = submit(here);
    await begun;
    const replies = await Promise.all([first, submit(other)]);
    expect((await left()).jobs).toHaveLength(1);
    for (const reply of replies) expect(reply.isError, reply.text).toBe(false);
  });

  test('one of whom held still in between for long start one job', async () => {
    // Its look for the job is answered at once, and heard only five minutes later.
    let held = false;
    const { network } = traffic((call, pass) => {
      if (held || !isLook(call)) return undefined;
      held = true;
      return pass().then(async (answer) => {
        await submit(await start());
        clock.advance(300_000);
        return answer;
      });
    });
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'found' });
    await expectRun(1);
  });

  test('one of whom needed long for its claim start one job', async () => {
    let held = false;
    const { network } = traffic((call, pass) => {
      if (held || !isClaim(call)) return undefined;
      held = true;
      return pass().then(async (answer) => {
        clock.advance(300_000);
        await submit(await start());
        return answer;
      });
    });
    const reply = await submit(await start({ network }));
    expect(reply.data, reply.text).toMatchObject({ status: 'found' });
    await expectRun(1);
  });
});
