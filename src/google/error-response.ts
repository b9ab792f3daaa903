import { isRecord } from '../support/records.ts';
import { clip } from '../support/text.ts';
import { GoogleApiError } from './errors.ts';
import { retryAfterMs } from './retry.ts';

/** What a call was, for its error: method, and the URL's path without query. */
export interface CallFacts {
  method: string;
  host: string;
  path: string;
}

/** Reasons where the body names none: proxies and load balancers answer with HTML, media reads with text. */
const REASON_OF_STATUS: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ALREADY_EXISTS',
  412: 'conditionNotMet',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const MOST_MESSAGE = 600;

/**
 * The error in an answer that is not ok. Reads both of Google's envelopes:
 * google.rpc.Status (`{error: {code, message, status, details}}`, Vertex AI; in an array when streamed) and the
 * older `{error: {code, message, errors: [{reason}]}}` (Cloud Storage, BigQuery), and OAuth's `{error, error_description}`.
 * Bodies that are not JSON are not quoted.
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date
 */
export async function errorFromResponse(
  response: Response,
  call: CallFacts,
  now: number,
): Promise<GoogleApiError> {
  const { status } = response;
  const body = parseObject(await response.text().catch(() => ''));
  const error = body?.error;
  const reasonOfStatus = REASON_OF_STATUS[status] ?? `HTTP_${status}`;
  const facts = { status, method: call.method, path: call.path };
  const headerWait = retryAfterMs(response.headers.get('retry-after'), now);
  if (typeof error === 'string') {
    const message = text(body?.error_description) ?? error;
    return new GoogleApiError({
      ...facts,
      reason: error,
      message: bounded(message),
      retryAfterMs: headerWait,
    });
  }
  if (!isRecord(error)) {
    const type = response.headers.get('content-type')?.split(';')[0] ?? 'no content type';
    const message = `${call.host} answered ${status} without Google's error format (${type}).`;
    return new GoogleApiError({ ...facts, reason: reasonOfStatus, message, retryAfterMs: headerWait });
  }
  const details = Array.isArray(error.details) ? error.details : [];
  const legacy = Array.isArray(error.errors) ? error.errors.find(isRecord) : undefined;
  return new GoogleApiError({
    ...facts,
    reason: text(legacy?.reason) ?? text(error.status) ?? reasonOfStatus,
    message: bounded(text(error.message) ?? `${call.host} answered ${status}.`),
    details,
    retryAfterMs: headerWait ?? retryInfoMs(details),
  });
}

/** TLS failures do not mend themselves; everything else that keeps an answer away may. */
const TLS_CODES = /CERT|SSL|TLS|ERR_OSSL|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

/**
 * The error for a request without an answer: no route, a reset connection, a body that broke.
 * Anything that `fetch` throws for another reason, such as a header it refuses, is a defect and comes back as it is.
 */
export function errorFromFailure(failure: unknown, call: CallFacts): unknown {
  if (
    failure instanceof TypeError &&
    failure.cause === undefined &&
    !/fetch failed|terminated/.test(failure.message)
  ) {
    return failure;
  }
  const code = systemCode(failure);
  const tls = TLS_CODES.test(code);
  return new GoogleApiError({
    status: 0,
    reason: tls ? 'TLS' : 'NETWORK',
    message: `No answer from ${call.host} (${code}).`,
    method: call.method,
    path: call.path,
    retryable: !tls,
  });
}

/** `fetch` wraps the system's error once or twice: the innermost code is the fact. */
function systemCode(failure: unknown): string {
  let code = 'connection failed';
  for (let at = failure, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') code = at.code;
  }
  return code;
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** google.rpc.RetryInfo: `{"retryDelay": "1.5s"}`. */
function retryInfoMs(details: readonly unknown[]): number | undefined {
  const delay = details.filter(isRecord).find((detail) => typeof detail.retryDelay === 'string')?.retryDelay;
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(String(delay))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Bounded, and without anything that looks like a credential, should a server ever echo one. */
const bounded = (message: string): string =>
  clip(message.replace(/\bya29\.[\w.~+/-]+=*|\bBearer\s+\S+|\bupload_id=[\w-]+/g, '[removed]'), MOST_MESSAGE);
