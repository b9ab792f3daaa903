import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkAgreement, sealAgreement } from '../../src/pipeline/confirm-value.ts';
import { createHttpHandler } from '../../src/server/http.ts';
import { createSession } from '../../src/server/session.ts';
import { leftBehind, NOTHING } from '../support/left-behind.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { requestRows } from '../support/rows.ts';
import {
  readResult,
  startSession,
  type TestOptions,
  type TestSession,
  testSettings,
} from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

const SUBMIT = { model: 'gemini-3.5-flash-lite', input: 'rows.jsonl' };
const MINUTE = 60_000;
let folder: string;
let clock: ManualClock;
const open: { close(): Promise<void> }[] = [];
const folders: string[] = [];
const newFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'vertex-batch-consent-'));
  folders.push(path);
  await writeFile(join(path, 'rows.jsonl'), requestRows(3));
  return path;
};
beforeEach(async () => {
  folder = await newFolder();
  clock = manualClock({ jump: true });
});
afterEach(async () => {
  for (const session of open.splice(0)) await session.close();
  for (const path of folders.splice(0)) await rm(path, { recursive: true, force: true });
});

async function start({ settings, ...options }: TestOptions = {}): Promise<TestSession> {
  const session = await startSession({
    folder,
    clock,
    settings: { askAboveUsd: 0, ...settings },
    ...options,
  });
  open.push(session);
  return session;
}
const submit = ({ call }: TestSession, args = {}) => call('create_batch_job', { ...SUBMIT, ...args });
const left = () => leftBehind(folder, { clock });
const path = (name: string) => join(folder, name);

