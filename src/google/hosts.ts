import { UserError } from '../support/errors.ts';

/** JSON API of Cloud Storage, uploads included. */
export const STORAGE_URL = 'https://storage.googleapis.com';

/** Cloud Resource Manager: projects. */
export const RESOURCE_MANAGER_URL = 'https://cloudresourcemanager.googleapis.com';

/** Service Usage: which APIs a project has enabled. */
export const SERVICE_USAGE_URL = 'https://serviceusage.googleapis.com';

/** Says whose token it was sent, in the header that every call has. */
export const TOKEN_INFO_URL = 'https://oauth2.googleapis.com/tokeninfo';

/**
 * Where a Vertex AI location is served. The host's region must be that of the `locations/…` in the path,
 * or the answer is 404, so callers give a location and never a host.
 * Source: `@google/genai` 3.1.0, base URL of its ApiClient.
 */
export function vertexUrl(location: string): string {
  // The location becomes part of the host that receives the access token: nothing but a label may pass.
  if (!/^[a-z]+(-[a-z0-9]+)*$/.test(location)) {
    throw new UserError('bad_location', {
      what: `${JSON.stringify(location)} is not a Vertex AI location.`,
      fix: 'Give a region such as us-central1, or global, us or eu.',
    });
  }
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** The location in `projects/…/locations/{location}/…`. */
export function locationOf(resourceName: string): string {
  const location = /^projects\/[^/]+\/locations\/([^/]+)(?:\/|$)/.exec(resourceName)?.[1];
  if (location === undefined) {
    throw new UserError('bad_resource_name', {
      what: `${JSON.stringify(resourceName)} names no location.`,
      fix: 'Give the full name, such as projects/acme/locations/us-central1/batchPredictionJobs/123.',
    });
  }
  return location;
}

/** Whether a URL may be given an access token: upload sessions come from outside, as a header or a file. */
export const isGoogleUrl = (url: URL): boolean =>
  url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.googleapis.com');
