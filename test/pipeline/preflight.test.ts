import { afterEach, describe, expect, test } from 'vitest';
import type { ChosenModel } from '../../src/pipeline/choose-model.ts';
import type { Ports } from '../../src/pipeline/ports.ts';
import { type PreflightSpec, preflight } from '../../src/pipeline/preflight.ts';
import { failureOf } from '../google/support/test-http.ts';
import { startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

const MODEL: ChosenModel = {
  resource: 'publishers/google/models/gemini-3.5-flash-lite',
  location: 'global',
  format: 'gemini',
  limits: {},
  notes: [],
};

let session: TestSession;
afterEach(() => session.close());

/** The step by itself, on the clients of a session. */
async function ready(spec: Partial<PreflightSpec> = {}, options: TestOptions = {}) {
  const { sent, network } = traffic();
  session = await startSession({ network, ...options });
  const { clock } = session;
  const ports = { ...(await session.backend()), clock, signal: new AbortController().signal };
  const run = () =>
    preflight({ model: MODEL, place: 'gs://emulated-bucket/runs', ...spec }, ports as unknown as Ports);
  return { run, sent, ports };
}

test('all is well: no line, three looks, nothing written', async () => {
  const { run, sent } = await ready({ output: 'gs://emulated-bucket/runs/outputs/run-1' });
  expect(await run()).toEqual([]);
  expect(sent.map(({ method, url }) => `${method} ${url.pathname}`).sort()).toEqual([
    'GET /storage/v1/b/emulated-bucket',
    'GET /storage/v1/b/emulated-bucket/iam/testPermissions',
    'GET /storage/v1/b/emulated-bucket/o',
  ]);
});

test('a bucket in another place is a warning', async () => {
  const { run } = await ready({ model: { ...MODEL, location: 'us-central1' } });
  expect(await run()).toMatchObject([{ check: 'bucket', state: 'warning' }]);
});

test('an output place that is not empty is a warning; one whose name only begins the same is free', async () => {
  const { run, ports } = await ready({ output: 'gs://emulated-bucket/out' });
  const put = (name: string) =>
    ports.storage.upload({
      bucket: 'emulated-bucket',
      name,
      bytes: (async function* () {
        yield Buffer.from('x');
      })(),
      contentType: 'text/plain',
    });
  await put('outer/predictions.jsonl');
  expect(await run()).toEqual([]);
  await put('out/prediction-model-1/predictions.jsonl');
  expect(await run()).toMatchObject([
    {
      check: 'output',
      state: 'warning',
      says: expect.stringContaining('«out/prediction-model-1/predictions.jsonl»'),
      fix: 'gcloud storage ls gs://emulated-bucket/out',
    },
  ]);
});

describe('one error names each failure with its command', () => {
  test('a bucket that is not there, for a model that is gone', async () => {
    const model = { ...MODEL, resource: 'publishers/google/models/gemini-1.5-pro-002' };
    const { run } = await ready({ place: 'gs://acme-batch', model, output: 'gs://acme-batch/out' });
    const error = await failureOf(run());
    expect(error).toMatchObject({
      name: 'UserError',
      code: 'not_ready',
      what: 'The job cannot start: 2 checks failed.',
      fix: expect.stringContaining('check_setup'),
    });
    expect(error.message).toContain('gemini-1.5-pro-002 was retired on 2025-09-24.');
    expect(error.message).toContain(
      'There is no bucket gs://acme-batch. Run `gcloud storage buckets create gs://acme-batch --project=emulated-project --location=us`.',
    );
  });

  test('a bucket that the caller may not write to', async () => {
    const { network } = traffic(({ url }) =>
      url.pathname.endsWith('/testPermissions')
        ? Promise.resolve(Response.json({ permissions: ['storage.objects.get', 'storage.objects.list'] }))
        : undefined,
    );
    const { run } = await ready({}, { network });
    expect((await failureOf(run())).message).toMatch(
      /1 check failed\. The caller lacks storage\.objects\.create on gs:\/\/emulated-bucket\. Run `gcloud storage buckets add-iam-policy-binding gs:\/\/emulated-bucket /,
    );
  });

  test('a connection that breaks', async () => {
    const faults = [{ match: { rpc: 'storage.buckets.get' }, respond: { lose: true } }];
    const { run } = await ready({}, { faults });
    expect(await failureOf(run())).toMatchObject({
      code: 'not_ready',
      message: expect.stringContaining('No answer from storage.googleapis.com'),
    });
  });
});

test('a cancelled call is cancelled, not refused', async () => {
  const { ports } = await ready();
  const cancelled = { ...ports, signal: AbortSignal.abort(new Error('enough')) } as unknown as Ports;
  await expect(preflight({ model: MODEL, place: 'gs://emulated-bucket' }, cancelled)).rejects.toThrow(
    'enough',
  );
});
