import type { Context } from 'hono';
import type { CoverageEntry } from '../coverage-entry.ts';
import type { ObjectStore } from '../objects/store.ts';

/** What the routes of Cloud Storage stand on. */
export interface StorageContext {
  objects: ObjectStore;
  /** So that a bucket and the other services agree on a project's number. */
  project?: { id: string; number: string } | undefined;
}

/** An endpoint: what it is, whom it lets in, what it does. Routes and the coverage page are both made of these. */
export interface StorageRoute extends CoverageEntry {
  /** What the caller must be allowed to do, and where. Left out where the address itself is the credential. */
  access?: { permission: string; on: 'bucket' | 'object' | 'project' } | undefined;
  handle(c: Context, storage: StorageContext): Promise<Response>;
}

export const storageRoute = (route: Omit<StorageRoute, 'service'>): StorageRoute => ({
  service: 'storage',
  ...route,
});
