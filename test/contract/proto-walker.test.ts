import { describe, expect, it } from 'vitest';
import { httpBindings } from '../support/proto-index.ts';
import { checkMessage } from '../support/proto-walker.ts';

const JOB = {
  displayName: 'run42',
  model: 'publishers/google/models/gemini-3.5-flash-lite',
  inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: ['gs://b/in.jsonl'] } },
  outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: 'gs://b/out' } },
  labels: { run: 'run42' },
};
const job = (more: object) => checkMessage('BatchPredictionJob', { ...JOB, ...more });

it('finds nothing wrong with a job that Google takes', () => {
  expect(job({})).toEqual([]);
  expect(checkMessage('google.cloud.aiplatform.v1.BatchPredictionJob', JOB)).toEqual([]);
});

describe('finds', () => {
  it.each<[string, object, string]>([
    [
      'an unknown field',
      { dispayName: 'x' },
      '$.dispayName is not a field of google.cloud.aiplatform.v1.BatchPredictionJob',
    ],
    ['snake case, which we do not write', { model_parameters: {} }, '$.model_parameters is not a field'],
    [
      'an unknown field below, such as the one in an old page of documentation',
      { inputConfig: { instancesFormat: 'jsonl', gcsDestination: { uris: ['gs://b/x'] } } },
      '$.inputConfig.gcsDestination is not a field of google.cloud.aiplatform.v1.BatchPredictionJob.InputConfig',
    ],
    [
      'a oneof set twice',
      { inputConfig: { ...JOB.inputConfig, bigquerySource: { inputUri: 'bq://p.d.t' } } },
      '$.inputConfig sets gcsSource and bigquerySource of the oneof source',
    ],
    ['a number for text', { displayName: 7 }, '$.displayName is not a string'],
    [
      'text for a list',
      { inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: 'gs://b/x' } } },
      '$.inputConfig.gcsSource.uris is not a list',
    ],
    [
      'a wrong item of a list',
      { inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [1] } } },
      '$.inputConfig.gcsSource.uris[0] is not a string',
    ],
    ['a message that is text', { outputConfig: 'gs://b/out' }, '$.outputConfig is not an object'],
    ['a value of a map', { labels: { rows: 3 } }, '$.labels.rows is not a string'],
    ['a list for a map', { labels: ['run'] }, '$.labels is not a map'],
    [
      'a truth value in quotes',
      { generateExplanation: 'true' },
      '$.generateExplanation is not true or false',
    ],
    [
      'a fraction for a whole number',
      { dedicatedResources: { maxReplicaCount: 1.5 } },
      '$.dedicatedResources.maxReplicaCount is not a whole number',
    ],
    [
      'an int32 that is too large',
      { dedicatedResources: { maxReplicaCount: 2 ** 31 } },
      '$.dedicatedResources.maxReplicaCount is out of range',
    ],
    ['REQUIRED that is missing', { displayName: undefined }, '$.displayName is REQUIRED'],
    ['REQUIRED that is empty', { displayName: '' }, '$.displayName is REQUIRED'],
    [
      'REQUIRED below',
      { inputConfig: { gcsSource: { uris: [] } } },
      '$.inputConfig.gcsSource.uris is REQUIRED',
    ],
    ['OUTPUT_ONLY that is set', { state: 'JOB_STATE_PENDING' }, '$.state is OUTPUT_ONLY'],
  ])('%s', (_, more, fault) => {
    const withoutUndefined = JSON.parse(JSON.stringify({ ...JOB, ...more }));
    const findings = checkMessage('BatchPredictionJob', withoutUndefined);
    expect(
      findings.some((finding) => finding.startsWith(fault)),
      findings.join('\n'),
    ).toBe(true);
  });
});

describe('an answer', () => {
  const answer = (more: object) => checkMessage('BatchPredictionJob', { ...JOB, ...more }, 'response');

  it('may set what is output only, with int64 as text, and leave out what is required', () => {
    const finished = {
      state: 'JOB_STATE_SUCCEEDED',
      completionStats: { successfulCount: '998', incompleteCount: '-1' },
      createTime: '2026-11-22T03:10:12.004Z',
      partialFailures: [{ code: 3, message: 'x', details: [{ '@type': 'type.googleapis.com/a.B' }] }],
      displayName: undefined,
    };
    expect(answer(JSON.parse(JSON.stringify(finished)))).toEqual([]);
  });

  it.each<[object, string]>([
    [{ state: 'JOB_STATE_DONE' }, '$.state has the unknown value "JOB_STATE_DONE"'],
    [{ state: 99 }, '$.state has the unknown value 99'],
    [{ createTime: '2026-11-22 03:10:12' }, '$.createTime is not an RFC 3339 timestamp'],
    [{ createTime: '2026-13-22T03:10:12Z' }, '$.createTime is no point in time'],
    [
      { completionStats: { successfulCount: 'many' } },
      '$.completionStats.successfulCount is not a whole number',
    ],
    [{ error: { code: '3.5' } }, '$.error.code is not a whole number'],
    [{ error: { details: [{ reason: 'x' }] } }, '$.error.details[0] has no @type'],
  ])('is not %j', (more, fault) => {
    expect(answer(more)).toContain(fault);
  });
});

it('lets free-form values be anything, and null be nothing', () => {
  expect(job({ modelParameters: { any: [1, 'x', null, { deep: true }] }, encryptionSpec: null })).toEqual([]);
  expect(job({ displayName: null })).toEqual(['$.displayName is REQUIRED']);
  expect(job({ encryption: null })).toHaveLength(1);
});

it('does not take a misspelt type name for a message without fields', () => {
  expect(() => checkMessage('BatchPredictionJobs', {})).toThrow('no message BatchPredictionJobs');
});

it("reads Google's own paths", () => {
  const service = 'google.cloud.aiplatform.v1.JobService';
  const [cancel] = httpBindings(service, 'CancelBatchPredictionJob');
  expect(cancel?.verb).toBe('POST');
  expect(cancel?.path.test('/v1/projects/p/locations/l/batchPredictionJobs/1:cancel')).toBe(true);
  expect(cancel?.path.test('/v1/projects/p/locations/l/batchPredictionJobs/1')).toBe(false);
  expect(() => httpBindings(service, 'PauseBatchPredictionJob')).toThrow('no method');
});
