import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmulator, type Fault } from '../../src/emulator/app.ts';
import { createStorageClient } from '../../src/google/storage.ts';
import { createVertexClient } from '../../src/google/vertex.ts';
import { manualClock } from '../support/manual-clock.ts';
import { referenceCrc32c } from './support/reference-crc32c.ts';
import { collect, failureOf, testHttp } from './support/test-http.ts';

const BUCKET = 'emulated-bucket';
const MODEL = 'gemini-3.5-flash-lite';

/** Both clients at Google's addresses, with the emulator behind them. */
async function setUp(faults: Fault[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'client-'));
  const clock = manualClock({ jump: true });
  const emulator = createEmulator({ folder, clock, faults });
  onTestFinished(async () => {
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  });
  const http = testHttp((url, init) => emulator.fetch(new Request(url, init)), { clock });
  const storage = createStorageClient({ http });
  const vertex = createVertexClient({ http, project: 'emulated-project' });
  const put = (name: string, text: string) =>
    storage.upload({
      bucket: BUCKET,
      name,
      bytes: inTwo(Buffer.from(text)),
      contentType: 'application/jsonl',
      chunkBytes: 256 * 1024,
    });
  const read = async (name: string) =>
    Buffer.concat(await collect(storage.download(BUCKET, name))).toString();
  return { clock, storage, vertex, put, read };
}

async function* inTwo(bytes: Buffer) {
  yield bytes.subarray(0, bytes.byteLength >> 1);
  yield bytes.subarray(bytes.byteLength >> 1);
}

const row = (key: string) =>
  JSON.stringify({ key, request: { contents: [{ role: 'user', parts: [{ text: `Say ${key}.` }] }] } });
const ROWS = ['r-1', 'r-2', 'r-3'].map(row).join('\n');
const LONG = Array.from({ length: 40_000 }, (_, line) => `line number ${line}\n`).join('');

describe('Cloud Storage', () => {
  it('keeps what was uploaded', async () => {
    const { storage, put, read } = await setUp();
    const stored = await put('in/long name.txt', LONG);
    expect(stored).toMatchObject({ size: LONG.length, crc32c: await referenceCrc32c(Buffer.from(LONG)) });
    expect(await storage.stat(BUCKET, 'in/long name.txt')).toMatchObject({ generation: stored.generation });
    expect(await read('in/long name.txt')).toBe(LONG);
    expect(await failureOf(put('in/long name.txt', 'other'))).toMatchObject({ status: 412 });
  });

  it('loses nothing to lost answers and broken bodies', async () => {
    const { put, read } = await setUp([
      { match: { method: 'PUT' }, times: 2, respond: { lose: true } },
      { match: { method: 'GET', path: '/storage/**' }, times: 4, respond: { cut: 100_000 } },
    ]);
    await put('in', LONG);
    expect(await read('in')).toBe(LONG);
  });

  it('lists, joins and deletes', async () => {
    const { storage, put, read } = await setUp();
    const first = await put('parts/1', 'one\n');
    await put('parts/2', 'two\n');
    await put('parts/deep/3', 'three\n');
    const names = (await collect(storage.list(BUCKET, { prefix: 'parts/' }))).map(({ name }) => name);
    expect(names).toEqual(['parts/1', 'parts/2', 'parts/deep/3']);
    expect(await collect(storage.folders(BUCKET, 'parts/'))).toEqual(['parts/deep/']);
    await storage.compose({
      bucket: BUCKET,
      name: 'whole',
      sources: [{ name: 'parts/1', generation: first.generation }, { name: 'parts/2' }],
      contentType: 'text/plain',
    });
    expect(await read('whole')).toBe('one\ntwo\n');
    await storage.delete(BUCKET, 'whole');
    await storage.delete(BUCKET, 'whole');
    expect(await storage.stat(BUCKET, 'whole')).toBeUndefined();
  });

  it('knows its buckets', async () => {
    const { storage } = await setUp();
    expect(await storage.bucket(BUCKET)).toMatchObject({ name: BUCKET });
    expect(await failureOf(storage.bucket('no-such-bucket'))).toMatchObject({ status: 404 });
    expect(await storage.testPermissions(BUCKET, ['storage.objects.get'])).toEqual(['storage.objects.get']);
  });
});

describe('Vertex AI', () => {
  it('runs a job from its creation to its deletion', async () => {
    const { clock, storage, vertex, put } = await setUp();
    await put('in.jsonl', ROWS);
    const { batchPredictionJobs } = vertex;
    const created = await batchPredictionJobs.create('global', {
      displayName: 'three rows',
      model: `publishers/google/models/${MODEL}`,
      inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [`gs://${BUCKET}/in.jsonl`] } },
      outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: `gs://${BUCKET}/out` } },
      labels: { run: 'r1' },
    });
    const name = created.name ?? '';
    let job = created;
    for (let looks = 0; job.state !== 'JOB_STATE_SUCCEEDED' && looks < 500; looks++) {
      await clock.sleep(600_000);
      job = await batchPredictionJobs.get(name);
    }
    expect(job).toMatchObject({ state: 'JOB_STATE_SUCCEEDED', completionStats: { successfulCount: '3' } });
    const filter = 'labels.run="r1"';
    expect(await collect(batchPredictionJobs.list('global', { filter, pageSize: 1 }))).toHaveLength(1);
    const prefix = job.outputInfo?.gcsOutputDirectory?.slice(`gs://${BUCKET}/`.length);
    expect(await collect(storage.list(BUCKET, { prefix }))).not.toHaveLength(0);
    await batchPredictionJobs.delete(name);
    expect(await failureOf(batchPredictionJobs.get(name))).toMatchObject({
      status: 404,
      reason: 'NOT_FOUND',
    });
  });

  it('answers online and knows its models', async () => {
    const { vertex } = await setUp();
    const request = { contents: [{ role: 'user', parts: [{ text: 'Say hello.' }] }] };
    const answer = await vertex.generateContent('global', MODEL, request);
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
    expect((await vertex.countTokens('global', MODEL, request)).totalTokens).toBeGreaterThan(0);
    expect((await vertex.publisherModels.get('global', 'google', MODEL)).name).toContain(MODEL);
    expect((await collect(vertex.publisherModels.list('global', 'google'))).length).toBeGreaterThan(3);
    expect(await failureOf(vertex.publisherModels.get('global', 'google', 'gemini-0'))).toMatchObject({
      status: 404,
    });
  });
});
