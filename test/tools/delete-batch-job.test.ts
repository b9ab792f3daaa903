import { afterEach, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';

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