describe('a confirm value', () => {
  const refused = async (session: TestSession, args: object, expected: RegExp) => {
    const reply = await submit(session, args);
    expect(reply.text).toMatch(expected);
    expect(reply.isError).toBe(true);
    expect(await left()).toEqual(NOTHING);
  };

  test('comes with the call to send it in, word for word', async () => {
    const args = {
      ...{ location: 'global', output: 'gs://emulated-bucket/there/', name: 'My job', labels: { a: 'b' } },
      kms_key: 'projects/p/locations/global/keyRings/r/cryptoKeys/k',
      allow_duplicate: true,
    };
    const { data, next } = await submit(await start(), args);
    expect(next).toMatchObject({ tool: 'create_batch_job' });
    expect(next?.arguments).toEqual({ ...SUBMIT, ...args, confirm: data.confirm });
  });

  test('is good for an hour', async () => {
    const session = await start();
    const { data } = await submit(session);
    expect(Date.parse(data.valid_until) - clock.now()).toBe(60 * MINUTE);
    clock.advance(61 * MINUTE);
    await refused(session, { confirm: data.confirm }, /^\[consent_expired\].*hour/);
    const { data: anew } = await submit(session);
    clock.advance(60 * MINUTE);
    expect((await submit(session, { confirm: anew.confirm })).data).toMatchObject({ status: 'started' });
  });

  test('with any part of it changed is worth nothing', async () => {
    const session = await start();
    const confirm: string = (await submit(session)).data.confirm;
    const parts = confirm.split('.');
    const [token = '', expires = '', most = '', signature = ''] = parts;
    const other = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');
    const later = (Number.parseInt(expires, 36) + 3600).toString(36);
    const forged = [
      ...[0, 1, 2, 3].map((at) => parts.map((part, n) => (n === at ? other(part) : part)).join('.')),
      [token, later, most, signature].join('.'),
      [token, expires, 'zzzzzz', signature].join('.'),
      [token, expires, '', signature].join('.'),
      ...[`${confirm} `, confirm.slice(0, -1), confirm.toUpperCase(), 'yes', '', '...', '€'.repeat(22)],
    ];
    for (const value of forged) await refused(session, { confirm: value }, /^\[consent_invalid\]/);
  });

  test('of another workspace is worth nothing here', async () => {
    const elsewhere = await start({ folder: await newFolder() });
    const { data } = await submit(elsewhere);
    await refused(await start(), { confirm: data.confirm }, /^\[consent_invalid\].*another workspace/);
  });

  test('of another project is worth nothing here', () => {
    const agreement = { token: 'a'.repeat(40), project: 'here', most: 1, expires: 3_600_000 };
    const value = sealAgreement(agreement, 'key');
    const asked = { ...agreement, price: 1, now: 0 };
    expect(checkAgreement(value, asked, 'key')).toBe('agreed');
    expect(checkAgreement(value, { ...asked, project: 'there' }, 'key')).toBe('forged');
  });

  test.each<[string, object]>([
    ['another model', { model: 'gemini-3.8-flash' }],
    ['another location', { location: 'us' }],
    ['another place for the output', { output: 'gs://emulated-bucket/elsewhere' }],
    ['other labels', { labels: { team: 'b' } }],
    ['a key', { kms_key: 'projects/p/locations/global/keyRings/r/cryptoKeys/k' }],
    ['another file', { input: 'others.jsonl' }],
  ])('is not one for %s', async (_, change) => {
    await writeFile(path('others.jsonl'), requestRows(4));
    const session = await start();
    const { data } = await submit(session, { labels: { team: 'a' } });
    await refused(session, { labels: { team: 'a' }, ...change, confirm: data.confirm }, /^\[plan_changed\]/);
  });

  test('is not one for what the file holds now', async () => {
    const session = await start();
    const { data } = await submit(session);
    await writeFile(path('rows.jsonl'), requestRows(3).replace('number 1', 'number 7'));
    await refused(session, { confirm: data.confirm }, /^\[plan_changed\].*content of the input/);
  });

  test('is not one for running the same once more', async () => {
    const session = await start();
    const { data } = await submit(session);
    const first = await submit(session, { confirm: data.confirm });
    expect(first.data).toMatchObject({ status: 'started' });
    const again = await submit(session, { confirm: data.confirm, allow_duplicate: true });
    expect(again.text).toMatch(/^\[plan_changed\]/);
    const twice = await submit(session, { allow_duplicate: true });
    expect(twice.data).toMatchObject({ status: 'needs_consent' });
    expect((await left()).jobs).toHaveLength(1);
  });

  const prices = (perMillion: number, from = '2026-01') =>
    writeFile(
      path('prices.json'),
      JSON.stringify({
        as_of: '2026-11-20',
        prices: {
          [SUBMIT.model]: { periods: [{ from, inputPerMillion: perMillion, outputPerMillion: perMillion }] },
        },
      }),
    );

  test('is not one for a higher price, and is one for a lower', async () => {
    await prices(10);
    const session = await start({ settings: { prices: path('prices.json') } });
    const { data, summary } = await submit(session);
    expect(summary).toContain('2026-11-20');
    await prices(10.5);
    await refused(session, { confirm: data.confirm }, /^\[plan_changed\].*more/);
    await prices(9);
    expect((await submit(session, { confirm: data.confirm })).data).toMatchObject({ status: 'started' });
  });

  test('for a price that nobody knew is one for any price, and says so', async () => {
    await prices(10, '2027-01');
    const session = await start({ settings: { askAboveUsd: 1_000_000, prices: path('prices.json') } });
    const { data, summary } = await submit(session);
    expect(data).toMatchObject({ status: 'needs_consent' });
    expect(data.usd).toBeUndefined();
    expect(summary).toContain('at a price that is not known');
    expect((await submit(session, { confirm: data.confirm })).data).toMatchObject({ status: 'started' });
  });

  test('stays good for another display name, and another spelling of the same place', async () => {
    const session = await start();
    const place = 'gs://emulated-bucket/there';
    const { data } = await submit(session, { output: place });
    const reply = await submit(session, { output: `${place}/`, name: 'Mine', confirm: data.confirm });
    expect(reply.data, reply.text).toMatchObject({ status: 'started' });
    expect((await submit(session, { output: place })).data).toMatchObject({ status: 'found' });
  });

  test('of one server is taken by the next, and used once', async () => {
    const { data } = await submit(await start());
    const done = await submit(await start(), { confirm: data.confirm });
    expect(done.data, done.text).toMatchObject({ status: 'started' });
    const again = await submit(await start(), { confirm: data.confirm });
    expect(again.data, again.text).toMatchObject({ status: 'found', job: done.data.job });
    expect((await left()).jobs).toHaveLength(1);
  });
});

