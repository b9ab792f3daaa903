import { invalid, noSuchBucket, notEmulated, required } from '../objects/errors.ts';
import { pageOf } from '../objects/listing.ts';
import { assertReadable } from '../objects/preconditions.ts';
import { answer, bucketResource, originOf, unlessEmpty } from './storage-answer.ts';
import { BUCKET_SCHEMA, pageSchema } from './storage-fields.ts';
import { integer, parseJson, preconditionsOf, requiredQuery, segment, text } from './storage-request.ts';
import { storageRoute } from './storage-route.ts';

const test = 'test/contract/storage-buckets.test.ts';

/** Settings of a bucket with an effect that the emulator does not have. */
const UNSUPPORTED = [
  'acl',
  'autoclass',
  'customPlacementConfig',
  'defaultObjectAcl',
  'encryption',
  'hierarchicalNamespace',
  'lifecycle',
  'retentionPolicy',
  'versioning',
];

export const BUCKET_ROUTES = [
  storageRoute({
    rpc: 'storage.buckets.insert',
    method: 'POST',
    path: '/storage/v1/b',
    fidelity:
      'Name rules, location and its type, 409 on a second time. Stricter: names with dots are 403 as no domain is ' +
      'verified, every bucket has uniform access, settings that would change how it behaves are 501.',
    test,
    access: { permission: 'storage.buckets.create', on: 'project' },
    async handle(c, { objects, project: known }) {
      const project = requiredQuery(c, 'project');
      const resource = parseJson(await c.req.text());
      const refused = UNSUPPORTED.filter((name) => isSwitchedOn(resource[name]));
      if (refused.length > 0) throw notEmulated(`a bucket's ${refused.join(', ')}`);
      const name = text(resource, 'name');
      if (!name) throw required();
      const { storageClass = 'STANDARD', labels } = resource;
      if (storageClass !== 'STANDARD') throw notEmulated('other storage classes');
      const bucket = await objects.createBucket({
        name,
        location: text(resource, 'location'),
        project,
        projectNumber: known?.id === project ? known.number : undefined,
        labels: labelsOf(labels),
      });
      return answer(c, bucketResource(bucket, originOf(c)), BUCKET_SCHEMA);
    },
  }),

  storageRoute({
    rpc: 'storage.buckets.list',
    method: 'GET',
    path: '/storage/v1/b',
    fidelity: 'Those of one project, by prefix, paged.',
    test,
    access: { permission: 'storage.buckets.list', on: 'project' },
    async handle(c, { objects }) {
      const { prefix, pageToken } = c.req.query();
      const page = pageOf(await objects.buckets(requiredQuery(c, 'project')), {
        prefix,
        pageToken,
        maxResults: integer(c, 'maxResults'),
      });
      const items = page.items.map((bucket) => bucketResource(bucket, originOf(c)));
      return answer(
        c,
        { kind: 'storage#buckets', items: unlessEmpty(items), nextPageToken: page.nextPageToken },
        pageSchema(BUCKET_SCHEMA),
      );
    },
  }),

  storageRoute({
    rpc: 'storage.buckets.get',
    method: 'GET',
    path: '/storage/v1/b/:bucket',
    fidelity:
      'Location and its type, uniform access, metageneration preconditions; no settings beyond those.',
    test,
    access: { permission: 'storage.buckets.get', on: 'bucket' },
    async handle(c, { objects }) {
      const bucket = await objects.bucket(segment(c, 'bucket'));
      if (!bucket) throw noSuchBucket();
      assertReadable(bucket, preconditionsOf(c));
      return answer(c, bucketResource(bucket, originOf(c)), BUCKET_SCHEMA);
    },
  }),

  storageRoute({
    rpc: 'storage.buckets.delete',
    method: 'DELETE',
    path: '/storage/v1/b/:bucket',
    fidelity: 'Only an empty bucket; 409 otherwise.',
    test,
    access: { permission: 'storage.buckets.delete', on: 'bucket' },
    async handle(c, { objects }) {
      await objects.deleteBucket(segment(c, 'bucket'), preconditionsOf(c));
      return c.body(null, 204);
    },
  }),
];

/** A setting that is there to say "off" does no harm. */
function isSwitchedOn(setting: unknown): boolean {
  if (setting === undefined || setting === null) return false;
  if (Array.isArray(setting)) return setting.length > 0;
  return (setting as { enabled?: unknown }).enabled !== false;
}

function labelsOf(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  const labels = Object.entries(value);
  if (typeof value !== 'object' || !labels.every(([, label]) => typeof label === 'string')) {
    throw invalid('Invalid value for: labels');
  }
  return Object.fromEntries(labels);
}
