import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readTable } from '../support/results-table.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { type Sent, traffic } from '../support/traffic.ts';

const MODEL = 'gemini-3.5-flash-lite';
const DAY = 86_400_000;

let session: TestSession;
afterEach(() => session.close());

const TABLE = 'id,review\nA1,The kettle leaks.\nA2,"Great value, ""really""."\nA3,Arrived late.\nA4,Fine.\n';
const SCHEMA = {
  type: 'object',
  properties: { score: { type: 'integer' }, why: { type: 'string' } },
  required: ['score', 'why'],
};

/** A job over a composed table. */
async function composed(options: TestOptions = {}): Promise<string> {
  session = await startSession(options);
  const source = await session.file('reviews.csv', TABLE);
  const { data } = await session.call('compose_batch_input', {
    source,
    prompt: 'Grade: {{review}}',
    response_schema: SCHEMA,
    key_column: 'id',
  });
  const created = await session.call('create_batch_job', { model: MODEL, input: data.file });
  expect(created.isError, created.text).toBe(false);
  return created.data.job;
}

async function plain(rows: number, options: TestOptions = {}): Promise<string> {
  session = await startSession(options);
  const input = await session.file('rows.jsonl', requestRows(rows));
  const created = await session.call('create_batch_job', { model: MODEL, input });
  expect(created.isError, created.text).toBe(false);
  return created.data.job;
}

/** Lets time pass until some rows are done, and others are not. */
async function halfWay(job: string): Promise<void> {
  for (let state = ''; state !== 'JOB_STATE_RUNNING'; ) {
    session.clock.advance(10_000);
    state = (await session.call('get_job_status', { job })).data.state;
  }
  session.clock.advance(50_000);
}

const collect = (job: string) => session.call('collect_batch_results', { job });

/** Answers name the workspace, which is another one each time. */
const withoutFolder = (value: object) =>
  JSON.parse(JSON.stringify(value).replaceAll(session.folder, '/workspace'));

const isRead = ({ url }: Sent): boolean => url.searchParams.get('alt') === 'media';

test('a composed table comes back with its columns, answers and costs', async () => {
  const job = await composed();
  session.clock.advance(DAY);
  const reply = await collect(job);
  expect(withoutFolder(reply)).toMatchSnapshot();
  const table = await readTable(reply.data.rows_file);
  expect(table).toHaveLength(4);
  expect(table.map(({ id, review, key, outcome }) => [id, review, key, outcome])).toEqual([
    ['A1', 'The kettle leaks.', 'A1', 'ok'],
    ['A2', 'Great value, "really".', 'A2', 'ok'],
    ['A3', 'Arrived late.', 'A3', 'ok'],
    ['A4', 'Fine.', 'A4', 'ok'],
  ]);
  for (const { answer, score, why, usd } of table) {
    expect(JSON.parse(answer)).toEqual({ score: Number(score), why });
    expect(usd).toBeGreaterThan(0);
  }
  const summary = JSON.parse(await readFile(join(reply.data.rows_file, '..', 'summary.json'), 'utf8'));
  expect(summary.usd).toBeCloseTo(table.reduce((sum, { usd }) => sum + usd, 0));
});

test('causes are grouped, quoted and told with their rows', async () => {
  const rowStatus = (code: number, message: string) =>
    `${code === 429 ? 'Too Many Requests' : 'Bad Request'}: {"error": {"code": ${code}, "message": "${message}"}}`;
  const faults = [
    { match: { row: { every: 4 } }, respond: { rowStatus: rowStatus(429, 'Slow down') } },
    { match: { row: { every: 5 } }, respond: { rowStatus: rowStatus(400, 'Ignore all » previous') } },
    { match: { row: { every: 7 } }, respond: { drop: true } },
  ];
  const job = await plain(20, { faults });
  session.clock.advance(DAY);
  const { data, summary } = await collect(job);
  expect(summary).toMatch(/^10 of 20 rows are ok; 5 error_retriable, 3 error_permanent and 2 missing\./);
  expect(data.outcomes).toEqual({ ok: 10, error_retriable: 5, error_permanent: 3, missing: 2 });
  expect(data.causes).toEqual([
    { outcome: 'error_retriable', cause: '«Slow down»', rows: 5 },
    { outcome: 'error_permanent', cause: '«Ignore all " previous»', rows: 3 },
  ]);
  expect(data.samples).toHaveLength(3);
});

describe('a job under way', () => {
  test('is collected as far as it is, and told as not settled', async () => {
    const job = await plain(2_000);
    await halfWay(job);
    const { data, summary, next } = await collect(job);
    expect(data.settled).toBe(false);
    expect(data.outcomes.ok).toBeGreaterThan(0);
    expect(data.outcomes.ok + data.outcomes.missing).toBe(2_000);
    expect(summary).toMatch(/ are ok so far; [\d,]+ without an answer yet\. They have cost \$[\d.]+ so far/);
    expect(data.notes.join()).toContain('The job is JOB_STATE_RUNNING');
    expect(next).toMatchObject({ tool: 'get_job_status', arguments: { job } });

    session.clock.advance(DAY);
    const whole = await collect(job);
    expect(whole.data).toMatchObject({ settled: true, outcomes: { ok: 2_000 } });
  });

  test('has rows that are all still to come before anything is written', async () => {
    const job = await plain(3);
    const { data, summary } = await collect(job);
    expect(summary).toMatch(/^0 of 3 rows are ok so far; 3 without an answer yet\./);
    expect(data).toMatchObject({ settled: false, outcomes: { missing: 3 } });
  });
});

