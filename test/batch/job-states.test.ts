import { expect, test } from 'vitest';
import { describeState, isJobState, JOB_STATES } from '../../src/batch/job-states.ts';

const states = (which: (state: (typeof JOB_STATES)[number]) => boolean) =>
  JOB_STATES.filter(which).map(({ state }) => state.replace('JOB_STATE_', ''));

test('all twelve states are there, each with its meaning in one sentence', () => {
  expect(JOB_STATES).toHaveLength(12);
  for (const { meaning } of JOB_STATES) expect(meaning).toMatch(/^[A-Z][^.]*\.$/);
});

test('every way that a job can end is an end', () => {
  expect(states(({ terminal }) => terminal)).toEqual([
    'SUCCEEDED',
    'FAILED',
    'CANCELLED',
    'EXPIRED',
    'PARTIALLY_SUCCEEDED',
  ]);
});

test('a paused job is stopped without being at its end', () => {
  expect(states(({ stopped, terminal }) => stopped && !terminal)).toEqual(['PAUSED']);
  expect(states(({ stopped, terminal }) => terminal && !stopped)).toEqual([]);
});

test('output is looked for wherever there may be some', () => {
  expect(states(({ hasOutput }) => hasOutput === 'none')).toEqual(['QUEUED', 'PENDING']);
  expect(describeState('JOB_STATE_CANCELLED').hasOutput).toBe('some');
});

test('a state of the future is shown as it came and waited for', () => {
  expect(describeState('JOB_STATE_DREAMING')).toMatchObject({
    state: 'JOB_STATE_DREAMING',
    terminal: false,
    stopped: false,
    hasOutput: 'maybe',
  });
  expect(isJobState('toString')).toBe(false);
  expect(describeState('toString').terminal).toBe(false);
});
