import { afterEach, expect, test } from 'vitest';
import { runPreview } from '../../src/pipeline/preview.ts';
import { planPreview } from '../../src/pipeline/preview-plan.ts';
import { movieRows } from '../estimate/movie-rows.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';
import { portsOf } from './session-ports.ts';

let session: TestSession;
afterEach(() => session.close());

const spec = (input: string, rows = 3) => ({
  ...{ input, model: 'gemini-3.8-flash', rows, seed: 1, again: false },
  pick: 'first' as const,
});

test('broken off, it keeps and charges what was answered, and goes on with the rest', async () => {
  const cancel = new AbortController();
  let stuck = true;
  const { sent, network } = traffic(({ url, body }) =>
    stuck && url.pathname.endsWith(':generateContent') && JSON.stringify(body).includes('Talk About')
      ? new Promise(() => {})
      : undefined,
  );
  const asked = () => sent.filter(({ url }) => url.pathname.endsWith(':generateContent')).length;
  session = await startSession({ network });
  const input = await session.file('movies.jsonl', movieRows());
  const ports = await portsOf(session, {
    signal: cancel.signal,
    progress: ({ done, total }) => {
      if (done === 2 && total === 3) cancel.abort(new Error('cancelled'));
    },
  });
  const plan = await planPreview(spec(input), ports);
  await expect(runPreview(plan, ports)).rejects.toThrow('cancelled');
  expect(asked()).toBe(3);
  const [entry] = await ports.ledger.entries();
  expect(entry?.actual).toMatchObject({ rows: 2 });
  // The third was under way, and may be charged.
  expect(entry?.actual?.usd).toBeGreaterThan((plan.expected?.high ?? 0) / 3);

  stuck = false;
  const later = await portsOf(session);
  const rest = await planPreview(spec(input), later);
  expect(rest.open.map(({ key }) => key)).toEqual(['r-000003']);
  expect(rest.entry.token).not.toBe(plan.entry.token);
  const { rows, usd } = await runPreview(rest, later);
  expect(rows.map(({ answer }) => answer.outcome)).toEqual(['ok', 'ok', 'ok']);
  expect(asked()).toBe(4);
  const spent = (await later.ledger.entries()).map(({ actual }) => actual?.usd ?? 0);
  expect(spent.sort()).toEqual([usd, entry?.actual?.usd].sort());
});

test('killed, it stays in the ledger at the most that it may have cost', async () => {
  session = await startSession();
  const ports = await portsOf(session);
  const plan = await planPreview(spec(await session.file('movies.jsonl', movieRows())), ports);
  await ports.ledger.write(plan.entry);
  expect(await ports.ledger.spentToday()).toBe(plan.expected?.high);
});

test('asks four rows at once, and no more', async () => {
  let [now, most] = [0, 0];
  const { network } = traffic(({ url }, pass) => {
    if (!url.pathname.endsWith(':generateContent')) return undefined;
    now += 1;
    most = Math.max(most, now);
    return pass().finally(() => {
      now -= 1;
    });
  });
  session = await startSession({ network });
  const ports = await portsOf(session);
  const plan = await planPreview(spec(await session.file('movies.jsonl', movieRows()), 20), ports);
  expect((await runPreview(plan, ports)).rows).toHaveLength(20);
  expect(most).toBe(4);
});
