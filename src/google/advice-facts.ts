import type { ErrorInfo } from './errors.ts';

/** What advice needs of an error: a `GoogleApiError`, or the `error` of a job that ended badly. */
export interface Problem {
  /** HTTP status; 0 where there was none. */
  status: number;
  reason: string;
  message: string;
  /** Path of the call, where there was one. */
  path?: string | undefined;
  info?: ErrorInfo | undefined;
}

// Facts read out of errors end up in commands that people paste: each must have the shape of an id.

const ADDRESS = /\b[a-zA-Z0-9._-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+\b/;

/** The permission that is missing: `storage.objects.create`. */
export const permissionIn = ({ info, message }: Problem): string | undefined =>
  match(/^([a-z]+(?:\.[a-zA-Z]+){2})$/, info?.metadata?.permission) ??
  match(
    /\b((?:aiplatform|storage|bigquery|serviceusage|resourcemanager|cloudkms)(?:\.[a-zA-Z]+){2})\b/,
    // Addresses and hosts look like permissions: gcp-sa-aiplatform.iam.gserviceaccount.com.
    message.replace(/\S+@\S+|\S+\.googleapis\.com\S*/g, ' '),
  );

/** The account that an error speaks of. */
export const principalIn = ({ message }: Problem): string | undefined => ADDRESS.exec(message)?.[0];

/** The API that has to be enabled: `aiplatform.googleapis.com`. */
export const serviceIn = ({ info, message }: Problem): string | undefined =>
  match(/^([a-z]+\.googleapis\.com)$/, info?.metadata?.service) ??
  match(/\b([a-z]+\.googleapis\.com)\b/, message);

export const projectIn = ({ info, message, path }: Problem): string | undefined =>
  match(/^projects\/([a-z0-9-]+)$/, info?.metadata?.consumer) ??
  match(/\/projects\/([a-z0-9-]+)(?:\/|$)/, info?.metadata?.resource) ??
  match(/\/projects\/([a-z0-9-]+)(?:\/|$)/, path) ??
  match(/\bproject:? [#']?([a-z0-9-]*[0-9-][a-z0-9-]*)\b/, message);

export const bucketIn = ({ path }: Problem): string | undefined => match(/\/b\/([a-z0-9._-]+)(?:\/|$)/, path);

export const locationIn = ({ message, path }: Problem): string | undefined =>
  match(/\/locations\/([a-z0-9-]+)(?:[/`']|$)/, path) ?? match(/\blocations\/([a-z0-9-]+)/, message);

export const modelIn = ({ message, path }: Problem): string | undefined =>
  match(/\/models\/([a-zA-Z0-9._@-]+)/, path) ?? match(/\/models\/([a-zA-Z0-9._@-]+)/, message);

const match = (pattern: RegExp, text: string | undefined): string | undefined =>
  text === undefined ? undefined : (pattern.exec(text)?.[1] ?? undefined);
