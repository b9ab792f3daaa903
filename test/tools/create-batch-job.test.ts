import { afterEach, describe, expect, test } from 'vitest';
import { checkMessage } from '../support/proto-walker.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { isCreate, loseAnswer, traffic } from '../support/traffic.ts';

const MODEL = 'gemini-3.5-flash-lite';
let session: TestSession;
const start = async (options?: TestOptions) => {
  session = await startSession(options);
  return session;
};
afterEach(() => session.close());

const jobsThere = async () => (await session.call('list_batch_jobs')).data.total;

describe('a submit', () => {
  test('uploads a local file, starts the job, and says so', async () => {
    const { call, file } = await start();
    const reply = await call('create_batch_job', {
      model: MODEL,
      input: await file('rows.jsonl', requestRows(12)),
    });
    expect(reply).toMatchSnapshot();
    expect(await jobsThere()).toBe(1);
  });

  test('sends a body that Google’s protos accept, with labels, name and key', async () => {
    const { sent, network } = traffic();
    const { call, file } = await start({ network });
    const kms_key = 'projects/p/locations/global/keyRings/r/cryptoKeys/k';
    const input = await file('rows.jsonl', requestRows(2));
    const reply = await call('create_batch_job', {
      model: MODEL,
      input,
      name: 'my job',
      labels: { team: 'qa' },
      kms_key,
    });
    expect(reply.isError, reply.text).toBe(false);
    const bodies = sent.filter(isCreate).map(({ body }) => body);
    expect(bodies).toHaveLength(1);
    expect(checkMessage('google.cloud.aiplatform.v1.BatchPredictionJob', bodies[0])).toEqual([]);
    expect(bodies[0]).toMatchObject({
      displayName: 'my job',
      labels: { team: 'qa', tool: 'vertex-batch-mcp', rows: '2' },
      encryptionSpec: { kmsKeyName: kms_key },
    });
  });

  test('takes objects that are in Cloud Storage already, one or by wildcard', async () => {
    const { call, backend } = await start();
    const { storage } = await backend();
    for (const name of ['in/a.jsonl', 'in/b.jsonl']) {
      const bytes = (async function* () {
        yield Buffer.from(requestRows(3));
      })();
      await storage.upload({ bucket: 'emulated-bucket', name, bytes, contentType: 'application/jsonl' });
    }
    const one = await call('create_batch_job', { model: MODEL, input: 'gs://emulated-bucket/in/a.jsonl' });
    expect(one.data.input).toBe('gs://emulated-bucket/in/a.jsonl');
    const both = await call('create_batch_job', { model: MODEL, input: 'gs://emulated-bucket/in/*.jsonl' });
    expect(both.data.input).toBe('gs://emulated-bucket/in/a.jsonl, gs://emulated-bucket/in/b.jsonl');
  });

  test('finds its job again when repeated, and starts another only on purpose', async () => {
    const { call, file } = await start();
    const submit = { model: MODEL, input: await file('rows.jsonl', requestRows(4)) };
    const first = await call('create_batch_job', submit);
    const again = await call('create_batch_job', submit);
    expect(again.data).toMatchObject({ job: first.data.job, created_now: false });
    expect(again.summary).toContain('submitted before');
    const second = await call('create_batch_job', { ...submit, allow_duplicate: true });
    expect(second.data.job).not.toBe(first.data.job);
    expect(second.data.output).not.toBe(first.data.output);
    expect(await jobsThere()).toBe(2);
  });

  test('whose answer is lost is found, not sent twice', async () => {
    const { sent, network } = traffic((sentCall, pass) =>
      isCreate(sentCall) ? loseAnswer(pass) : undefined,
    );
    const { call, file } = await start({ network });
    const reply = await call('create_batch_job', {
      model: MODEL,
      input: await file('rows.jsonl', requestRows(4)),
    });
    expect(reply.isError, reply.text).toBe(false);
    expect(sent.filter(isCreate)).toHaveLength(1);
    expect(await jobsThere()).toBe(1);
  });

  test('goes where the model is when the configured location lacks it, and says so', async () => {
    const { call, file } = await start({ settings: { location: 'us-central1' } });
    const input = await file('rows.jsonl', requestRows(1));
    const reply = await call('create_batch_job', { model: 'gemini-3.8-flash', input });
    expect(reply.data.location).toBe('us');
    expect(reply.data.notes.join()).toContain('not offered in us-central1');
  });
});

