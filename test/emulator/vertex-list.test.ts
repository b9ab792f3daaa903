import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, openVertex, row, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;
beforeAll(async () => {
  vertex = await openVertex();
  await vertex.put('in.jsonl', [row('a')]);
  for (let n = 0; n < 7; n++) {
    await vertex.create({ displayName: `job-${n}`, labels: { parity: n % 2 ? 'odd' : 'even' } });
    vertex.clock.advance(1000);
  }
});
afterAll(() => vertex.close());

const list = async (query: Record<string, string> = {}) =>
  await vertex.vertex('GET', `batchPredictionJobs?${new URLSearchParams(query)}`);
const names = ({ batchPredictionJobs = [] }: Answer) =>
  batchPredictionJobs.map((job: Answer) => job.displayName);

test('newest first', async () => {
  const { json } = await list();
  expect(names(json)).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `job-${n}`));
});

test('pages hold together while jobs are added', async () => {
  const seen: string[] = [];
  let pageToken = '';
  do {
    const { json } = await list({
      pageSize: '3',
      filter: 'display_name:"job-*"',
      ...(pageToken && { pageToken }),
    });
    seen.push(...names(json));
    pageToken = json.nextPageToken;
    await vertex.create({ displayName: 'late' });
  } while (pageToken);
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `job-${n}`));
});

test('a filter and a mask', async () => {
  const { json } = await list({
    filter: 'labels.parity=odd',
    readMask: 'displayName,input_config.gcs_source,state',
  });
  expect(json.batchPredictionJobs).toHaveLength(3);
  expect(json.batchPredictionJobs[0]).toEqual({
    displayName: 'job-5',
    inputConfig: { gcsSource: { uris: ['gs://emulated-bucket/in.jsonl'] } },
    state: expect.stringContaining('JOB_STATE_'),
  });
});

test('nothing found is an empty answer', async () => {
  expect((await list({ filter: 'labels.parity=none' })).json).toEqual({});
});

test.each([
  ['filter', { filter: 'nonsense' }],
  ['page size', { pageSize: '-1' }],
  ['page token', { pageToken: 'zzz' }],
  ['mask', { readMask: 'colour' }],
  ['parameter', { pagesize: '3' }],
])('a bad %s is a 400', async (_, query) => {
  expect((await list(query as Record<string, string>)).status).toBe(400);
});
