import type { Storage } from '@google-cloud/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { googleStorage } from '../support/google-storage.ts';
import { type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

let emulator: StorageEmulator;
let storage: Storage;

beforeAll(async () => {
  emulator = await startStorage();
  storage = googleStorage(emulator.url);
});
afterAll(() => emulator.stop());

test('a bucket is created where it was asked for, and found again', async () => {
  const [bucket] = await storage.createBucket('acme-batch', { location: 'us-central1' });
  expect(bucket.metadata).toMatchObject({
    name: 'acme-batch',
    location: 'US-CENTRAL1',
    locationType: 'region',
    storageClass: 'STANDARD',
    timeCreated: '2026-11-22T12:00:00.000Z',
  });
  const [metadata] = await storage.bucket('acme-batch').getMetadata();
  expect(metadata).toEqual(bucket.metadata);
  expect(metadata.projectNumber).toMatch(/^\d{12}$/);
  expect(await storage.bucket('acme-batch').exists()).toEqual([true]);
  expect(await storage.bucket('acme-other').exists()).toEqual([false]);
});

test.each([
  ['US', 'multi-region'],
  ['nam4', 'dual-region'],
  ['asia-northeast1', 'region'],
])('location %s is a %s', async (location, locationType) => {
  const [bucket] = await storage.createBucket(`in-${location.toLowerCase()}`, { location });
  expect(bucket.metadata).toMatchObject({ location: location.toUpperCase(), locationType });
});

test('buckets are listed by project and prefix, page after page', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await storage.createBucket(name);
  const [all] = await storage.getBuckets({ prefix: 'page-' });
  expect(all.map(({ name }) => name)).toEqual(['page-a', 'page-b', 'page-c']);
  const [first, next] = await storage.getBuckets({ prefix: 'page-', maxResults: 2, autoPaginate: false });
  expect(first.map(({ name }) => name)).toEqual(['page-a', 'page-b']);
  expect(next).toMatchObject({ pageToken: expect.any(String) });
  const [others] = await storage.getBuckets({ project: 'somebody-else' });
  expect(others).toEqual([]);
});

test("a second bucket of the same name, a bad name and a bad location are refused in Google's words", async () => {
  await storage.createBucket('taken-once');
  await expect(storage.createBucket('taken-once')).rejects.toMatchObject({
    code: 409,
    message: 'Your previous request to create the named bucket succeeded and you already own it.',
  });
  await expect(storage.createBucket('Upper')).rejects.toMatchObject({
    code: 400,
    message: "Invalid bucket name: 'Upper'",
  });
  await expect(storage.createBucket('example.com')).rejects.toMatchObject({ code: 403 });
  await expect(storage.createBucket('somewhere', { location: 'the moon' })).rejects.toMatchObject({
    code: 400,
  });
});

test('what the emulator cannot do is refused aloud', async () => {
  await expect(storage.createBucket('versioned', { versioning: { enabled: true } })).rejects.toMatchObject({
    code: 501,
  });
});

test('permissions: everything of Cloud Storage, nothing else', async () => {
  await storage.createBucket('rights');
  const [permissions] = await storage
    .bucket('rights')
    .iam.testPermissions(['storage.objects.create', 'storage.objects.get']);
  expect(permissions).toEqual({ 'storage.objects.create': true, 'storage.objects.get': true });
  await expect(storage.bucket('rights').iam.testPermissions('aiplatform.jobs.run')).rejects.toMatchObject({
    code: 400,
  });
});

test('the policy is that of a new bucket: what the people of its project have', async () => {
  await storage.createBucket('policy');
  const [policy] = await storage.bucket('policy').iam.getPolicy({ requestedPolicyVersion: 3 });
  expect(policy.version).toBe(1);
  expect(policy.bindings.map(({ role }) => role)).toEqual([
    'roles/storage.legacyBucketOwner',
    'roles/storage.legacyBucketReader',
    'roles/storage.legacyObjectOwner',
    'roles/storage.legacyObjectReader',
  ]);
  expect(policy.bindings[0]?.members).toEqual([
    expect.stringMatching(/^projectEditor:./),
    expect.stringMatching(/^projectOwner:./),
  ]);
  await expect(storage.bucket('no-such-bucket').iam.getPolicy()).rejects.toMatchObject({ code: 404 });
});

test('only an empty bucket is deleted', async () => {
  const [bucket] = await storage.createBucket('short-lived');
  await bucket.file('one').save('1', { resumable: false });
  await expect(bucket.delete()).rejects.toMatchObject({
    code: 409,
    message: 'The bucket you tried to delete is not empty.',
  });
  await bucket.file('one').delete();
  await bucket.delete();
  await expect(bucket.getMetadata()).rejects.toMatchObject({
    code: 404,
    message: 'The specified bucket does not exist.',
  });
});
