import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualClock } from '../support/manual-clock.ts';
import { BUCKET, jobBody, openVertex, row, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;

beforeAll(async () => {
  vertex = await openVertex();
  await vertex.put('in.jsonl', [row('a')]);
});
afterAll(() => vertex.close());

const create = (fields: object | string) =>
  vertex.vertex('POST', 'batchPredictionJobs', typeof fields === 'string' ? fields : jobBody(fields));
const output = { outputUriPrefix: `gs://${BUCKET}/out` };

test('a created job is pending and carries the project number', async () => {
  const { status, json } = await create({ labels: { run: 'r1' } });
  expect(status).toBe(200);
  expect(json).toMatchObject({ state: 'JOB_STATE_PENDING', labels: { run: 'r1' }, displayName: 'reviews' });
  expect(json.name).toMatch(/^projects\/\d{12}\/locations\/us-central1\/batchPredictionJobs\/\d{19}$/);
  expect(json).not.toHaveProperty('outputInfo');
  expect(json).not.toHaveProperty('startTime');
});

test('snake case is read, and answered in camel case', async () => {
  const { json } = await vertex.vertex('POST', 'batchPredictionJobs', {
    display_name: 'snake',
    model: 'publishers/google/models/gemini-3.5-flash-lite',
    input_config: { instances_format: 'jsonl', gcs_source: { uris: [`gs://${BUCKET}/in.jsonl`] } },
    output_config: {
      predictions_format: 'jsonl',
      gcs_destination: { output_uri_prefix: 'gs://emulated-bucket' },
    },
  });
  expect(json).toMatchObject({
    displayName: 'snake',
    inputConfig: { gcsSource: { uris: [expect.any(String)] } },
  });
});

test('what only the service sets is ignored', async () => {
  const { status, json } = await create({ state: 'JOB_STATE_SUCCEEDED', name: 'mine', createTime: 'never' });
  expect(status).toBe(200);
  expect(json.state).toBe('JOB_STATE_PENDING');
  expect(json.name).not.toBe('mine');
});

describe('refused with 400', () => {
  const refused: [what: string, fields: object | string, message: string | RegExp][] = [
    ['no JSON', '{"displayName": ', 'Invalid JSON payload received'],
    [
      'an unknown field',
      { colour: 'red' },
      `Invalid JSON payload received. Unknown name "colour" at 'batch_prediction_job': Cannot find field.`,
    ],
    [
      'an unknown field deep down',
      { inputConfig: { instancesFormat: 'jsonl', gcsDestination: { uris: [] } } },
      `Unknown name "gcsDestination" at 'batch_prediction_job.input_config'`,
    ],
    [
      'a text where a list belongs',
      { inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: `gs://${BUCKET}/in.jsonl` } } },
      `Invalid value at 'batch_prediction_job.input_config.gcs_source.uris'`,
    ],
    ['a number as a name', { displayName: 5 }, `'batch_prediction_job.display_name' (TYPE_STRING), 5`],
    [
      'two destinations',
      {
        outputConfig: {
          predictionsFormat: 'jsonl',
          gcsDestination: output,
          bigqueryDestination: { outputUri: 'bq://p' },
        },
      },
      `oneof field 'destination' is already set`,
    ],
    [
      'no name',
      { displayName: undefined },
      'Field: batch_prediction_job.display_name; Message: Required field is not set.',
    ],
    ['no model', { model: '' }, 'batch_prediction_job.model'],
    ['no input', { inputConfig: undefined }, 'batch_prediction_job.input_config'],
    ['no format', { outputConfig: { gcsDestination: output } }, 'output_config.predictions_format'],
    ['no source', { inputConfig: { instancesFormat: 'jsonl' } }, 'input_config.source'],
    ['no uris', { inputConfig: { instancesFormat: 'jsonl', gcsSource: {} } }, 'gcs_source.uris'],
    ['a long name', { displayName: 'x'.repeat(129) }, 'display_name'],
    ['a label in capitals', { labels: { Run: 'x' } }, 'labels[Run]'],
    ['a field of v1beta1', { endpoint: 'x' }, 'Unknown name "endpoint"'],
    ['a bare model id', { model: 'gemini-3.5-flash-lite' }, 'Invalid resource name'],
    [
      'a missing object',
      { inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [`gs://${BUCKET}/none.jsonl`] } } },
      'No file matches',
    ],
    [
      'a missing input bucket',
      { inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: ['gs://no-bucket/in.jsonl'] } } },
      'bucket of the input does not exist',
    ],
    [
      'a missing output bucket',
      {
        outputConfig: {
          predictionsFormat: 'jsonl',
          gcsDestination: { outputUriPrefix: 'gs://no-bucket/out' },
        },
      },
      'bucket of the output does not exist',
    ],
    [
      'a format of other models',
      { inputConfig: { instancesFormat: 'csv', gcsSource: { uris: [`gs://${BUCKET}/in.jsonl`] } } },
      'instances_format',
    ],
  ];

  test.each(refused)('%s', async (_, fields, message) => {
    const { status, json } = await create(fields);
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(json.error.message).toContain(message);
  });
});

describe('models', () => {
  test.each([
    ['unknown', 'gemini-9-pro'],
    ['retired', 'gemini-2.5-flash'],
    ['not offered in us-central1', 'gemini-4-argon'],
  ])('%s: 404', async (_, id) => {
    const { status, json } = await create({ model: `publishers/google/models/${id}` });
    expect(status).toBe(404);
    expect(json.error.message).toContain(`${id}\` was not found`);
  });

  test('a model answers until its retirement and no longer', async () => {
    const model = 'publishers/google/models/gemini-2.5-flash';
    const on = async (start: string) => {
      const past = await openVertex({ clock: manualClock({ start }) });
      await past.put('in.jsonl', [row('a')]);
      const { status } = await past.vertex('POST', 'batchPredictionJobs', jobBody({ model }));
      await past.close();
      return status;
    };
    expect(await on('2026-10-19T23:59:59Z')).toBe(200);
    expect(await on('2026-10-20T00:00:00Z')).toBe(404);
  });
});

test('embedding models say that they are not emulated', async () => {
  const { status } = await create({ model: 'publishers/google/models/gemini-embedding-001' });
  expect(status).toBe(501);
});

test('BigQuery and datasets say that they are not emulated', async () => {
  const { status, json } = await create({
    inputConfig: { instancesFormat: 'bigquery', bigquerySource: { inputUri: 'bq://p.d.t' } },
  });
  expect(status).toBe(501);
  expect(json.error.status).toBe('UNIMPLEMENTED');
});

test('a wildcard takes every file that fits', async () => {
  await vertex.put('parts/1.jsonl', [row('one')]);
  await vertex.put('parts/2.jsonl', [row('two')]);
  await vertex.put('parts/deep/3.jsonl', [row('three')]);
  const uris = [`gs://${BUCKET}/parts/*.jsonl`];
  const { name } = await vertex.create({ inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris } } });
  vertex.clock.advance(3_600_000);
  const rows = await vertex.rows(await vertex.get(name));
  expect(rows.map(({ key }) => key).sort()).toEqual(['one', 'two']);
});
