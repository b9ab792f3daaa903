import { describe, expect, it } from 'vitest';
import { createVertexClient } from '../../src/google/vertex.ts';
import type { NewBatchPredictionJob } from '../../src/google/vertex-types.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Handler, loopback, rpcError, sendJson } from './support/loopback.ts';
import { collect, failureOf, testHttp } from './support/test-http.ts';

async function setUp(handler: Handler) {
  const server = await loopback(handler);
  const clock = manualClock({ jump: true });
  const vertex = createVertexClient({ http: testHttp(server.fetch, { clock }), project: 'acme-prod' });
  const asked = () => server.seen.map(({ method, host, path }) => `${method} ${host}${path}`);
  return { server, vertex, clock, asked };
}

const JOB: NewBatchPredictionJob = {
  displayName: 'reviews',
  model: 'publishers/google/models/gemini-3.5-flash-lite',
  inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: ['gs://acme-batch/in.jsonl'] } },
  outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: 'gs://acme-batch/out' } },
};
const NAME = 'projects/123/locations/us-central1/batchPredictionJobs/456';
const HOST = 'us-central1-aiplatform.googleapis.com';

describe('batch prediction jobs', () => {
  it('are created at the host of their location, and created once', async () => {
    const { server, vertex, asked } = await setUp((_, response) => {
      if (server.seen.length === 1) sendJson(response, { name: NAME, state: 'JOB_STATE_PENDING' });
      else if (server.seen.length === 2) sendJson(response, {}, 503);
      else response.destroy();
    });
    const { create } = vertex.batchPredictionJobs;
    expect(await create('global', JOB)).toEqual({ name: NAME, state: 'JOB_STATE_PENDING' });
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual(JOB);
    expect(await failureOf(create('us', JOB))).toMatchObject({ status: 503, retryable: true });
    expect(await failureOf(create('us-central1', JOB))).toMatchObject({ reason: 'NETWORK', retryable: true });
    expect(asked()).toEqual([
      'POST aiplatform.googleapis.com/v1/projects/acme-prod/locations/global/batchPredictionJobs',
      'POST aiplatform.us.rep.googleapis.com/v1/projects/acme-prod/locations/us/batchPredictionJobs',
      `POST ${HOST}/v1/projects/acme-prod/locations/us-central1/batchPredictionJobs`,
    ]);
  });

  it('are read where their name says, and keep fields that are not known here', async () => {
    const { vertex, asked } = await setUp((_, response) =>
      sendJson(response, { name: NAME, satisfiesPzs: true }),
    );
    expect(await vertex.batchPredictionJobs.get(NAME)).toEqual({ name: NAME, satisfiesPzs: true });
    expect(asked()).toEqual([`GET ${HOST}/v1/${NAME}`]);
  });

  it('are listed to the last page', async () => {
    const { server, vertex } = await setUp((seen, response) => {
      const last = seen.query.has('pageToken');
      sendJson(response, {
        batchPredictionJobs: [{ displayName: last ? 'old' : 'new' }],
        ...(!last && { nextPageToken: 'more' }),
      });
    });
    const filter = 'state="JOB_STATE_RUNNING" AND labels.run="r1"';
    const options = { filter, pageSize: 50, readMask: ['name', 'state'] };
    const jobs = await collect(vertex.batchPredictionJobs.list('us-central1', options));
    expect(jobs.map(({ displayName }) => displayName)).toEqual(['new', 'old']);
    expect(Object.fromEntries(server.seen[1]!.query)).toEqual({
      filter,
      pageSize: '50',
      pageToken: 'more',
      readMask: 'name,state',
    });
  });

  it('are cancelled', async () => {
    const { server, vertex, asked } = await setUp((_, response) => sendJson(response, {}));
    await vertex.batchPredictionJobs.cancel(NAME);
    expect(asked()).toEqual([`POST ${HOST}/v1/${NAME}:cancel`]);
    expect(server.seen[0]!.body.toString()).toBe('{}');
  });
});

