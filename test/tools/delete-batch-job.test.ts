import { afterEach, describe, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { createRun, RUN } from '../support/runs.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

let session: TestSession;
afterEach(() => session.close());

test('deletes an ended job, not one under way, and leaves its output', async () => {
  session = await startSession();
  const input = await session.file('rows.jsonl', requestRows(3));
  const { job } = (await session.call('create_batch_job', { model: 'gemini-3.5-flash-lite', input })).data;
  const early = await session.call('delete_batch_job', { job });
  expect(early.text).toMatch(/^\[job_not_ended\].*cancel_batch_job/);
  session.clock.advance(86_400_000);
  const reply = await session.call('delete_batch_job', { job });
  expect(reply).toMatchSnapshot();
  expect((await session.call('get_job_status', { job })).text).toMatch(/^\[job_not_found\]/);
  const { storage } = await session.backend();
  const left = [];
  for await (const { name } of storage.list('emulated-bucket', { prefix: 'outputs/' })) left.push(name);
  expect(left.some((name) => name.endsWith('predictions.jsonl'))).toBe(true);
});

describe('a run', () => {
  test('is not deleted while any of its jobs goes on, and then as a whole', async () => {
    session = await startSession();
    await createRun(session, [20_000, 5]);
    session.clock.advance(300_000);
    const early = await session.call('delete_batch_job', { job: RUN });
    expect(early.text).toMatch(
      new RegExp(`^\\[job_not_ended\\] 1 of 2 jobs of ${RUN} is JOB_STATE_RUNNING; nothing was deleted\\.`),
    );
    expect((await session.call('list_batch_jobs', { run: RUN })).data.total).toBe(2);
    session.clock.advance(86_400_000);
    const { data, summary } = await session.call('delete_batch_job', { job: RUN });
    expect(summary).toContain('Deleted the 2 jobs of the run.');
    expect(data.jobs).toEqual([
      expect.objectContaining({
        shard: '1-of-2',
        deleted: true,
        output: expect.stringContaining('/1-of-2/'),
      }),
      expect.objectContaining({
        shard: '2-of-2',
        deleted: true,
        output: expect.stringContaining('/2-of-2/'),
      }),
    ]);
    expect((await session.call('list_batch_jobs', { run: RUN })).data.total).toBe(0);
  });

  test('that is deleted in part says which part', async () => {
    const denied = { error: { code: 403, message: 'Not yours', status: 'PERMISSION_DENIED' } };
    let refused: string | undefined;
    const { network } = traffic(({ method, url }) => {
      if (method !== 'DELETE') return undefined;
      refused ??= url.pathname;
      return url.pathname === refused ? Promise.resolve(Response.json(denied, { status: 403 })) : undefined;
    });
    session = await startSession({ network });
    await createRun(session, [5, 5]);
    session.clock.advance(86_400_000);
    const { data, summary, next } = await session.call('delete_batch_job', { job: RUN });
    expect(summary).toContain('Deleted 1 of 2 jobs of the run; 1 could not be deleted.');
    expect(data.jobs).toContainEqual(expect.objectContaining({ deleted: false, error: '«Not yours»' }));
    expect(next).toMatchObject({ tool: 'delete_batch_job', arguments: { job: RUN } });
  });
});
