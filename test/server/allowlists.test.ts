import { afterEach, describe, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

let session: TestSession;
afterEach(() => session.close());

const MODEL = 'gemini-3.5-flash-lite';
const LISTS = {
  allowModels: ['gemini-3.5-*'],
  allowLocations: ['us'],
  allowBuckets: ['emulated-bucket'],
  allowProjects: ['acme'],
};

describe('what a server was not started for', () => {
  const cases: [string, string, Record<string, unknown>, RegExp][] = [
    [
      'a model',
      'create_batch_job',
      { model: 'gemini-3.8-flash' },
      /model «gemini-3\.8-flash».*--allow-model/,
    ],
    ['a location', 'create_batch_job', { location: 'global' }, /location «global».*--allow-location us/],
    ['a bucket for output', 'create_batch_job', { output: 'gs://elsewhere/x' }, /bucket «elsewhere»/],
    ['a bucket of input', 'create_batch_job', { input: 'gs://elsewhere/rows.jsonl' }, /bucket «elsewhere»/],
    [
      'a bucket to compose from',
      'compose_batch_input',
      { source: 'gs://elsewhere/t.csv', prompt: '{{a}}' },
      /«elsewhere»/,
    ],
    [
      'a bucket to lint',
      'validate_batch_input',
      { input: 'gs://elsewhere/rows.jsonl' },
      /bucket «elsewhere»/,
    ],
    [
      'another project’s job',
      'get_job_status',
      { job: 'projects/other/locations/us/batchPredictionJobs/12' },
      /project «other».*--allow-project/,
    ],
    [
      'another project’s model',
      'create_batch_job',
      { model: 'projects/other/locations/us/models/gemini-3.5-mine' },
      /project «other»/,
    ],
    [
      'a location in a job’s name',
      'cancel_batch_job',
      { job: 'projects/acme/locations/europe-west4/batchPredictionJobs/12' },
      /location «europe-west4»/,
    ],
  ];
  test.each(cases)('%s is refused, and nothing is sent there', async (_, tool, args, expected) => {
    const { sent, network } = traffic();
    session = await startSession({ settings: LISTS, network });
    const input = await session.file('rows.jsonl', requestRows(2));
    const usual: Record<string, Record<string, unknown>> = { create_batch_job: { model: MODEL, input } };
    const reply = await session.call(tool, { ...usual[tool], ...args });
    expect(reply.text).toMatch(/^\[not_allowed\]/);
    expect(reply.text).toMatch(expected);
    expect(sent.filter(({ url }) => /elsewhere|other|europe-west4/.test(url.href))).toEqual([]);
    expect(sent.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

test('what is allowed works, and a job’s project number is taken for the own project', async () => {
  session = await startSession({ settings: LISTS });
  const input = await session.file('rows.jsonl', requestRows(2));
  const created = await session.call('create_batch_job', { model: MODEL, input });
  expect(created.data, created.text).toMatchObject({ status: 'started', location: 'us' });
  expect(created.data.job).toMatch(/^projects\/\d+\//);
  const status = await session.call('get_job_status', { job: created.data.job, wait_seconds: 30 });
  expect(status.isError, status.text).toBe(false);
});
