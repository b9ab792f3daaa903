import { describe, expect, test } from 'vitest';
import { type AdviceContext, jobAdvice } from '../../src/pipeline/job-advice.ts';
import { clockSentence, expectedEnd } from '../../src/pipeline/job-clocks.ts';
import type { JobFacts } from '../../src/pipeline/job-facts.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();

const job = (facts: Partial<JobFacts>): JobFacts => ({
  job: 'projects/1/locations/global/batchPredictionJobs/7',
  id: '7',
  location: 'global',
  name: 'reviews',
  state: 'JOB_STATE_RUNNING',
  ended: false,
  model: 'gemini-3.8-flash',
  created: ago(1),
  ...facts,
});
const open = { allowLocations: [], allowModels: [] };
const advise = (facts: Partial<JobFacts>, context: Partial<AdviceContext> = {}) =>
  jobAdvice(job(facts), { now: NOW, settings: open, ...context }).join(' ');

describe('a job that waits for more than a day', () => {
  const waiting = { state: 'JOB_STATE_QUEUED', created: ago(30) };

  test('is told how long it has, and a place that offers its model', () => {
    expect(advise(waiting)).toBe(
      'The job expires in 42 h if it does not start. Cancelling now costs nothing. To try elsewhere, submit it in us, where gemini-3.8-flash is offered too.',
    );
    expect(advise({ ...waiting, created: ago(2) })).toBe('Waiting in the queue is normal and costs nothing.');
  });

  test('in a region is sent to the multi-region around it before it is sent anywhere', () => {
    expect(advise({ ...waiting, location: 'us' })).toContain('submit it in global,');
    expect(advise({ ...waiting, location: 'europe-west4' })).toContain('submit it in eu,');
  });

  test('is sent nowhere where this server may not go', () => {
    const settings = { ...open, allowLocations: ['global', 'eu'] };
    expect(advise(waiting, { settings })).toContain('submit it in eu,');
  });

  test('is told the model after its own where no other place has it', () => {
    const settings = { ...open, allowLocations: ['global'] };
    const older = { ...waiting, model: 'gemini-2.5-flash' };
    expect(advise(older, { settings })).toMatch(/To try elsewhere, submit it with gemini-3[\w.-]+\.$/);
    const bound = { ...settings, allowModels: ['gemini-2.5-flash'] };
    expect(advise(older, { settings: bound })).toContain('To try elsewhere, take another model.');
  });

  test('on a tuned model, whose home is where it is, is told what is true of it', () => {
    const model = 'projects/1/locations/us-central1/models/42';
    expect(advise({ ...waiting, model })).toContain('To try elsewhere, take another model.');
  });
});

describe('a running job', () => {
  const running = (hours: number, succeeded: number) => ({
    started: ago(hours),
    rows: { total: 10_000, succeeded, failed: 0 },
  });

  test('that will be in time needs no advice', () => {
    expect(advise(running(2, 5_000))).toBe('');
  });

  test('that will not be in time is told how many rows that leaves', () => {
    expect(advise(running(12, 2_500))).toBe(
      'At this rate about 5,000 rows will not be done in the 24 hours that a job may run. They are cancelled then; finished rows are kept, and only they are billed.',
    );
  });

  test('that nobody counts is told what is left of its day', () => {
    expect(advise({ started: ago(20) })).toContain('Rows that are not done in 4 h are cancelled');
  });
});

describe('a job that ended early', () => {
  test.each(['JOB_STATE_FAILED', 'JOB_STATE_CANCELLED', 'JOB_STATE_EXPIRED'])(
    'as %s with its whole output can be resumed, and not without',
    (state) => {
      const ended = { state, ended: true, started: ago(3) };
      expect(advise(ended, { resumable: true })).toContain('Vertex AI can resume it: a new job whose input');
      expect(advise(ended)).not.toContain('resume');
    },
  );

  test('before it started has run nothing, and nothing is billed', () => {
    expect(advise({ state: 'JOB_STATE_EXPIRED', ended: true })).toMatch(
      /nothing was run, and nothing is billed. To try elsewhere, submit it in us/,
    );
    expect(advise({ state: 'JOB_STATE_CANCELLED', ended: true })).toContain('nothing is billed');
  });

  test('with an error is told what such errors come from', () => {
    const failed = { state: 'JOB_STATE_FAILED', ended: true };
    expect(advise({ ...failed, error: '«Failed to import data»' })).toContain('one line is not JSON');
    expect(advise(failed)).toContain('Vertex AI gave no reason');
  });
});

describe('the expected end', () => {
  const endAfter = (hours: number, total: number, done: number) =>
    expectedEnd(job({ started: ago(hours), rows: { total, succeeded: done } }), NOW);

  test('follows from the rate', () => {
    expect(endAfter(1, 400, 100)).toBe(NOW + 3 * HOUR);
    expect(endAfter(1, 400, 400)).toBe(NOW);
  });

  test('is not told before there is a rate', () => {
    expect(endAfter(1, 400, 0)).toBeUndefined();
    expect(endAfter(1, 100_000, 50)).toBeUndefined();
    expect(endAfter(1, 100_000, 100)).toBeDefined();
    expect(endAfter(0, 400, 100)).toBeUndefined();
  });

  test('is no later than the 24 hours that a job may run', () => {
    expect(endAfter(12, 10_000, 1_000)).toBe(NOW + 12 * HOUR);
  });

  test.each(['JOB_STATE_PAUSED', 'JOB_STATE_CANCELLING', 'JOB_STATE_DREAMING', 'JOB_STATE_SUCCEEDED'])(
    'is not told of a job that is %s',
    (state) => {
      const facts = job({ state, started: ago(1), rows: { total: 10, succeeded: 5 } });
      expect(expectedEnd(facts, NOW)).toBeUndefined();
    },
  );
});

test('a clock stops when the next phase begins', () => {
  expect(clockSentence(job({ created: ago(30), started: ago(3) }), NOW)).toBe(
    'running for 3 h of at most 24 h',
  );
  expect(clockSentence(job({ created: ago(30), started: ago(3), ended: true, ended_at: ago(1) }), NOW)).toBe(
    'took 29 h',
  );
});