describe('deleting a job', () => {
  const OPERATION = 'projects/123/locations/us-central1/operations/789';

  it('waits until it is gone, longer between looks', async () => {
    const { server, vertex, clock, asked } = await setUp((_, response) =>
      sendJson(response, { name: OPERATION, done: server.seen.length === 5 }),
    );
    const started = clock.now();
    await vertex.batchPredictionJobs.delete(NAME);
    expect(asked()).toEqual([`DELETE ${HOST}/v1/${NAME}`, ...Array(4).fill(`GET ${HOST}/v1/${OPERATION}`)]);
    expect(clock.now()).toBeGreaterThan(started);
  });

  it('says why it failed', async () => {
    const { vertex } = await setUp((_, response) =>
      sendJson(response, { name: OPERATION, done: true, error: { code: 9, message: 'The job is running.' } }),
    );
    expect(await failureOf(vertex.batchPredictionJobs.delete(NAME))).toMatchObject({
      reason: 'FAILED_PRECONDITION',
      message: 'The job is running.',
    });
  });

  it('does not wait for ever', async () => {
    const { server, vertex } = await setUp((_, response) => sendJson(response, { name: OPERATION }));
    expect(await failureOf(vertex.batchPredictionJobs.delete(NAME))).toMatchObject({ reason: 'TIMEOUT' });
    expect(server.seen.length).toBeLessThan(20);
  });

  it('is done where only the answer was lost; a job that never was is an error', async () => {
    const { server, vertex } = await setUp((_, response) => {
      if (server.seen.length === 1) response.destroy();
      else sendJson(response, rpcError(404, 'NOT_FOUND', 'The job does not exist.'), 404);
    });
    await vertex.batchPredictionJobs.delete(NAME);
    expect(server.seen).toHaveLength(2);
    expect(await failureOf(vertex.batchPredictionJobs.delete(NAME))).toMatchObject({ status: 404 });
  });
});

it('looks up publisher models, tuned models and endpoints', async () => {
  const { vertex, asked } = await setUp((seen, response) =>
    sendJson(
      response,
      seen.path.endsWith('/models') ? { publisherModels: [{ name: 'one' }] } : { name: 'it' },
    ),
  );
  await vertex.publisherModels.get('global', 'google', 'gemini-3.8-flash');
  expect(await collect(vertex.publisherModels.list('eu', 'google'))).toEqual([{ name: 'one' }]);
  await vertex.models.get('projects/1/locations/us-central1/models/2@3');
  await vertex.endpoints.get('projects/1/locations/us-central1/endpoints/4');
  expect(asked()).toEqual([
    'GET aiplatform.googleapis.com/v1/publishers/google/models/gemini-3.8-flash',
    'GET aiplatform.eu.rep.googleapis.com/v1beta1/publishers/google/models',
    `GET ${HOST}/v1/projects/1/locations/us-central1/models/2%403`,
    `GET ${HOST}/v1/projects/1/locations/us-central1/endpoints/4`,
  ]);
});

describe('online calls', () => {
  const request = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };
  const model = 'v1/projects/acme-prod/locations/global/publishers/google/models/gemini-3.8-flash';

  it('generate once, since each answer costs', async () => {
    const { server, vertex, asked } = await setUp((_, response) => sendJson(response, {}, 503));
    expect(await failureOf(vertex.generateContent('global', 'gemini-3.8-flash', request))).toMatchObject({
      status: 503,
    });
    expect(asked()).toEqual([`POST aiplatform.googleapis.com/${model}:generateContent`]);
    expect(JSON.parse(server.seen[0]!.body.toString())).toEqual(request);
  });

  it('count tokens as often as it takes', async () => {
    const { server, vertex, asked } = await setUp((_, response) =>
      sendJson(response, { totalTokens: 3 }, server.seen.length === 1 ? 503 : 200),
    );
    const counted = await vertex.countTokens('global', 'gemini-3.8-flash', request);
    expect(counted).toEqual({ totalTokens: 3 });
    expect(asked()[1]).toBe(`POST aiplatform.googleapis.com/${model}:countTokens`);
  });
});
