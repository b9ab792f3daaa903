import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CoverageEntry } from '../coverage-entry.ts';
import { legacyEnvelope, ServiceError } from '../errors.ts';
import { notEmulated } from '../objects/errors.ts';
import { BUCKET_PART_ROUTES } from './storage-bucket-parts.ts';
import { BUCKET_ROUTES } from './storage-buckets.ts';
import { COPY_ROUTES } from './storage-copies.ts';
import { OBJECT_ROUTES } from './storage-objects.ts';
import type { StorageContext, StorageRoute } from './storage-route.ts';
import { UPLOAD_ROUTES } from './storage-upload-routes.ts';

export type { StorageContext } from './storage-route.ts';

const ROUTES: readonly StorageRoute[] = [
  ...BUCKET_ROUTES,
  ...BUCKET_PART_ROUTES,
  ...OBJECT_ROUTES,
  ...COPY_ROUTES,
  ...UPLOAD_ROUTES,
];

export const STORAGE_COVERAGE: CoverageEntry[] = ROUTES.map(({ access, handle, ...entry }) => entry);

/** The JSON API of Cloud Storage: `storage.googleapis.com`, or any host of a loopback server. */
export function storageRoutes(context: StorageContext): Hono {
  const app = new Hono();
  for (const route of ROUTES) {
    app.on(route.method, route.path, async (c) => {
      if (route.access) authorize(c, route.access);
      if (c.req.header('x-goog-encryption-algorithm')) throw notEmulated('customer-supplied encryption keys');
      return await route.handle(c, context);
    });
  }
  app.onError((error, c) => {
    if (error instanceof ServiceError) return errorResponse(c, error);
    throw error;
  });
  return app;
}

/** Any bearer token will do: the emulator knows callers, not identities. */
function authorize(c: Context, { permission, on }: NonNullable<StorageRoute['access']>): void {
  const header = c.req.header('authorization');
  if (header !== undefined && /^Bearer \S+$/i.test(header)) return;
  const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' };
  if (header !== undefined) throw new ServiceError(401, 'authError', 'Invalid Credentials', challenge);
  const place = on === 'project' ? 'Google Cloud project' : `Google Cloud Storage ${on}`;
  throw new ServiceError(
    401,
    'required',
    `Anonymous caller does not have ${permission} access to the ${place}. ` +
      `Permission '${permission}' denied on resource (or it may not exist).`,
    challenge,
  );
}

/** The header that Google names as the seat of an error. */
const SEATS: Record<string, string | undefined> = {
  authError: 'Authorization',
  conditionNotMet: 'If-Match',
};

function errorResponse(c: Context, error: ServiceError): Response {
  const { status, headers } = error;
  if (status === 304) return new Response(null, { status, headers });
  // Who asked for bytes gets plain text, as a download has no JSON envelope.
  if (c.req.query('alt') === 'media' || c.req.path.startsWith('/download/')) {
    return c.text(error.message, status as ContentfulStatusCode, {
      ...headers,
      'content-type': 'text/plain; charset=UTF-8',
    });
  }
  const location = status === 401 ? 'Authorization' : SEATS[error.reason];
  const envelope = legacyEnvelope(error);
  for (const detail of location ? envelope.error.errors : []) {
    Object.assign(detail, { locationType: 'header', location });
  }
  return c.json(envelope, status as ContentfulStatusCode, {
    ...headers,
    'content-type': 'application/json; charset=UTF-8',
  });
}
