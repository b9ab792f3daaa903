import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/emulator/app.ts';
import { parseFaults } from '../../src/emulator/faults.ts';
import { jobBody, openVertex, row, rowsOf, serveVertex, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;
afterEach(() => vertex.close());

const withFaults = async (...faults: Fault[]) => {
  vertex = await openVertex({ faults });
};
const JOBS = '/v1/projects/*/locations/*/batchPredictionJobs';

describe('of calls', () => {
  test('a status, a body and headers, so many times', async () => {
    await withFaults({
      match: { method: 'GET', path: JOBS },
      times: 2,
      respond: {
        status: 503,
        body: { error: { code: 503, status: 'UNAVAILABLE' } },
        headers: { 'retry-after': '7' },
      },
    });
    const list = () =>
      vertex.call(
        'https://us-central1-aiplatform.googleapis.com/v1/projects/emulated-project/locations/us-central1/batchPredictionJobs',
      );
    const first = await list();
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await first.json()).toMatchObject({ error: { status: 'UNAVAILABLE' } });
    expect((await list()).status).toBe(503);
    expect((await list()).status).toBe(200);
  });

  test('without a body, the error is one of the service', async () => {
    await withFaults({ match: { method: 'GET' }, respond: { status: 429 } });
    const vertexError = await vertex.vertex('GET', 'batchPredictionJobs');
    expect(vertexError.json.error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    const storage = await vertex.call('https://storage.googleapis.com/storage/v1/b/emulated-bucket');
    expect(await storage.json()).toMatchObject({ error: { code: 429, errors: [{ domain: 'global' }] } });
  });

  test('an answer that is lost: the work is done', async () => {
    await withFaults({ match: { rpc: '*.batchPredictionJobs.create' }, times: 1, respond: { lose: true } });
    await vertex.put('in.jsonl', [row('a')]);
    await expect(vertex.create()).rejects.toThrow('fetch failed');
    const { json } = await vertex.vertex('GET', 'batchPredictionJobs');
    expect(json.batchPredictionJobs).toHaveLength(1);
  });

  test('a body that breaks off, of Cloud Storage too', async () => {
    await withFaults({ match: { rpc: 'storage.objects.get' }, times: 1, respond: { cut: 10 } });
    await vertex.put('in.jsonl', [row('a')]);
    const url = 'https://storage.googleapis.com/storage/v1/b/emulated-bucket/o/in.jsonl?alt=media';
    const response = await vertex.call(url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(await (await vertex.call(url)).text()).toContain('"key":"a"');
  });

  test('over a socket the connection breaks', async () => {
    const served = await serveVertex({
      faults: [
        { match: { path: `${JOBS}/**` }, times: 1, respond: { lose: true } },
        { match: { path: JOBS }, times: 1, respond: { cut: 1 } },
      ],
    });
    vertex = served;
    const url = `${served.url}/v1/projects/emulated-project/locations/us-central1/batchPredictionJobs`;
    const init = { headers: { authorization: 'Bearer x' } };
    await expect(fetch(`${url}/1`, init)).rejects.toThrow('fetch failed');
    expect((await fetch(`${url}/1`, init)).status).toBe(404);
    await expect(fetch(url, init).then((response) => response.text())).rejects.toThrow();
    expect((await fetch(url, init)).status).toBe(200);
  });
});

describe('of rows', () => {
  test('by key, by text and by number', async () => {
    await withFaults(
      {
        match: { row: { key: 'r-1' } },
        respond: { rowStatus: 'Too Many Requests: {"error": {"code": 429}}' },
      },
      { match: { row: { contains: 'Say r-2.' } }, respond: { finishReason: 'SAFETY' } },
      { match: { row: { key: 'r-3' } }, respond: { blockReason: 'PROHIBITED_CONTENT' } },
      { match: { row: { key: 'r-4' } }, respond: { drop: true } },
      { match: { row: { key: 'r-5' } }, respond: { duplicate: true } },
      { match: { row: { every: 10 } }, respond: { finishReason: 'MAX_TOKENS' } },
    );
    const { job, rows } = await vertex.run(rowsOf(20));
    const by = (key: string) => rows.filter((output) => output.key === key);
    expect(by('r-1')[0]).toMatchObject({ status: expect.stringContaining('429'), response: {} });
    expect(by('r-2')[0].response.candidates[0]).toMatchObject({
      finishReason: 'SAFETY',
      content: { role: 'model' },
    });
    expect(by('r-3')[0].response).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    expect(by('r-3')[0].response).not.toHaveProperty('candidates');
    expect(by('r-4')).toHaveLength(0);
    expect(by('r-5')).toHaveLength(2);
    const truncated = rows.filter(({ response }) => response.candidates?.[0].finishReason === 'MAX_TOKENS');
    expect(truncated.map(({ key }) => key).sort()).toEqual(['r-19', 'r-9']);
    expect(job).toMatchObject({
      state: 'JOB_STATE_SUCCEEDED',
      completionStats: { successfulCount: '18', failedCount: '1', incompleteCount: '1' },
    });
  });

  test('that run out hit the first rows of the input, and the next job not at all', async () => {
    await withFaults({ times: 3, respond: { rowStatus: 'Internal: {"error": {"code": 500}}' } });
    const first = await vertex.run(rowsOf(50));
    const failed = first.rows.filter(({ status }) => status !== '').map(({ key }) => key);
    expect(failed.sort()).toEqual(['r-0', 'r-1', 'r-2']);
    const second = await vertex.run(rowsOf(50));
    expect(second.job.completionStats).toEqual({ successfulCount: '50' });
  });

  test('only of the jobs with a name', async () => {
    await withFaults({ match: { job: 'flaky-*' }, respond: { drop: true } });
    expect((await vertex.run(rowsOf(5), { displayName: 'steady' })).rows).toHaveLength(5);
    expect((await vertex.run(rowsOf(5), { displayName: 'flaky-1' })).rows).toHaveLength(0);
  });

  test('apply to online calls by their text', async () => {
    await withFaults(
      { match: { row: { contains: 'secret' } }, respond: { blockReason: 'SAFETY' } },
      {
        match: { row: { contains: 'busy' } },
        respond: {
          rowStatus: 'X: {"error": {"code": 429, "message": "busy", "status": "RESOURCE_EXHAUSTED"}}',
        },
      },
    );
    const ask = (text: string) =>
      vertex.vertex(
        'POST',
        'publishers/google/models/gemini-3.5-flash-lite:generateContent',
        row('', text).request,
      );
    expect((await ask('A secret.')).json.promptFeedback.blockReason).toBe('SAFETY');
    expect(await ask('busy')).toMatchObject({
      status: 429,
      json: { error: { status: 'RESOURCE_EXHAUSTED' } },
    });
    expect((await ask('Hello.')).json.candidates[0].finishReason).toBe('STOP');
  });
});

describe('of jobs', () => {
  const ends = async (respond: Fault['respond'], rows = 100) => {
    await withFaults({ times: 1, respond });
    return await vertex.run(rowsOf(rows));
  };

  test('failed after some rows, which are kept', async () => {
    const { job, rows } = await ends({
      jobState: 'JOB_STATE_FAILED',
      error: 'Internal error.',
      afterRows: 30,
    });
    expect(job).toMatchObject({ state: 'JOB_STATE_FAILED', error: { code: 13, message: 'Internal error.' } });
    expect(job.completionStats).toEqual({ successfulCount: '30', incompleteCount: '70' });
    expect(rows).toHaveLength(30);
  });

  test('failed before the first row', async () => {
    const { job } = await ends({ jobState: 'JOB_STATE_FAILED', afterRows: 0 });
    expect(job.state).toBe('JOB_STATE_FAILED');
    expect(job).not.toHaveProperty('outputInfo');
  });

  test('expired in the queue', async () => {
    const { job } = await ends({ jobState: 'JOB_STATE_EXPIRED' });
    expect(job.state).toBe('JOB_STATE_EXPIRED');
    expect(job).not.toHaveProperty('startTime');
  });

  test('partially succeeded, with partial failures', async () => {
    const { job, rows } = await ends({
      jobState: 'JOB_STATE_PARTIALLY_SUCCEEDED',
      error: 'A file was lost.',
    });
    expect(job).toMatchObject({
      state: 'JOB_STATE_PARTIALLY_SUCCEEDED',
      partialFailures: [{ code: 13, message: 'A file was lost.' }],
    });
    expect(rows).toHaveLength(50);
  });

  test('paused until somebody cancels it', async () => {
    const { job } = await ends({ jobState: 'JOB_STATE_PAUSED' });
    expect(job.state).toBe('JOB_STATE_PAUSED');
    expect(Number(job.completionStats.successfulCount)).toBeGreaterThan(0);
    expect(job).not.toHaveProperty('endTime');
    await vertex.vertex('POST', `batchPredictionJobs/${job.name.split('/').at(-1)}:cancel`);
    vertex.clock.advance(60_000);
    const cancelled = await vertex.get(job.name);
    expect(cancelled.state).toBe('JOB_STATE_CANCELLED');
    expect(await vertex.rows(cancelled)).toHaveLength(50);
  });

  test('a fault that has run out leaves the next job alone', async () => {
    await ends({ jobState: 'JOB_STATE_FAILED' });
    expect((await vertex.run(rowsOf(10))).job.state).toBe('JOB_STATE_SUCCEEDED');
  });
});

describe('as JSON', () => {
  test('are read whole', async () => {
    await withFaults();
    const faults = [{ match: { row: { every: 5 } }, times: 2, respond: { drop: true } }];
    expect(parseFaults(faults)).toEqual(faults);
    expect((await vertex.vertex('POST', 'batchPredictionJobs', jobBody())).status).toBe(400);
  });

  test.each([
    ['no list', {}],
    ['an unknown key', [{ match: { colour: 'red' }, respond: { drop: true } }]],
    ['no answer', [{ match: {} }]],
    ['two answers', [{ respond: { drop: true, duplicate: true } }]],
    ['an unknown state', [{ respond: { jobState: 'JOB_STATE_BORED' } }]],
    ['no times at all', [{ times: 0, respond: { drop: true } }]],
  ])('%s is an error', async (_, json) => {
    await withFaults();
    expect(() => parseFaults(json)).toThrow();
  });
});