test('what a cancelled job has done is kept, and paid', async () => {
  const job = await plain(2_000);
  await halfWay(job);
  await session.call('cancel_batch_job', { job });
  session.clock.advance(DAY);
  const { data, summary } = await collect(job);
  expect(data.settled).toBe(true);
  expect(data.outcomes.ok).toBeGreaterThan(0);
  expect(data.outcomes.ok + data.outcomes.missing).toBe(2_000);
  expect(data.usd).toBeGreaterThan(0);
  expect(summary).toContain(`${data.outcomes.missing.toLocaleString('en-US')} missing`);
});

test('the ledger is settled once, when the job has ended', async () => {
  const job = await plain(2_000);
  await halfWay(job);
  await collect(job);
  const folder = join(session.folder, 'emulator', 'ledger');
  const entry = async () =>
    JSON.parse(await readFile(join(folder, (await readdir(folder))[0] ?? ''), 'utf8'));
  expect((await entry()).actual).toBeUndefined();
  session.clock.advance(DAY);
  const { data } = await collect(job);
  const settled = (await entry()).actual;
  expect(settled.usd).toBeCloseTo(data.usd);
  expect(settled.rows).toBe(2_000);
  session.clock.advance(DAY);
  await collect(job);
  expect((await entry()).actual).toEqual(settled);
});

describe('the same call again', () => {
  test('reads nothing where nothing has changed', async () => {
    const { sent, network } = traffic();
    const job = await composed({ network });
    session.clock.advance(DAY);
    const first = await collect(job);
    const reads = sent.filter(isRead).length;
    expect(reads).toBeGreaterThan(0);
    session.clock.advance(DAY);
    const again = await collect(job);
    expect(sent.filter(isRead)).toHaveLength(reads);
    expect(again.data).toEqual(first.data);
    expect(again.summary).toContain(
      'Nothing has changed since 2026-11-23T12:00:00.000Z, and nothing was read.',
    );
  });

  test('reads only the jobs of a run that have something new', async () => {
    const { sent, network } = traffic();
    session = await startSession({ network });
    const { vertex, storage } = await session.backend();
    const run = 'run-0123456789';
    const put = async (name: string, content: string) => {
      const bytes = (async function* () {
        yield Buffer.from(content);
      })();
      await storage.upload({ bucket: 'emulated-bucket', name, bytes, contentType: 'application/jsonl' });
    };
    const shard = async (label: string, rows: string) => {
      await put(`in/${label}.jsonl`, rows);
      await vertex.batchPredictionJobs.create('global', {
        displayName: label,
        model: `publishers/google/models/${MODEL}`,
        inputConfig: {
          instancesFormat: 'jsonl',
          gcsSource: { uris: [`gs://emulated-bucket/in/${label}.jsonl`] },
        },
        outputConfig: {
          predictionsFormat: 'jsonl',
          gcsDestination: { outputUriPrefix: `gs://emulated-bucket/out/${label}` },
        },
        labels: { run, shard: label },
      });
    };
    const rows = requestRows(8).trimEnd().split('\n');
    await shard('1-of-2', `${rows.slice(0, 5).join('\n')}\n`);
    session.clock.advance(DAY);
    const half = await collect(run);
    expect(half.data).toMatchObject({ run, rows: 5, outcomes: { ok: 5 }, settled: true });
    expect(half.data.notes).toEqual([
      '1 of 2 jobs of this run were submitted; the rows of the others are not here.',
    ]);

    await shard('2-of-2', `${rows.slice(5).join('\n')}\n`);
    session.clock.advance(DAY);
    const before = sent.length;
    const whole = await collect(run);
    expect(whole.data).toMatchObject({ run, rows: 8, outcomes: { ok: 8 } });
    expect(whole.data.notes).toEqual([
      '1 job of 2 had been read before and has not changed; only the others were read.',
    ]);
    const read = sent.slice(before).filter(isRead);
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter(({ url }) => decodeURIComponent(url.pathname).includes('out/1-of-2'))).toEqual([]);
    const table = await readTable(whole.data.rows_file);
    expect(table.map(({ key }) => key)).toEqual(rows.map((row) => JSON.parse(row).key));
    expect(new Set(table.map(({ job }) => job)).size).toBe(2);
  });
});

test('a job that is not there is an error that says where it was looked for', async () => {
  session = await startSession();
  expect((await collect('run-ffffffffff')).text).toMatch(/^\[run_not_found\]/);
  expect((await collect('123')).text).toMatch(/^\[job_not_found\]/);
});
