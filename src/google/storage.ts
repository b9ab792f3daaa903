import { isNotFound } from './errors.ts';
import { STORAGE_URL } from './hosts.ts';
import type { Http } from './http.ts';
import type { Policy } from './iam-policy.ts';
import { paginate } from './paginate.ts';
import { path } from './path.ts';
import { type Download, downloadObject } from './storage-download.ts';
import {
  type BucketMetadata,
  bucketMetadata,
  OBJECT_FIELDS,
  type ObjectMetadata,
  objectMetadata,
} from './storage-types.ts';
import { type Upload, uploadObject } from './storage-upload.ts';

export interface StorageCall {
  signal?: AbortSignal | undefined;
}

export interface ListObjects extends StorageCall {
  prefix?: string | undefined;
  matchGlob?: string | undefined;
}

export interface Compose extends StorageCall {
  bucket: string;
  name: string;
  /** 1 to 32 objects of the same bucket, in order; a source with a generation must still have it. */
  sources: readonly { name: string; generation?: string | undefined }[];
  contentType: string;
  /** `0`, the default, refuses to write over an object. */
  ifGenerationMatch?: string | undefined;
}

/** Cloud Storage's JSON API. Errors are `GoogleApiError`s; 404 and 412 have predicates in `errors.ts`. */
export interface StorageClient {
  upload(upload: Upload): Promise<ObjectMetadata>;
  /** Bytes of one generation of an object, `start` to `end` inclusive; broken reads go on where they broke. */
  download(bucket: string, name: string, options?: Download): AsyncGenerator<Uint8Array, void, undefined>;
  /** `undefined` where there is no such object; an error where there is no such bucket. */
  stat(
    bucket: string,
    name: string,
    options?: StorageCall & { generation?: string | undefined },
  ): Promise<ObjectMetadata | undefined>;
  /** Objects in order of name, to the last page. */
  list(bucket: string, options?: ListObjects): AsyncIterable<ObjectMetadata>;
  /** The "folders" directly under a prefix, each ending in a slash. */
  folders(bucket: string, prefix: string, options?: StorageCall): AsyncIterable<string>;
  compose(compose: Compose): Promise<ObjectMetadata>;
  /** No error where it was gone already. */
  delete(
    bucket: string,
    name: string,
    options?: StorageCall & { ifGenerationMatch?: string | undefined },
  ): Promise<void>;
  bucket(name: string, options?: StorageCall): Promise<BucketMetadata>;
  /** Which of these permissions the caller has. */
  testPermissions(bucket: string, permissions: readonly string[], options?: StorageCall): Promise<string[]>;
  /** Wants the permission `storage.buckets.getIamPolicy`. */
  getBucketIamPolicy(bucket: string, options?: StorageCall): Promise<Policy>;
}

interface ObjectPage {
  items?: unknown[] | undefined;
  prefixes?: string[] | undefined;
  nextPageToken?: string | undefined;
}

export function createStorageClient({ http }: { http: Http }): StorageClient {
  const get = <T>(
    at: string,
    query: Record<string, string | readonly string[] | undefined>,
    call: StorageCall,
  ) =>
    http.request<T>({ method: 'GET', url: STORAGE_URL + at, query, idempotent: true, signal: call.signal });

  const client: StorageClient = {
    upload: (upload) => uploadObject(http, client, upload),
    download: (bucket, name, options) => downloadObject(http, client, bucket, name, options),

    async stat(bucket, name, { generation, signal } = {}) {
      const query = { generation, fields: OBJECT_FIELDS };
      try {
        return objectMetadata(await get(path`/storage/v1/b/${bucket}/o/${name}`, query, { signal }));
      } catch (error) {
        if (isNotFound(error) && !/bucket does not exist/.test(error.message)) return undefined;
        throw error;
      }
    },

    list: (bucket, { prefix, matchGlob, signal } = {}) =>
      paginate(
        (pageToken) => {
          const fields = `items(${OBJECT_FIELDS}),nextPageToken`;
          const query = { prefix, matchGlob, pageToken, fields };
          return get<ObjectPage>(path`/storage/v1/b/${bucket}/o`, query, { signal });
        },
        (page) => page.items?.map(objectMetadata),
      ),

    folders: (bucket, prefix, { signal } = {}) =>
      paginate(
        (pageToken) => {
          const query = { prefix, delimiter: '/', pageToken, fields: 'prefixes,nextPageToken' };
          return get<ObjectPage>(path`/storage/v1/b/${bucket}/o`, query, { signal });
        },
        (page) => page.prefixes,
      ),

    async compose({ bucket, name, sources, contentType, ifGenerationMatch = '0', signal }) {
      const sourceObjects = sources.map((source) => ({
        name: source.name,
        ...(source.generation && {
          generation: source.generation,
          objectPreconditions: { ifGenerationMatch: source.generation },
        }),
      }));
      const composed = await http.request({
        method: 'POST',
        url: `${STORAGE_URL}${path`/storage/v1/b/${bucket}/o/${name}/compose`}`,
        query: { ifGenerationMatch },
        body: { json: { sourceObjects, destination: { contentType } } },
        // A repeat after a lost answer would find the first one's object and report 412.
        idempotent: false,
        signal,
      });
      return objectMetadata(composed);
    },

    async delete(bucket, name, { ifGenerationMatch, signal } = {}) {
      await http
        .request({
          method: 'DELETE',
          url: `${STORAGE_URL}${path`/storage/v1/b/${bucket}/o/${name}`}`,
          query: { ifGenerationMatch },
          idempotent: true,
          signal,
        })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    },

    async bucket(name, options = {}) {
      const query = { fields: 'name,location,locationType,projectNumber' };
      return bucketMetadata(await get(path`/storage/v1/b/${name}`, query, options));
    },

    async testPermissions(bucket, permissions, options = {}) {
      const at = path`/storage/v1/b/${bucket}/iam/testPermissions`;
      return (await get<{ permissions?: string[] }>(at, { permissions }, options)).permissions ?? [];
    },

    getBucketIamPolicy: (bucket, options = {}) =>
      get<Policy>(path`/storage/v1/b/${bucket}/iam`, { optionsRequestedPolicyVersion: '3' }, options),
  };
  return client;
}
