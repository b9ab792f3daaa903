import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, jobBody, openVertex, row, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;
beforeAll(async () => {
  vertex = await openVertex({
    tunedModels: [{ id: '77', location: 'us-central1', displayName: 'mine', base: 'gemini-3.5-flash-lite' }],
  });
  await vertex.put('in.jsonl', [row('a')]);
});
afterAll(() => vertex.close());

const GLOBAL = 'https://aiplatform.googleapis.com';
const read = async (url: string, init?: RequestInit) => {
  const response = await vertex.call(url, init);
  const text = await response.text();
  return {
    status: response.status,
    text,
    json: text.startsWith('{') ? (JSON.parse(text) as Answer) : undefined,
  };
};

describe('publisher models', () => {
  test.each(['v1', 'v1beta1'])('one by id, in %s', async (version) => {
    const { json } = await read(`${GLOBAL}/${version}/publishers/google/models/gemini-3.8-flash`);
    expect(json).toMatchObject({ name: 'publishers/google/models/gemini-3.8-flash', launchStage: 'GA' });
  });

  test.each(['google/models/gemini-1.5-flash-002', 'google/models/gemini-x', 'meta/models/llama'])(
    '%s is not found',
    async (model) => {
      const { status, json } = await read(`${GLOBAL}/v1/publishers/${model}`);
      expect([status, json.error.status]).toEqual([404, 'NOT_FOUND']);
    },
  );

  test('all of them page by page, in v1beta1 only', async () => {
    const ids: string[] = [];
    let pageToken = '';
    do {
      const query = new URLSearchParams({ pageSize: '5', ...(pageToken && { pageToken }) });
      const { json } = await read(`${GLOBAL}/v1beta1/publishers/google/models?${query}`);
      ids.push(...json.publisherModels.map(({ name }: Answer) => name.split('/').at(-1)));
      pageToken = json.nextPageToken;
    } while (pageToken);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('gemini-4-argon');
    expect(ids).not.toContain('gemini-2.5-flash');
    expect((await read(`${GLOBAL}/v1/publishers/google/models`)).status).toBe(404);
  });
});

describe('tuned models', () => {
  test('are found by id, and jobs run on them', async () => {
    const { json } = await vertex.vertex('GET', 'models/77');
    expect(json).toMatchObject({ displayName: 'mine' });
    const { job } = await vertex.run([row('a')], {
      model: 'projects/emulated-project/locations/us-central1/models/77@1',
    });
    expect(job.state).toBe('JOB_STATE_SUCCEEDED');
  });

  test('unknown ones are a 404', async () => {
    expect((await vertex.vertex('GET', 'models/78')).status).toBe(404);
    const model = 'projects/emulated-project/locations/us-central1/models/78';
    expect((await vertex.vertex('POST', 'batchPredictionJobs', jobBody({ model }))).status).toBe(404);
  });
});

describe('hosts', () => {
  const jobs = (host: string, location: string) =>
    read(`https://${host}/v1/projects/emulated-project/locations/${location}/batchPredictionJobs`);

  test.each([
    ['us-central1-aiplatform.googleapis.com', 'us-central1'],
    ['aiplatform.googleapis.com', 'global'],
    ['aiplatform.us.rep.googleapis.com', 'us'],
    ['aiplatform.eu.rep.googleapis.com', 'eu'],
    ['127.0.0.1:8920', 'europe-west4'],
  ])('%s answers for %s', async (host, location) => {
    expect((await jobs(host, location)).status).toBe(200);
  });

  test.each([
    ['us-central1-aiplatform.googleapis.com', 'europe-west4'],
    ['aiplatform.googleapis.com', 'us-central1'],
    ['aiplatform.us.rep.googleapis.com', 'eu'],
    ['storage.googleapis.com', 'us-central1'],
    ['bigquery.googleapis.com', 'us-central1'],
  ])('%s does not answer for %s', async (host, location) => {
    const { status, text } = await jobs(host, location);
    expect(status).toBe(404);
    expect(text).toContain('<title>Error 404 (Not Found)!!1</title>');
  });

  test('each location has its own jobs', async () => {
    const model = 'publishers/google/models/gemini-3.8-flash';
    const url = `${GLOBAL}/v1/projects/emulated-project/locations/global/batchPredictionJobs`;
    const { status, json } = await read(url, { method: 'POST', body: JSON.stringify(jobBody({ model })) });
    expect(status).toBe(200);
    expect((await read(url)).json.batchPredictionJobs).toHaveLength(1);
    const elsewhere = json.name
      .replace('global', 'us-central1')
      .replace(/^projects\/\d+/, 'projects/emulated-project');
    expect((await read(`https://us-central1-aiplatform.googleapis.com/v1/${elsewhere}`)).status).toBe(404);
  });
});

describe('the front end', () => {
  const URL_OF_JOBS =
    'https://us-central1-aiplatform.googleapis.com/v1/projects/emulated-project/locations/us-central1/batchPredictionJobs';

  test('wants a token', async () => {
    const response = await vertex.call(URL_OF_JOBS, { headers: { authorization: '' } });
    expect(response.status).toBe(401);
    expect(((await response.json()) as Answer).error.status).toBe('UNAUTHENTICATED');
  });

  test('knows one project, by id and by number', async () => {
    const { name } = await vertex.create();
    const number = name.split('/')[1];
    expect((await read(URL_OF_JOBS.replace('emulated-project', number))).status).toBe(200);
    const other = await read(URL_OF_JOBS.replace('emulated-project', 'somebody-else'));
    expect([other.status, other.json.error.status]).toEqual([403, 'PERMISSION_DENIED']);
  });

  test.each(['/v1/projects/p/locations/us-central1/endpoints', '/v2/anything', '/'])(
    'has no %s',
    async (path) => {
      const { status, text } = await read(`https://us-central1-aiplatform.googleapis.com${path}`);
      expect(status).toBe(404);
      expect(text).toContain('was not found on this server');
    },
  );

  test('takes parameters that every Google API takes', async () => {
    const query = '?alt=json&$prettyPrint=false&$alt=json;enum-encoding=int';
    const { json } = await read(`${URL_OF_JOBS}${query}`);
    expect(json.batchPredictionJobs.every(({ state }: Answer) => typeof state === 'number')).toBe(true);
  });
});
