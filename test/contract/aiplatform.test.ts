import { createRequire } from 'node:module';
import { protos, v1, v1beta1 } from '@google-cloud/aiplatform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, MODEL, row, serveVertex } from '../support/vertex-emulator.ts';

// The client wants the google-auth-library that its transport depends on.
const fromClient = createRequire(createRequire(import.meta.url).resolve('@google-cloud/aiplatform'));
const fromGax = createRequire(fromClient.resolve('google-gax'));
const { OAuth2Client } = fromGax('google-auth-library') as typeof import('google-auth-library');

const { JobState, BatchPredictionJob } = protos.google.cloud.aiplatform.v1;
const parent = 'projects/emulated-project/locations/us-central1';
const HOUR = 3_600_000;

/** Google's generated client in its REST mode: enums as numbers, percent-encoded paths, decoding by the proto. */
let vertex: Awaited<ReturnType<typeof serveVertex>>;
let client: InstanceType<typeof v1.JobServiceClient>;
let options: ConstructorParameters<typeof v1.JobServiceClient>[0];

beforeAll(async () => {
  vertex = await serveVertex({
    tunedModels: [{ id: '77', location: 'us-central1', displayName: 'mine', base: 'gemini-3.5-flash-lite' }],
  });
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'anyone', expiry_date: Date.parse('2100-01-01') });
  const { hostname, port } = new URL(vertex.url);
  options = {
    fallback: true,
    apiEndpoint: hostname,
    port: Number(port),
    protocol: 'http',
    // biome-ignore lint/suspicious/noExplicitAny: two copies of the auth library have two private classes.
    authClient: authClient as any,
  };
  client = new v1.JobServiceClient(options);
  await vertex.put('in.jsonl', [row('a'), row('b'), { ...row('c'), request: { contents: [] } }]);
});

afterAll(async () => {
  await client.close();
  await vertex.close();
});

const create = async (displayName: string, labels: Record<string, string> = {}) => {
  const [job] = await client.createBatchPredictionJob({
    parent,
    batchPredictionJob: {
      displayName,
      model: MODEL,
      labels,
      inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [`gs://${BUCKET}/in.jsonl`] } },
      outputConfig: {
        predictionsFormat: 'jsonl',
        gcsDestination: { outputUriPrefix: `gs://${BUCKET}/out` },
      },
    },
  });
  return job;
};

test('a job decodes by the proto at every step of its life', async () => {
  const created = await create('life');
  expect(created.state).toBe(JobState[JobState.JOB_STATE_PENDING]);
  expect(created.name).toMatch(/^projects\/\d{12}\/locations\/us-central1\/batchPredictionJobs\/\d{19}$/);
  vertex.clock.advance(HOUR);
  const [done] = await client.getBatchPredictionJob({ name: created.name! });
  expect(done.state).toBe('JOB_STATE_SUCCEEDED');
  expect(done.completionStats).toMatchObject({ successfulCount: '2', failedCount: '1' });
  expect(done.outputInfo?.gcsOutputDirectory).toMatch(/^gs:\/\/emulated-bucket\/out\/prediction-model-/);
  expect(Number(done.startTime?.seconds)).toBeLessThan(Number(done.endTime?.seconds));
});

test('the list is filtered, paged and masked', async () => {
  for (const number of ['one', 'two', 'three']) {
    await create(`paged-${number}`, { run: 'paged' });
    vertex.clock.advance(1000);
  }
  const request = { parent, filter: 'labels.run=paged', pageSize: 2, readMask: { paths: ['display_name'] } };
  const [first, next] = await client.listBatchPredictionJobs(request, { autoPaginate: false });
  expect(first.map(({ displayName }) => displayName)).toEqual(['paged-three', 'paged-two']);
  expect(first.map(({ name, state }) => [name, state])).toEqual([
    ['', 'JOB_STATE_UNSPECIFIED'],
    ['', 'JOB_STATE_UNSPECIFIED'],
  ]);
  const [second] = await client.listBatchPredictionJobs(next!, { autoPaginate: false });
  expect(second.map(({ displayName }) => displayName)).toEqual(['paged-one']);
});

test('a job is cancelled and deleted, and the operation says so', async () => {
  const { name } = await create('short-lived');
  await client.cancelBatchPredictionJob({ name: name! });
  vertex.clock.advance(HOUR);
  const [cancelled] = await client.getBatchPredictionJob({ name: name! });
  expect(cancelled.state).toBe('JOB_STATE_CANCELLED');
  const [operation] = await client.deleteBatchPredictionJob({ name: name! });
  await operation.promise();
  expect(operation.done).toBe(true);
  const checked = await client.checkDeleteBatchPredictionJobProgress(operation.name!);
  expect(checked.done).toBe(true);
  await expect(client.getBatchPredictionJob({ name: name! })).rejects.toThrow('NOT_FOUND');
});

test('no field of an answer is foreign to the proto or of another type', async () => {
  const { name } = await create('strict', { run: 'strict' });
  const path = name!.slice(name!.indexOf('batchPredictionJobs/'));
  const states = new Set<string>();
  for (const ms of [0, 30_000, 200_000, 5_000, HOUR]) {
    vertex.clock.advance(ms);
    const { json } = await vertex.vertex('GET', path);
    states.add(json.state);
    const asMessage = { ...json };
    for (const time of ['createTime', 'startTime', 'endTime', 'updateTime']) {
      if (json[time]) asMessage[time] = { seconds: String(Math.floor(Date.parse(json[time]) / 1000)) };
    }
    const message = BatchPredictionJob.fromObject(asMessage);
    expect(BatchPredictionJob.toObject(message, { enums: String, longs: String })).toEqual(asMessage);
  }
  expect(states).toContain('JOB_STATE_SUCCEEDED');
});

test('a bad filter is INVALID_ARGUMENT', async () => {
  const bad = client.listBatchPredictionJobs({ parent, filter: 'colour=red' }, { autoPaginate: false });
  await expect(bad).rejects.toThrow('INVALID_ARGUMENT');
});

test('models, published and tuned', async () => {
  const garden = new v1beta1.ModelGardenServiceClient(options);
  const [model] = await garden.getPublisherModel({ name: MODEL });
  expect(model).toMatchObject({ name: MODEL, launchStage: 'GA', openSourceCategory: 'PROPRIETARY' });
  const ids: (string | null | undefined)[] = [];
  const parent = 'publishers/google';
  for await (const { name } of garden.listPublisherModelsAsync({ parent, pageSize: 5 })) ids.push(name);
  expect(ids).toContain(MODEL);
  expect(new Set(ids).size).toBe(ids.length);
  await garden.close();

  const models = new v1.ModelServiceClient(options);
  const [tuned] = await models.getModel({
    name: 'projects/emulated-project/locations/us-central1/models/77',
  });
  expect(tuned).toMatchObject({ displayName: 'mine', versionId: '1' });
  await models.close();
});
