import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../src/emulator/errors.ts';
import { type Filterable, parseFilter } from '../../src/emulator/filter.ts';

const job: Filterable = {
  displayName: 'my_job_7 (final)',
  modelDisplayName: 'gemini-3.8-flash',
  state: 'JOB_STATE_RUNNING',
  createTime: Date.parse('2026-11-22T12:00:00Z'),
  labels: { owner: 'mcp', run: 'r42' },
};

test.each([
  ['', true],
  ['display_name="my_job_7 (final)"', true],
  ["display_name='my_job_7 (final)'", true],
  ['display_name!=other', true],
  ['display_name:"my_job_*"', true],
  ['display_name:"*_8*"', false],
  ['display_name:"job_7"', true],
  ['model_display_name=gemini-3.8-flash', true],
  ['state="JOB_STATE_RUNNING"', true],
  ['state=JOB_STATE_FAILED', false],
  ['state != JOB_STATE_FAILED', true],
  ['create_time>"2026-11-01T00:00:00Z"', true],
  ['create_time<="2026-11-22T12:00:00Z"', true],
  ['create_time = "2026-11-22T13:00:00+01:00"', true],
  ['create_time<"2026-11-22"', false],
  ['labels.owner=mcp', true],
  ['labels.owner!=mcp', false],
  ['labels.owner:*', true],
  ['labels.absent:*', false],
  ['labels:run', true],
  ['labels.owner=mcp AND labels.run=r42', true],
  ['labels.owner=mcp labels.run=r43', false],
  ['labels.run=r1 OR labels.run=r42', true],
  ['NOT state=JOB_STATE_FAILED AND labels.owner=mcp', true],
  // OR binds tighter than AND: owner=you AND (run=r42 OR run=r43).
  ['labels.owner=you AND labels.run=r43 OR labels.run=r42', false],
  ['(labels.owner=you AND labels.run=r43) OR labels.run=r42', true],
  ['NOT (labels.owner=mcp OR labels.run=r1)', false],
  ['display_name="a \\"quoted\\" name"', false],
])('%s → %s', (filter, expected) => {
  expect(parseFilter(filter)(job)).toBe(expected);
});

describe('refused', () => {
  test.each([
    'colour=red',
    'displayName=x',
    'state=JOB_STATE_BORED',
    'state>JOB_STATE_RUNNING',
    'create_time>yesterday',
    'create_time:*',
    'labels.owner>a',
    'state=',
    '=JOB_STATE_RUNNING',
    '(state=JOB_STATE_RUNNING',
    'state=JOB_STATE_RUNNING)',
    'state=JOB_STATE_RUNNING AND',
    'NOT',
    'display_name="open',
  ])('%s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(ServiceError);
  });
});
