import { afterEach, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';

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
