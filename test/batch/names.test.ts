import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jobResourceName, parseJobName } from '../../src/batch/job-name.ts';
import { parseModelName, resourceName } from '../../src/batch/model-name.ts';
import { UserError } from '../../src/support/errors.ts';

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof UserError ? error.code : `not a UserError: ${error}`;
  }
};

const ID = '4567890123456789012';
const FULL = { id: ID, location: 'us-central1', project: 'acme-prod' };
const RESOURCE = `projects/acme-prod/locations/us-central1/batchPredictionJobs/${ID}`;

describe('a job is understood', () => {
  test.each<[string, object]>([
    [ID, { id: ID }],
    ['1234', { id: '1234' }],
    [RESOURCE, FULL],
    [`  "${RESOURCE}"\n`, FULL],
    [`\`${RESOURCE}\`.`, FULL],
    [`<${RESOURCE}>`, FULL],
    [
      `projects/123456789/locations/eu/batchPredictionJobs/${ID}`,
      { id: ID, location: 'eu', project: '123456789' },
    ],
    [`locations/global/batchPredictionJobs/${ID}`, { id: ID, location: 'global' }],
    [`batchPredictionJobs/${ID}`, { id: ID }],
    [`https://us-central1-aiplatform.googleapis.com/v1/${RESOURCE}`, FULL],
    [`https://aiplatform.googleapis.com/v1beta1/${RESOURCE}:cancel?alt=json`, FULL],
    [
      'https://console.cloud.google.com/vertex-ai/locations/us-central1/batch-predictions/1234?project=acme',
      { id: '1234', location: 'us-central1', project: 'acme' },
    ],
    ['https://console.cloud.google.com/vertex-ai/batch-predictions/1234', { id: '1234' }],
    [
      'console.cloud.google.com/vertex-ai/batch-predictions/us-central1/1234?project=acme',
      { id: '1234', location: 'us-central1', project: 'acme' },
    ],
    [
      'https://console.cloud.google.com/agent-platform/locations/global/batch-predictions/1234?project=acme',
      { id: '1234', location: 'global', project: 'acme' },
    ],
    [
      'https://console.cloud.google.com/agent-platform/batch-inference/locations/eu/1234/details?authuser=1&project=acme',
      { id: '1234', location: 'eu', project: 'acme' },
    ],
    [
      `[the job](https://console.cloud.google.com/vertex-ai/locations/eu/batch-predictions/${ID}?project=acme)`,
      { id: ID, location: 'eu', project: 'acme' },
    ],
    [`[${RESOURCE}](https://example.com/somewhere)`, FULL],
  ])('%s', (text, job) => {
    expect(parseJobName(text)).toEqual(job);
  });

  test.each([
    '',
    'my job',
    'run-c3f0a1b2c3',
    'projects/acme/locations/us-central1/customJobs/1234',
    'projects/acme/locations/us-central1/models/1234',
    `https://evil.example/vertex-ai/locations/us-central1/batch-predictions/1234`,
    'https://console.cloud.google.com/vertex-ai/batch-predictions?project=acme',
    `batchPredictionJobs/../${ID}`,
  ])('but %j is not', (text) => {
    expect(codeOf(() => parseJobName(text))).toBe('bad_job_name');
  });

  test('by the name that is made of it', () => {
    expect(parseJobName(jobResourceName(FULL))).toEqual(FULL);
  });

  test('or refused in words, whatever is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect([undefined, 'bad_job_name']).toContain(codeOf(() => parseJobName(text)));
      }),
    );
  });
});

describe('a model is understood', () => {
  const google = (id: string) => ({ kind: 'publisher', publisher: 'google', id });
  test.each<[string, object]>([
    ['gemini-3.8-flash', google('gemini-3.8-flash')],
    [' `Gemini 3.8 Flash` ', google('gemini-3.8-flash')],
    ['models/gemini-3.8-flash', google('gemini-3.8-flash')],
    ['google/gemini-3.8-flash', google('gemini-3.8-flash')],
    ['publishers/google/models/gemini-3.8-flash', google('gemini-3.8-flash')],
    [
      'projects/acme/locations/eu/publishers/google/models/gemini-3.8-flash',
      { ...google('gemini-3.8-flash'), location: 'eu' },
    ],
    [
      'https://console.cloud.google.com/agent-platform/publishers/google/model-garden/gemini-4-argon?project=x',
      google('gemini-4-argon'),
    ],
    ['claude-opus-5-5', { kind: 'publisher', publisher: 'anthropic', id: 'claude-opus-5-5' }],
    [
      'claude-haiku-4-5@20251001',
      { kind: 'publisher', publisher: 'anthropic', id: 'claude-haiku-4-5', version: '20251001' },
    ],
    [
      'meta/llama-3.3-70b-instruct-maas',
      { kind: 'publisher', publisher: 'meta', id: 'llama-3.3-70b-instruct-maas' },
    ],
    [
      'llama-4-scout-17b-16e-instruct-maas',
      { kind: 'publisher', publisher: 'meta', id: 'llama-4-scout-17b-16e-instruct-maas' },
    ],
    ['gpt-oss-120b-maas', { kind: 'publisher', publisher: 'openai', id: 'gpt-oss-120b-maas' }],
    [
      'qwen3-coder-480b-a35b-instruct-maas',
      { kind: 'publisher', publisher: 'qwen', id: 'qwen3-coder-480b-a35b-instruct-maas' },
    ],
    ['deepseek-v3.1-maas', { kind: 'publisher', publisher: 'deepseek-ai', id: 'deepseek-v3.1-maas' }],
    [
      'multilingual-e5-small-maas',
      { kind: 'publisher', publisher: 'intfloat', id: 'multilingual-e5-small-maas' },
    ],
    [
      'projects/acme/locations/us-central1/models/456@2',
      { kind: 'tuned', project: 'acme', location: 'us-central1', id: '456', version: '2' },
    ],
    [
      'projects/acme/locations/us-central1/endpoints/789',
      { kind: 'endpoint', project: 'acme', location: 'us-central1', id: '789' },
    ],
  ])('%s', (text, name) => {
    expect(parseModelName(text)).toEqual(name);
  });

  test.each([
    '',
    '456',
    'a/b/c',
    'projects/acme/models/1',
    'gemini/../../secret',
    'publishers/google/models/',
  ])('but %j is not', (text) => {
    expect(codeOf(() => parseModelName(text))).toBe('bad_model_name');
  });

  test('and its resource name means the same again', () => {
    for (const text of [
      'publishers/anthropic/models/claude-haiku-4-5@20251001',
      'projects/acme/locations/us-central1/models/456@2',
      'projects/acme/locations/us-central1/endpoints/789',
    ])
      expect(resourceName(parseModelName(text))).toBe(text);
  });
});
