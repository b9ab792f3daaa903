import { afterAll, beforeAll, expect, test } from 'vitest';
import { openVertex, type Vertex } from '../support/vertex-emulator.ts';
import { lintLines, rulesOf } from './lint-lines.ts';

let vertex: Vertex;
beforeAll(async () => {
  vertex = await openVertex();
});
afterAll(() => vertex.close());

const asking = (fileUri: string) => ({
  key: 'r-000001',
  request: { contents: [{ role: 'user', parts: [{ fileData: { fileUri, mimeType: 'image/jpeg' } }] }] },
});

const NAME = 'é'.repeat(512);
const OBJECTS = [
  'gs://acme-batch/7.jpg',
  'gs://acme-batch/my pictures/a 7.jpg',
  'gs://acme-batch/写真/😀.jpg',
  'gs://acme-batch/a#7?[x].jpg',
  'gs://acme-batch//7.jpg',
  'gs://acme-batch/.well-known/7.jpg',
  `gs://acme-batch/${NAME}`,
  'https://example.com/7.jpg',
];
const NO_OBJECTS = [
  'gs://acme-batch',
  'gs://acme-batch/',
  'gs://acme-batch/img/',
  'gs://acme-batch/img/*.jpg',
  'gs://acme-batch/a\n7.jpg',
  'gs://acme-batch/7.jpg\n',
  'gs://acme-batch/a\r7.jpg',
  'gs://acme-batch/a\ud800.jpg',
  'gs://acme-batch/.',
  'gs://acme-batch/..',
  'gs://acme-batch/.well-known/acme-challenge/7.jpg',
  `gs://acme-batch/${NAME}.`,
  'gs://Acme-Batch/7.jpg',
  'gs://a/7.jpg',
  'gs:///7.jpg',
  'https://example.com/a 7.jpg',
  's3://acme-batch/7.jpg',
  '7.jpg',
];

test('the linter and the emulator allow what Cloud Storage has names for, spaces included, and nothing else', async () => {
  const uris = [...OBJECTS, ...NO_OBJECTS];
  const { rows } = await vertex.run(uris.map((uri, index) => ({ ...asking(uri), key: `k-${index}` })));
  const taken = uris.filter((_, index) => rows.find(({ key }) => key === `k-${index}`)?.status === '');
  expect(taken).toEqual(OBJECTS);
  const clean = uris.filter((uri) => lintLines([asking(uri)]).rowsWithErrors === 0);
  expect(clean).toEqual(OBJECTS);
});

test('a name written as in a web address is another name', () => {
  expect(rulesOf(lintLines([asking('gs://acme-batch/a%207.jpg')]))).toEqual(['gs-uri-encoded']);
  expect(rulesOf(lintLines([asking('gs://acme-batch/100% 7.jpg')]))).toEqual([]);
});
