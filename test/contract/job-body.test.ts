import { describe, expect, it } from 'vitest';
import { createVertexClient } from '../../src/google/vertex.ts';
import type { NewBatchPredictionJob } from '../../src/google/vertex-types.ts';
import { collect, testHttp } from '../google/support/test-http.ts';
import { httpBindings } from '../support/proto-index.ts';
import { checkMessage } from '../support/proto-walker.ts';

interface Sent {
  verb: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** What our client sends, kept on its way out. */
function setUp(answer: object = {}) {
  const sent: Sent[] = [];
  const http = testHttp(async (address, init) => {
    const url = new URL(address);
    const body = init?.body ? JSON.parse(String(init.body)) : undefined;
    const path = decodeURIComponent(url.pathname);
    sent.push({ verb: init?.method ?? 'GET', path, query: url.searchParams, body });
    return Response.json(answer);
  });
  return { vertex: createVertexClient({ http, project: 'acme-prod' }), sent };
}

const JOBS = 'google.cloud.aiplatform.v1.JobService';
const NAME = 'projects/123/locations/us-central1/batchPredictionJobs/456';

function expectMethod(sent: Sent | undefined, service: string, method: string): void {
  const bindings = httpBindings(service, method);
  const fits = bindings.some(({ verb, path }) => verb === sent?.verb && path.test(sent.path));
  expect(fits, `${sent?.verb} ${sent?.path} is not ${method}`).toBe(true);
}

const base = { displayName: 'run42', model: 'publishers/google/models/gemini-3.5-flash-lite' };
const BODIES: Record<string, NewBatchPredictionJob> = {
  'Cloud Storage to Cloud Storage': {
    ...base,
    inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: ['gs://b/1.jsonl', 'gs://b/2.jsonl'] } },
    outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: 'gs://b/out' } },
    labels: { tool: 'vertex-batch-mcp', run: 'run42' },
  },
  'BigQuery to BigQuery, with a key of the customer': {
    ...base,
    model: 'projects/acme-prod/locations/us-central1/models/42',
    inputConfig: { instancesFormat: 'bigquery', bigquerySource: { inputUri: 'bq://p.d.t' } },
    outputConfig: { predictionsFormat: 'bigquery', bigqueryDestination: { outputUri: 'bq://p.d.out' } },
    encryptionSpec: { kmsKeyName: 'projects/p/locations/us-central1/keyRings/r/cryptoKeys/k' },
  },
};

describe("our requests are in Google's protos", () => {
  it.each(Object.entries(BODIES))('create: %s', async (_, job) => {
    const { vertex, sent } = setUp();
    await vertex.batchPredictionJobs.create('us-central1', job);
    expect(checkMessage('BatchPredictionJob', sent[0]?.body)).toEqual([]);
    expectMethod(sent[0], JOBS, 'CreateBatchPredictionJob');
  });

  it('get, cancel and delete', async () => {
    const { vertex, sent } = setUp({ done: true });
    await vertex.batchPredictionJobs.get(NAME);
    await vertex.batchPredictionJobs.cancel(NAME);
    await vertex.batchPredictionJobs.delete(NAME);
    expectMethod(sent[0], JOBS, 'GetBatchPredictionJob');
    expectMethod(sent[1], JOBS, 'CancelBatchPredictionJob');
    expect(
      checkMessage('CancelBatchPredictionJobRequest', { name: NAME, ...(sent[1]?.body as object) }),
    ).toEqual([]);
    expectMethod(sent[2], JOBS, 'DeleteBatchPredictionJob');
  });

  it('list, its query and its read mask', async () => {
    const { vertex, sent } = setUp();
    const readMask = ['name', 'displayName', 'state', 'createTime', 'endTime', 'completionStats', 'labels'];
    const options = { filter: 'state="JOB_STATE_RUNNING"', pageSize: 50, readMask };
    await collect(vertex.batchPredictionJobs.list('us-central1', options));
    expectMethod(sent[0], JOBS, 'ListBatchPredictionJobs');
    const parent = 'projects/acme-prod/locations/us-central1';
    const query = Object.fromEntries(sent[0]?.query ?? []);
    expect(checkMessage('ListBatchPredictionJobsRequest', { parent, ...query })).toEqual([]);
    const masked = Object.fromEntries(
      String(query.readMask)
        .split(',')
        .map((field) => [field, null]),
    );
    expect(checkMessage('BatchPredictionJob', masked, 'response')).toEqual([]);
  });

  it('generate and count tokens', async () => {
    const { vertex, sent } = setUp();
    const request = {
      systemInstruction: { parts: [{ text: 'You grade product reviews.' }] },
      contents: [{ role: 'user', parts: [{ text: 'The kettle leaks.' }] }],
    };
    const graded = {
      ...request,
      generationConfig: { maxOutputTokens: 400, responseMimeType: 'application/json' },
    };
    await vertex.generateContent('global', 'gemini-3.8-flash', graded);
    await vertex.countTokens('global', 'gemini-3.8-flash', request);
    const model = 'projects/acme-prod/locations/global/publishers/google/models/gemini-3.8-flash';
    expectMethod(sent[0], 'google.cloud.aiplatform.v1.PredictionService', 'GenerateContent');
    expect(checkMessage('GenerateContentRequest', { model, ...(sent[0]?.body as object) })).toEqual([]);
    expectMethod(sent[1], 'google.cloud.aiplatform.v1.LlmUtilityService', 'CountTokens');
    // The path names the model; the protos still call `endpoint` the required one.
    expect(checkMessage('CountTokensRequest', { endpoint: model, ...(sent[1]?.body as object) })).toEqual([]);
  });

  it('publisher models, models and endpoints', async () => {
    const { vertex, sent } = setUp();
    await vertex.publisherModels.get('global', 'google', 'gemini-3.8-flash');
    await collect(vertex.publisherModels.list('global', 'google'));
    await vertex.models.get('projects/1/locations/us-central1/models/2@3');
    await vertex.endpoints.get('projects/1/locations/us-central1/endpoints/4');
    expectMethod(sent[0], 'google.cloud.aiplatform.v1.ModelGardenService', 'GetPublisherModel');
    expectMethod(sent[1], 'google.cloud.aiplatform.v1beta1.ModelGardenService', 'ListPublisherModels');
    expectMethod(sent[2], 'google.cloud.aiplatform.v1.ModelService', 'GetModel');
    expectMethod(sent[3], 'google.cloud.aiplatform.v1.EndpointService', 'GetEndpoint');
  });
});
