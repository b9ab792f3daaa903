import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { createRun, RUN } from '../support/runs.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

let session: TestSession;
const { network } = traffic(({ url }) =>
  url.hostname.startsWith('europe-west4-')
    ? Promise.resolve(
        Response.json(
          { error: { code: 403, message: 'Denied', status: 'PERMISSION_DENIED' } },
          { status: 403 },
        ),
      )
    : undefined,
);
const submit = async (name: string, args: object = {}) => {
  const input = await session.file(
    `${name}.jsonl`,
    requestRows(2, () => ({ contents: [{ role: 'user', parts: [{ text: name }] }] })),
  );
  const reply = await session.call('create_batch_job', {
    model: 'gemini-3.5-flash-lite',
    input,
    name,
    ...args,
  });
  expect(reply.isError, reply.text).toBe(false);
  session.clock.advance(1_000);
  return reply.data.job;
};

beforeEach(async () => {
  session = await startSession({ network });
});
afterEach(() => session.close());

test('lists jobs of all locations, newest first, and says where it could not look', async () => {
  await submit('first', { model: 'gemini-3.8-flash', location: 'us' });
  await submit('second', { model: 'gemini-3.8-flash', location: 'eu' });
  const reply = await session.call('list_batch_jobs');
  expect(reply.data.jobs.map(({ name }: { name: string }) => name)).toEqual(['second', 'first']);
  expect(reply.data.unreachable).toEqual([{ location: 'europe-west4', why: '«Denied»' }]);
  expect(reply).toMatchSnapshot();
});

test('filters by state, model, name, label, place and time', async () => {
  const old = await submit('old', { labels: { team: 'a' } });
  session.clock.advance(86_400_000);
  const recent = await submit('recent', { labels: { team: 'b' }, model: 'gemini-3.8-flash', location: 'eu' });
  const found = async (filter: object) =>
    (await session.call('list_batch_jobs', { ...filter })).data.jobs.map(({ job }: { job: string }) => job);
  expect(await found({ state: 'ended' })).toEqual([old]);
  expect(await found({ state: 'active' })).toEqual([recent]);
  expect(await found({ state: 'succeeded' })).toEqual([old]);
  expect(await found({ model: '3.8' })).toEqual([recent]);
  expect(await found({ name: 'OLD' })).toEqual([old]);
  expect(await found({ labels: { team: 'b' } })).toEqual([recent]);
  expect(await found({ location: 'eu' })).toEqual([recent]);
  expect(await found({ created_after: '2026-11-23T00:00:00Z' })).toEqual([recent]);
});

test('shows what fits and names the call for the rest', async () => {
  for (const name of ['a1', 'b2', 'c3']) await submit(name);
  const first = await session.call('list_batch_jobs', { limit: 2 });
  expect(first.data.total).toBe(3);
  expect(first.data.jobs).toHaveLength(2);
  const rest = await session.call(first.next!.tool, first.next!.arguments);
  expect(rest.data.jobs.map(({ name }: { name: string }) => name)).toEqual(['a1']);
});

test('refuses a state that does not exist, and a label key that would change the filter', async () => {
  expect((await session.call('list_batch_jobs', { state: 'sleeping' })).text).toMatch(
    /^\[bad_state\].*partially_succeeded/,
  );
  const hostile = { labels: { 'a="b" OR labels.x': 'y' } };
  expect((await session.call('list_batch_jobs', hostile)).text).toMatch(/^\[bad_label\]/);
});

test('shows the jobs of a run, each with its shard, and the run as what to look at', async () => {
  await submit('alone');
  await createRun(session, [2, 2], { location: 'eu' });
  const { data, next } = await session.call('list_batch_jobs', { run: RUN });
  expect(data.jobs.map(({ run, shard }: { run: string; shard: string }) => [run, shard])).toEqual(
    expect.arrayContaining([
      [RUN, '1-of-2'],
      [RUN, '2-of-2'],
    ]),
  );
  expect(data.total).toBe(2);
  expect(next).toMatchObject({ tool: 'get_job_status', arguments: { job: RUN } });
  const hostile = await session.call('list_batch_jobs', { run: 'run-1" OR labels.x="y' });
  expect(hostile.text).toMatch(/^\[bad_run_id\]/);
});

test('looks only where this server may go', async () => {
  await session.close();
  session = await startSession({ settings: { allowLocations: ['eu', 'us'] } });
  const { summary } = await session.call('list_batch_jobs');
  expect(summary).toContain('0 jobs in 2 locations');
});