describe('nobody is asked', () => {
  test('below --ask-above-usd', async () => {
    const { usd } = (await submit(await start(), { dry_run: true })).data;
    const asked = await submit(await start({ settings: { askAboveUsd: usd.high * 0.99 } }));
    expect(asked.data).toMatchObject({ status: 'needs_consent' });
    const reply = await submit(await start({ settings: { askAboveUsd: usd.high * 1.01 } }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started' });
  });

  test('by the emulator, unless it was told to', async () => {
    const reply = await submit(await start({ settings: { askAboveUsd: undefined } }));
    expect(reply.data, reply.text).toMatchObject({ status: 'started' });
  });

  test('about a dry run, which leaves nothing, not even a key', async () => {
    const { sent, network } = traffic();
    const reply = await submit(await start({ network, settings: { maxJobUsd: 0 } }), { dry_run: true });
    expect(reply.data, reply.text).toMatchObject({ status: 'planned', created_now: false, rows: 3 });
    expect(reply.next).toMatchObject({ tool: 'create_batch_job', arguments: SUBMIT });
    expect(await left()).toEqual(NOTHING);
    expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
    await expect(stat(path('consent.key'))).rejects.toThrow('ENOENT');
  });
});

describe('a limit refuses what a person agreed to', () => {
  const agreed = async () => {
    const { data } = await submit(await start());
    return { confirm: data.confirm, high: data.usd.high };
  };

  test('of a submit', async () => {
    const { confirm, high } = await agreed();
    const reply = await submit(await start({ settings: { maxJobUsd: high * 0.99 } }), { confirm });
    expect(reply.text).toMatch(/^\[over_job_limit\].*--max-job-usd/);
    expect(await left()).toEqual(NOTHING);
    const roomy = await start({ settings: { maxJobUsd: high * 1.01 } });
    expect((await submit(roomy, { confirm })).data).toMatchObject({ status: 'started' });
  });

  test('of a day, until the day is over', async () => {
    const { confirm, high } = await agreed();
    const session = await start({ settings: { maxDayUsd: high * 1.5 } });
    expect((await submit(session, { confirm })).data).toMatchObject({ status: 'started' });
    await writeFile(path('rows.jsonl'), requestRows(3).replaceAll('number', 'digits'));
    const other = await agreed();
    const reply = await submit(session, { confirm: other.confirm });
    expect(reply.text).toMatch(/^\[over_day_limit\].*already.*--max-day-usd/);
    expect((await left()).jobs).toHaveLength(1);
    clock.advance(12 * 60 * MINUTE);
    const tomorrow = await agreed();
    expect((await submit(session, { confirm: tomorrow.confirm })).data).toMatchObject({ status: 'started' });
  });

  test('of a day, also where two submit at once', async () => {
    const session = await start();
    await writeFile(path('others.jsonl'), requestRows(3).replaceAll('number', 'digits'));
    const asked = [await submit(session), await submit(session, { input: 'others.jsonl' })];
    const limited = await start({ settings: { maxDayUsd: asked[0]?.data.usd.high * 1.5 } });
    const replies = await Promise.all(
      asked.map(({ next }) => limited.call('create_batch_job', next?.arguments)),
    );
    const { jobs, ledger } = await left();
    expect(jobs.length).toBeLessThanOrEqual(1);
    expect(ledger).toHaveLength(jobs.length);
    for (const { text } of replies.filter(({ isError }) => isError))
      expect(text).toMatch(/^\[over_day_limit\]/);
  });

  test.each([{ maxJobUsd: 1_000_000 }, { maxDayUsd: 1_000_000 }])(
    'where the price is not known: %j',
    async (limit) => {
      await writeFile(
        path('prices.json'),
        JSON.stringify({
          as_of: '2026-11-20',
          prices: {
            [SUBMIT.model]: { periods: [{ from: '2027-01', inputPerMillion: 1, outputPerMillion: 1 }] },
          },
        }),
      );
      const prices = path('prices.json');
      const { data } = await submit(await start({ settings: { prices } }));
      const reply = await submit(await start({ settings: { prices, ...limit } }), { confirm: data.confirm });
      expect(reply.text).toMatch(/^\[price_unknown\].*--prices/);
      expect(await left()).toEqual(NOTHING);
    },
  );
});

describe('the key that signs', () => {
  test('is for its owner’s eyes only, and stays what it is', async () => {
    await submit(await start());
    const { mode } = await stat(path('consent.key'));
    expect(mode & 0o777).toBe(0o600);
    const key = await readFile(path('consent.key'), 'utf8');
    expect(key.trim()).toMatch(/^[0-9a-f]{64}$/);
    await submit(await start());
    expect(await readFile(path('consent.key'), 'utf8')).toBe(key);
  });

  test('is one key for all who ask first at the same moment', async () => {
    const sessions = [await start(), await start(), await start()];
    // The emulator's bucket is made by the first call; this is about the key.
    for (const session of sessions) await session.call('list_batch_jobs');
    const asked = await Promise.all([...sessions, ...sessions].map((session) => submit(session)));
    for (const { data, text } of asked) {
      expect(data, text).toMatchObject({ status: 'needs_consent' });
      const reply = await submit(sessions[0] as TestSession, { confirm: data.confirm });
      expect(reply.isError, reply.text).toBe(false);
    }
    expect((await left()).jobs).toHaveLength(1);
  });

  test('may be a file that servers share', async () => {
    const consentKey = path('shared.key');
    await writeFile(consentKey, `${'k'.repeat(32)}\n`);
    const elsewhere = await newFolder();
    const { data } = await submit(await start({ folder: elsewhere, settings: { consentKey } }));
    const reply = await submit(await start({ settings: { consentKey } }), { confirm: data.confirm });
    expect(reply.data, reply.text).toMatchObject({ status: 'started' });
    await expect(stat(path('consent.key'))).rejects.toThrow('ENOENT');
  });

  test.each([
    ['short', 'k'.repeat(31)],
    ['empty', ''],
    ['missing', undefined],
  ])('is refused where it is %s', async (_, key) => {
    const consentKey = path('shared.key');
    if (key !== undefined) await writeFile(consentKey, `  ${key}\n`);
    const reply = await submit(await start({ settings: { consentKey } }));
    expect(reply.text).toMatch(/^\[bad_consent_key\].*--consent-key/);
    expect(await left()).toEqual(NOTHING);
  });
});

describe('a client that answers for the person', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a request as it goes over the wire.
  type Params = any;

  /** A form that is always filled in; `meddle` changes the request that brings the answer back. */
  async function asking(meddle: (params: Params) => unknown = () => {}, whileAsked = () => {}) {
    const session = createSession({
      settings: testSettings(folder, { askAboveUsd: 0 }),
      clock,
      log: () => {},
    });
    const handler = createHttpHandler(session);
    const client = new Client(
      { name: 'test', version: '1.0.0' },
      {
        capabilities: { elicitation: {} },
        versionNegotiation: { mode: { pin: '2026-07-28' } },
      },
    );
    client.setRequestHandler('elicitation/create', () => {
      whileAsked();
      return { action: 'accept', content: { approve: true } };
    });
    const send = (url: string | URL, init?: RequestInit) => {
      const message = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      if (message?.params?.inputResponses === undefined) return handler.fetch(new Request(url, init));
      meddle(message.params);
      return handler.fetch(new Request(url, { ...init, body: JSON.stringify(message) }));
    };
    await client.connect(
      new StreamableHTTPClientTransport(new URL('http://test.local/mcp'), { fetch: send }),
    );
    open.push({
      close: async () => {
        await client.close();
        await handler.close();
        await session.close();
      },
    });
    return async (args = {}) =>
      readResult(await client.callTool({ name: 'create_batch_job', arguments: { ...SUBMIT, ...args } }));
  }

  test('within the hour starts the job', async () => {
    const call = await asking(undefined, () => clock.advance(59 * MINUTE));
    expect((await call()).data).toMatchObject({ status: 'started' });
  });

  test.each<[string, RegExp, (params: Params) => unknown]>([
    [
      'with a question that it made up',
      /consent_invalid/,
      (params) => {
        params.requestState = 'made-up';
      },
    ],
    ['to no question', /consent_invalid/, (params) => delete params.requestState],
    [
      'to another question',
      /plan_changed/,
      (params) => {
        params.arguments.labels = { a: 'b' };
      },
    ],
    [
      'about more rows than were asked about',
      /plan_changed/,
      (params) => {
        params.arguments.input = 'more.jsonl';
      },
    ],
    [
      'with a word that is no tick',
      /consent_declined/,
      (params) => {
        params.inputResponses.consent.content.approve = 'yes';
      },
    ],
    [
      'with a tick, and says no',
      /consent_declined/,
      (params) => {
        params.inputResponses.consent.action = 'decline';
      },
    ],
  ])('%s starts nothing', async (_, code, meddle) => {
    await writeFile(path('more.jsonl'), requestRows(5));
    const call = await asking(meddle);
    expect((await call()).text).toMatch(code);
    expect(await left()).toEqual(NOTHING);
  });

  test('after an hour starts nothing', async () => {
    const call = await asking(undefined, () => clock.advance(61 * MINUTE));
    expect((await call()).text).toMatch(/^\[consent_expired\]/);
    expect(await left()).toEqual(NOTHING);
  });

  test('after the file has changed starts nothing', async () => {
    const changes: Promise<void>[] = [];
    const call = await asking(
      () => {},
      () => changes.push(writeFile(path('rows.jsonl'), requestRows(9))),
    );
    const reply = await call();
    await Promise.all(changes);
    expect(reply.text).toMatch(/^\[plan_changed\]/);
    expect(await left()).toEqual(NOTHING);
  });
});
