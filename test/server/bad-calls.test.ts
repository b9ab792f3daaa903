import { afterEach, describe, expect, test } from 'vitest';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

let session: TestSession;
afterEach(() => session.close());

const JOB = 'projects/acme-prod/locations/global/batchPredictionJobs/4567890123456789012';

describe('is refused before anything is sent, with what would have been right', () => {
  const cases: [string, string, Record<string, unknown>, RegExp][] = [
    [
      'unknown tool, near',
      'list_batch_job',
      {},
      /^\[unknown_tool\] .*'list_batch_job'.*Did you mean list_batch_jobs/,
    ],
    [
      'unknown tool, far',
      'frobnicate',
      {},
      /^\[unknown_tool\] .*There are list_supported_models, .*delete_batch_job/,
    ],
    ['a name that every object has', 'constructor', {}, /^\[unknown_tool\]/],
    [
      'unknown argument',
      'get_job_status',
      { job: JOB, wait: 5 },
      /^\[invalid_arguments\] .*'wait' is unknown.*It takes job and wait_seconds/,
    ],
    [
      'two unknown arguments',
      'list_batch_jobs',
      { stat: 'x', limt: 1 },
      /did you mean 'state'\?.*did you mean 'limit'\?/,
    ],
    ['missing argument', 'get_job_status', {}, /^\[invalid_arguments\] .*'job': .*expected string/],
    [
      'text for a number',
      'get_job_status',
      { job: JOB, wait_seconds: '5' },
      /'wait_seconds': .*expected number/,
    ],
    ['number out of range', 'get_job_status', { job: JOB, wait_seconds: 31 }, /'wait_seconds': .*30/],
    ['fraction', 'list_batch_jobs', { limit: 1.5 }, /'limit': .*int/],
    [
      'number in a map of text',
      'list_batch_jobs',
      { labels: { team: 7 } },
      /'labels\.team': .*expected string/,
    ],
    ['no date', 'list_batch_jobs', { created_after: 'yesterday' }, /'created_after': .*date/],
    ['a list for text', 'cancel_batch_job', { job: [JOB] }, /'job': .*expected string/],
  ];
  test.each(cases)('%s', async (_, tool, args, expected) => {
    const { sent, network } = traffic();
    session = await startSession({ network });
    const { call, logs } = session;
    const reply = await call(tool, args);
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(expected);
    expect(reply.text).not.toMatch(/\n|ZodError/);
    expect(sent).toEqual([]);
    expect(logs).toEqual([]);
  });
});