describe('a tuned model', () => {
  const MODEL_NAME = 'projects/acme/locations/us-central1/models/4567';
  const ENDPOINT = 'projects/acme/locations/us-central1/endpoints/8901';
  const deployed = traffic(({ method, url }) =>
    method === 'GET' && url.pathname.endsWith(ENDPOINT)
      ? Promise.resolve(Response.json({ name: ENDPOINT, deployedModels: [{ model: MODEL_NAME }] }))
      : undefined,
  );

  test.each([
    ['by its name', MODEL_NAME],
    ['by the endpoint that it is deployed to', ENDPOINT],
  ])('%s, runs where it is and as a model', async (_, model) => {
    const { call, file } = await start({ network: deployed.network, settings: { location: 'global' } });
    // The emulator was started without tuned models, so it refuses in the end; what was asked for is the point.
    const reply = await call('create_batch_job', { model, input: await file('rows.jsonl', requestRows(1)) });
    const create = deployed.sent.filter(isCreate).at(-1);
    expect(create?.body.model).toBe(MODEL_NAME);
    expect(create?.url.hostname).toBe('us-central1-aiplatform.googleapis.com');
    expect(reply.isError).toBe(true);
  });

  test('is not sent to another location than its own', async () => {
    const { call, file } = await start();
    const input = await file('rows.jsonl', requestRows(1));
    const reply = await call('create_batch_job', { model: MODEL_NAME, location: 'global', input });
    expect(reply.text).toMatch(/^\[location_without_model\].*us-central1/);
  });
});

test('a model of a partner gets its own kind of rows, and no other', async () => {
  const { sent, network } = traffic();
  const { call, file } = await start({ network });
  const line = { custom_id: 't-0', method: 'POST', url: '/v1/chat/completions', body: { messages: [] } };
  const model = 'llama-3.3-70b-instruct-maas';
  // The emulator publishes no partners' models and refuses in the end; that the rows are taken is the point.
  await call('create_batch_job', { model, input: await file('openai.jsonl', `${JSON.stringify(line)}\n`) });
  expect(sent.filter(isCreate)).toHaveLength(1);
  const reply = await call('create_batch_job', { model, input: await file('rows.jsonl', requestRows(1)) });
  expect(reply.text).toMatch(/^\[not_request_rows\].*Gemini’s; the model wants that of OpenAI/);
  expect(sent.filter(isCreate)).toHaveLength(1);
});

describe('bad input is refused before anything is created', () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['unknown model', { model: 'gemini-3.8-flsh' }, /^\[unknown_model\].*gemini-3\.8-flash/],
    ['retired model', { model: 'gemini-1.5-pro-002' }, /^\[retired_model\].*2025-09-24.*gemini-/],
    [
      'location without the model',
      { model: 'gemini-3.8-flash', location: 'asia-east1' },
      /^\[location_without_model\].*global/,
    ],
    ['file that is not there', { input: 'nothing.jsonl' }, /^\[file_not_found\]/],
    ['file outside the folders', { input: '/etc/hostname' }, /^\[file_not_allowed\].*--allow-dir/],
    ['empty file', { input: 'empty.jsonl' }, /^\[empty_file\]/],
    ['file in OpenAI’s format', { input: 'openai.jsonl' }, /^\[not_request_rows\].*OpenAI/],
    ['missing object', { input: 'gs://emulated-bucket/none.jsonl' }, /^\[input_not_found\]/],
    ['malformed URI', { input: 'gs://UPPER/none.jsonl' }, /^\[bad_gs_uri\]/],
    ['missing bucket', { output: 'gs://no-such-bucket/x' }, /no-such-bucket/],
    ['bad label', { labels: { Team: 'x' } }, /^\[bad_label\].*Team/],
    ['label of our own', { labels: { run: 'x' } }, /^\[reserved_label\]/],
    ['unknown argument', { modle: 'x' }, /^\[invalid_arguments\].*'modle' is unknown.*'model'/],
  ];
  test.each(cases)('%s', async (_, args, expected) => {
    const { sent, network } = traffic();
    const { call, file } = await start({ network });
    const input = await file('rows.jsonl', requestRows(2));
    await file('empty.jsonl', '');
    await file('openai.jsonl', '{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{}}\n');
    const reply = await call('create_batch_job', { model: MODEL, input, ...args });
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(expected);
    expect(sent.filter(isCreate)).toEqual([]);
    expect(await jobsThere()).toBe(0);
  });

  test('no bucket is known', async () => {
    const { call, file } = await start({ settings: { backend: 'google', project: 'acme' } });
    const reply = await call('create_batch_job', {
      model: MODEL,
      input: await file('rows.jsonl', requestRows(2)),
    });
    expect(reply.text).toMatch(/^\[no_output_place\].*--bucket/);
  });
});
