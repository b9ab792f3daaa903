import { describe, expect, it } from 'vitest';
import { gsUri, parseGsUri } from '../../src/google/gs-uri.ts';
import { isGoogleUrl, locationOf, vertexUrl } from '../../src/google/hosts.ts';
import { path, resourcePath } from '../../src/google/path.ts';
import { modelName } from '../../src/google/vertex.ts';

describe('hosts', () => {
  it.each([
    ['global', 'https://aiplatform.googleapis.com'],
    ['us', 'https://aiplatform.us.rep.googleapis.com'],
    ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
    ['us-central1', 'https://us-central1-aiplatform.googleapis.com'],
    ['northamerica-northeast1', 'https://northamerica-northeast1-aiplatform.googleapis.com'],
  ])('of %s is %s', (location, url) => {
    expect(vertexUrl(location)).toBe(url);
    expect(isGoogleUrl(new URL(url))).toBe(true);
  });

  it.each(['', 'US', 'evil.com/', 'us-central1@evil.com', 'a b', '-us', 'us--1', '../x'])(
    'are not made of %j',
    (location) => expect(() => vertexUrl(location)).toThrow('not a Vertex AI location'),
  );

  it('are found by a resource name', () => {
    expect(locationOf('projects/1/locations/europe-west4/batchPredictionJobs/2')).toBe('europe-west4');
    expect(() => locationOf('batchPredictionJobs/2')).toThrow('names no location');
  });
});

describe('paths', () => {
  it('encode their parts, slashes too', () => {
    const name = 'in/rows #1?ä%.jsonl';
    const made = path`/storage/v1/b/${'b'}/o/${name}`;
    expect(made).toBe('/storage/v1/b/b/o/in%2Frows%20%231%3F%C3%A4%25.jsonl');
    expect(decodeURIComponent(new URL(`https://x${made}`).pathname.split('/').at(-1)!)).toBe(name);
  });

  it('of resources keep their slashes', () => {
    expect(resourcePath('projects/p/locations/l/models/1@2')).toBe('projects/p/locations/l/models/1%402');
  });

  it.each(['.', '..', ''])('refuse the part %j, which a URL parser would resolve', (part) => {
    expect(() => path`/b/${part}/o`).toThrow();
    expect(() => resourcePath(`projects/${part}/x`)).toThrow();
  });
});

describe('gs:// URIs', () => {
  it.each([
    ['gs://acme-batch/in/run 42.jsonl', { bucket: 'acme-batch', name: 'in/run 42.jsonl' }],
    ['gs://acme-batch/', { bucket: 'acme-batch', name: '' }],
    ['gs://acme-batch', { bucket: 'acme-batch', name: '' }],
    ['gs://a.b_c-1//odd//', { bucket: 'a.b_c-1', name: '/odd//' }],
  ])('%s', (uri, parts) => {
    expect(parseGsUri(uri)).toEqual(parts);
    expect(parseGsUri(gsUri(parts.bucket, parts.name))).toEqual(parts);
  });

  it.each(['gs://', 'gs://B/x', 's3://bucket/x', 'bucket/x', 'gs:///x', 'gs://ab/x', ' gs://abc'])(
    'are not %j',
    (uri) => expect(() => parseGsUri(uri)).toThrow('not a Cloud Storage URI'),
  );
});

it.each([
  ['gemini-3.8-flash', 'projects/p/locations/global/publishers/google/models/gemini-3.8-flash'],
  ['publishers/meta/models/llama', 'projects/p/locations/global/publishers/meta/models/llama'],
  ['projects/9/locations/us-central1/endpoints/7', 'projects/9/locations/us-central1/endpoints/7'],
])('the model %s is %s', (model, name) => expect(modelName('p', 'global', model)).toBe(name));
