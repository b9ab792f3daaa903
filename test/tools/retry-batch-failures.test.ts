import { afterEach, describe, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { isCreate, traffic } from '../support/traffic.ts';

const MODEL = 'gemini-3.5-flash-lite';
let session: TestSession;
afterEach(() => session.close());

const status = (code: number, reason: string, message: string) =>
  `${reason}: ${JSON.stringify({ error: { code, message, status: reason.toUpperCase() } })}`;
const QUOTA = { rowStatus: status(429, 'Too Many Requests', 'Resource exhausted.') };
const BAD = { rowStatus: status(400, 'Bad Request', 'Please use a valid role.') };
const key = (n: number) => `r-${String(n).padStart(6, '0')}`;
const fault = (row: number, respond: object, times?: number) => ({
  match: { row: { key: key(row) } },
  respond,
  ...(times !== undefined && { times }),
});

/** A run of 12 rows in which some fail at first, and one for good. */
const FAULTS = [
  fault(2, QUOTA, 1),
  fault(3, { finishReason: 'MAX_TOKENS' }, 1),
  fault(4, { blockReason: 'PROHIBITED_CONTENT' }),
  fault(5, BAD),
  fault(6, { drop: true }, 1),
];

const rows = (n: number) => ({
  contents: [{ role: 'user', parts: [{ text: `Say the number ${n}.` }] }],
  generationConfig: { maxOutputTokens: 400 },
});

async function endedRun(options: TestOptions = {}) {
  session = await startSession({ faults: FAULTS, ...options });
  const input = await session.file('rows.jsonl', requestRows(12, rows));
  const { data, text } = await session.call('create_batch_job', {
    model: MODEL,
    input,
    labels: { team: 'qa' },
  });
  expect(data?.job, text).toBeDefined();
  await ended(data.job);
  return data as { job: string; run: string };
}

async function ended(job: string): Promise<void> {
  for (let looks = 0; looks < 50; looks++) {
    if ((await session.call('get_job_status', { job, wait_seconds: 30 })).data.ended) return;
    session.clock.advance(4 * 3_600_000);
  }
  throw new Error(`${job} does not end`);
}

/** Ids of jobs depend on how many names were drawn for files before. */
const withoutIds = (reply: object) =>
  JSON.parse(JSON.stringify(reply).replaceAll(/batchPredictionJobs\/\d+/g, 'batchPredictionJobs/1'));

test('sends again what can be helped, each as its cause asks, and leaves the rest', async () => {
  const { sent, network } = traffic();
  const { run } = await endedRun({ network });
  const reply = await session.call('retry_batch_failures', { job: run });
  expect(withoutIds(reply)).toMatchSnapshot();
  const { body } = sent.filter(isCreate).at(-1) ?? {};
  expect(body.labels).toMatchObject({ run, attempt: '2', team: 'qa', rows: '3' });
  await ended(reply.data.job);

  const { data } = await session.call('collect_batch_results', { job: run });
  expect(data.rows).toBe(12);
  expect(data.outcomes).toEqual({ ok: 10, blocked: 1, error_permanent: 1 });
  expect(data.notes).toContain(
    'Attempt 2 sent again 1 error_retriable row: as it was; 1 truncated row: maxOutputTokens 400 → 1600; 1 missing row: as it was.',
  );
});

test('the repair stands in the request, and is a step further with each attempt', async () => {
  const { run } = await endedRun({
    faults: [fault(3, { finishReason: 'MAX_TOKENS' }, 2)],
  });
  const asked = async () => {
    const reply = await session.call('retry_batch_failures', { job: run });
    expect(reply.isError, reply.text).toBe(false);
    await ended(reply.data.job);
    return reply.data.again;
  };
  expect(await asked()).toEqual(['1 truncated row: maxOutputTokens 400 → 1600']);
  expect(await asked()).toEqual(['1 truncated row: maxOutputTokens 1600 → 6400']);
  const { data } = await session.call('collect_batch_results', { job: run });
  expect(data.outcomes).toEqual({ ok: 12 });
  const again = await session.call('retry_batch_failures', { job: run });
  expect(again.text).toMatch(/^\[nothing_failed\]/);
});

test('a repeat while the attempt runs starts nothing', async () => {
  const { sent, network } = traffic();
  const { run } = await endedRun({ network });
  await session.call('retry_batch_failures', { job: run });
  const again = await session.call('retry_batch_failures', { job: run });
  expect(again.text).toMatch(/^\[run_not_ended\]/);
  expect(sent.filter(isCreate)).toHaveLength(2);
});

test('another model gets also the rows that were refused', async () => {
  const { sent, network } = traffic();
  const { run } = await endedRun({ network });
  const reply = await session.call('retry_batch_failures', { job: run, model: 'gemini-3.8-flash' });
  expect(reply.data.model, reply.text).toBe('gemini-3.8-flash');
  expect(reply.data.again.join()).toContain('error_permanent row: as it was');
  expect(sent.filter(isCreate).at(-1)?.body.model).toBe('publishers/google/models/gemini-3.8-flash');
});

test('only the outcomes asked for, and no row more often than allowed', async () => {
  const { run } = await endedRun();
  const plan = await session.call('retry_batch_failures', {
    job: run,
    outcomes: ['error_retriable'],
    dry_run: true,
  });
  expect(plan.data).toMatchObject({ status: 'planned', again: ['1 error_retriable row: as it was'] });
  expect(plan.next?.arguments).toMatchObject({ job: run, outcomes: ['error_retriable'] });
});

test('Vertex AI resumes a job whose output is the input of another: what was answered is not run again', async () => {
  const failing = [fault(2, QUOTA, 1), fault(3, BAD, 1)];
  const broken = { match: {}, respond: { jobState: 'JOB_STATE_FAILED', afterRows: 12 }, times: 1 };
  const { job } = await endedRun({ faults: [broken, ...failing] });
  const status = await session.call('get_job_status', { job });
  const input = /input (\S+predictions\*\.jsonl) is that job/.exec(status.data.advice.join())?.[1];
  expect(input, status.text).toBeDefined();
  const resumed = await session.call('create_batch_job', { model: MODEL, input });
  await ended(resumed.data.job);
  const { data, text } = await session.call('collect_batch_results', { job: resumed.data.job });
  expect(data?.outcomes, text).toEqual({ ok: 12 });
});

describe('consent', () => {
  test('is asked for before it costs anything, and holds for this plan', async () => {
    const { sent, network } = traffic();
    const { run } = await endedRun({ network });
    const { folder, clock } = session;
    const strict = await startSession({ folder, clock, network, settings: { askAboveUsd: 0 } });
    const plan = await strict.call('retry_batch_failures', { job: run });
    expect(plan.data.status, plan.text).toBe('needs_consent');
    expect(sent.filter(isCreate)).toHaveLength(1);
    const narrower = await strict.call('retry_batch_failures', {
      ...plan.next?.arguments,
      outcomes: ['error_retriable'],
    });
    expect(narrower.text).toMatch(/^\[plan_changed\]/);
    const done = await strict.call('retry_batch_failures', plan.next?.arguments);
    expect(done.data.status, done.text).toBe('started');
    expect(sent.filter(isCreate)).toHaveLength(2);
    await strict.close();
  });
});

describe('what cannot be sent again', () => {
  test('a run that is going', async () => {
    session = await startSession();
    const input = await session.file('rows.jsonl', requestRows(3));
    const { data } = await session.call('create_batch_job', { model: MODEL, input });
    const reply = await session.call('retry_batch_failures', { job: data.run });
    expect(reply.text).toMatch(/^\[run_not_ended\].*get_job_status/);
  });

  test('rows that nothing helps', async () => {
    const { run } = await endedRun({ faults: [fault(4, { blockReason: 'PROHIBITED_CONTENT' })] });
    const reply = await session.call('retry_batch_failures', { job: run });
    expect(reply.summary).toContain('would not help');
    expect(reply.data).toMatchObject({
      again: [],
      left: ['1 blocked row: a filter stopped it, and would again'],
      left_keys: ['«r-000004»'],
    });
  });
});
