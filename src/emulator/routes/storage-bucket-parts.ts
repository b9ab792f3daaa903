import { invalid, noSuchBucket, required } from '../objects/errors.ts';
import { answer, bucketPolicy } from './storage-answer.ts';
import { LAYOUT_SCHEMA, pageSchema } from './storage-fields.ts';
import { integer, segment } from './storage-request.ts';
import { storageRoute } from './storage-route.ts';

/** What is asked about a bucket beside its resource. */
export const BUCKET_PART_ROUTES = [
  storageRoute({
    rpc: 'storage.buckets.getStorageLayout',
    method: 'GET',
    path: '/storage/v1/b/:bucket/storageLayout',
    fidelity: 'Location and its type; no bucket has a hierarchical namespace.',
    test: 'test/contract/storage-gcloud.test.ts',
    access: { permission: 'storage.objects.list', on: 'bucket' },
    async handle(c, { objects }) {
      const bucket = await objects.bucket(segment(c, 'bucket'));
      if (!bucket) throw noSuchBucket();
      return answer(
        c,
        {
          kind: 'storage#storageLayout',
          bucket: bucket.name,
          location: bucket.location,
          locationType: bucket.locationType,
        },
        LAYOUT_SCHEMA,
      );
    },
  }),

  storageRoute({
    rpc: 'storage.managedFolders.list',
    method: 'GET',
    path: '/storage/v1/b/:bucket/managedFolders',
    fidelity: 'There are none; gcloud asks before it removes a bucket.',
    test: 'test/contract/storage-gcloud.test.ts',
    access: { permission: 'storage.managedFolders.list', on: 'bucket' },
    async handle(c, { objects }) {
      if (!(await objects.bucket(segment(c, 'bucket')))) throw noSuchBucket();
      return answer(c, { kind: 'storage#managedFolders' }, pageSchema(true));
    },
  }),

  storageRoute({
    rpc: 'storage.buckets.getIamPolicy',
    method: 'GET',
    path: '/storage/v1/b/:bucket/iam',
    fidelity:
      'What a new bucket has: the roles of the owners, editors and viewers of its project. There is no setIamPolicy.',
    test: 'test/contract/storage-buckets.test.ts',
    access: { permission: 'storage.buckets.getIamPolicy', on: 'bucket' },
    async handle(c, { objects }) {
      const bucket = await objects.bucket(segment(c, 'bucket'));
      if (!bucket) throw noSuchBucket();
      const version = integer(c, 'optionsRequestedPolicyVersion') ?? 1;
      if (![1, 3].includes(version)) throw invalid('Invalid argument.');
      return answer(c, bucketPolicy(bucket), {
        kind: true,
        resourceId: true,
        version: true,
        etag: true,
        bindings: true,
      });
    },
  }),

  storageRoute({
    rpc: 'storage.buckets.testIamPermissions',
    method: 'GET',
    path: '/storage/v1/b/:bucket/iam/testPermissions',
    fidelity:
      'Whoever has a token may do everything, so every permission that is asked for comes back; ' +
      'what is no permission of Cloud Storage is 400.',
    test: 'test/contract/storage-buckets.test.ts',
    access: { permission: 'storage.buckets.getIamPolicy', on: 'bucket' },
    async handle(c, { objects }) {
      if (!(await objects.bucket(segment(c, 'bucket')))) throw noSuchBucket();
      const permissions = c.req.queries('permissions') ?? [];
      if (permissions.length === 0) throw required('Required parameter: permissions');
      if (!permissions.every((name) => /^storage\.[a-zA-Z]+\.[a-zA-Z]+$/.test(name))) {
        throw invalid('Invalid argument.');
      }
      return answer(
        c,
        { kind: 'storage#testIamPermissionsResponse', permissions: [...new Set(permissions)] },
        { kind: true, permissions: true },
      );
    },
  }),
];
