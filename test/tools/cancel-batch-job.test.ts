import { afterEach, describe, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { createRun, RUN } from '../support/runs.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

let session: TestSession;
afterEach(() => session.close());

test('cancels a running job, keeps what is done, and does nothing the second time', async () => {
  session = await startSession();
  const input = await session.file('rows.jsonl', requestRows(10_000));
  const { job } = (await session.call('create_batch_job', { model: 'gemini-3.5-flash-lite', input })).data;
  session.clock.advance(240_000);
  expect(await session.call('cancel_batch_job', { job })).toMatchSnapshot();
  session.clock.advance(600_000);
  const { data } = await session.call('get_job_status', { job });
  expect(data.state).toBe('JOB_STATE_CANCELLED');
  expect(data.outcomes.ok).toBeGreaterThan(0);
  expect(data.outcomes.ok + data.outcomes.missing).toBe(10_000);
  const again = await session.call('cancel_batch_job', { job });
  expect(again.data.cancel_sent).toBe(false);
  expect(again.summary).toContain('already ended');
});

describe('a run', () => {
  const lineOf = ({ shard, state, cancel_sent, error }: Record<string, unknown>) => ({
    shard,
    state,
    cancel_sent,
    ...(error !== undefined && { error }),
  });

  test('is cancelled job by job, but for those that have ended', async () => {
    session = await startSession();
    await createRun(session, [20_000, 5, 20_000]);
    session.clock.advance(300_000);
    const { data, summary, next } = await session.call('cancel_batch_job', { job: RUN });
    expect(data.jobs.map(lineOf)).toEqual([
      { shard: '1-of-3', state: 'JOB_STATE_CANCELLING', cancel_sent: true },
      { shard: '2-of-3', state: 'JOB_STATE_SUCCEEDED', cancel_sent: false },
      { shard: '3-of-3', state: 'JOB_STATE_CANCELLING', cancel_sent: true },
    ]);
    expect(data).toMatchObject({ job: RUN, state: 'JOB_STATE_CANCELLING', cancel_sent: true });
    expect(summary).toContain('The cancel of 2 jobs was accepted; 1 had already ended.');
    expect(next).toMatchObject({ tool: 'get_job_status', arguments: { job: RUN } });
    session.clock.advance(600_000);
    const again = await session.call('cancel_batch_job', { job: RUN });
    expect(again.summary).toContain('All 3 jobs of the run had already ended');
    expect((await session.call('get_job_status', { job: RUN })).data.outcomes).toEqual({
      ok: expect.any(Number),
      missing: expect.any(Number),
    });
  });

  test('of which some jobs refuse is told as that, with the way to try again', async () => {
    const denied = { error: { code: 403, message: 'Not yours', status: 'PERMISSION_DENIED' } };
    let refused: string | undefined;
    const { network } = traffic(({ method, url }) => {
      const job = method === 'POST' && /(\d+):cancel$/.exec(url.pathname)?.[1];
      if (!job) return undefined;
      refused ??= job;
      return job === refused ? Promise.resolve(Response.json(denied, { status: 403 })) : undefined;
    });
    session = await startSession({ network });
    await createRun(session, [500, 500]);
    const { data, summary, next } = await session.call('cancel_batch_job', { job: RUN });
    expect(data.jobs.map(lineOf)).toContainEqual(expect.objectContaining({ error: '«Not yours»' }));
    expect(summary).toContain('The cancel of 1 job was accepted; 1 could not be cancelled.');
    expect(next).toMatchObject({ tool: 'cancel_batch_job', arguments: { job: RUN } });
  });

  test('of which all jobs refuse is an error', async () => {
    const denied = { error: { code: 403, message: 'Not yours', status: 'PERMISSION_DENIED' } };
    const { network } = traffic(({ url }) =>
      url.pathname.endsWith(':cancel') ? Promise.resolve(Response.json(denied, { status: 403 })) : undefined,
    );
    session = await startSession({ network });
    await createRun(session, [500, 500]);
    const { isError, text } = await session.call('cancel_batch_job', { job: RUN });
    expect(isError).toBe(true);
    expect(text).toContain('«Not yours»');
  });
});
