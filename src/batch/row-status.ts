import { isRecord } from '../support/records.ts';

/** Why a row failed, taken from its `status`. */
export interface RowError {
  /** HTTP status, where one could be told. */
  code?: number | undefined;
  /** The name that the API has for it: `INVALID_ARGUMENT`, `overloaded_error`. */
  status?: string | undefined;
  message: string;
}

/** HTTP reason phrases as they open a status. */
const REASONS: Record<string, number> = {
  'bad request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not found': 404,
  'request timeout': 408,
  conflict: 409,
  'payload too large': 413,
  'unprocessable entity': 422,
  'too many requests': 429,
  'client closed request': 499,
  'internal server error': 500,
  'not implemented': 501,
  'bad gateway': 502,
  'service unavailable': 503,
  'gateway timeout': 504,
};

/** google.rpc.Code as HTTP, for a status that holds the small numbers. */
const RPC_TO_HTTP = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** What Anthropic's and OpenAI's APIs call an error instead of a number. */
const NAMED: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  api_error: 500,
  server_error: 500,
  timeout_error: 504,
  // The request was not reached before the batch ended.
  batch_expired: 504,
  batch_cancelled: 499,
  overloaded_error: 529,
};

/**
 * The `status` of an output row: empty when the row is fine, else text such as
 * `Bad Request: {"error": {"code": 400, "message": "…", "status": "INVALID_ARGUMENT"}}`.
 * Before the first `{` stands the reason, after it Google's error. Either half may be missing or broken.
 * Objects are read too: a google.rpc.Status, and `error` as Google, Anthropic and OpenAI write it.
 */
export function parseStatus(status: unknown): RowError | undefined {
  if (status === undefined || status === null || status === '') return undefined;
  if (typeof status !== 'string') return fromError(isRecord(status) ? status : {}, '');
  const brace = status.indexOf('{');
  const reason = (brace < 0 ? status : status.slice(0, brace)).trim().replace(/:$/, '').trim();
  return fromError(brace < 0 ? {} : parseObject(status.slice(brace)), reason, status);
}

function fromError(body: Record<string, unknown>, reason: string, whole = reason): RowError | undefined {
  const error = isRecord(body.error) ? body.error : body;
  const names = [error.status, error.code, error.type].filter(isName);
  const code = httpCode(error.code) ?? names.map(namedCode).find(Boolean) ?? REASONS[reason.toLowerCase()];
  const [status] = names;
  const message = typeof error.message === 'string' && error.message ? error.message : whole.trim();
  // White space, or an object that names no error: nothing failed.
  if (code === undefined && status === undefined && message === '') return undefined;
  return { ...(code !== undefined && { code }), ...(status !== undefined && { status }), message };
}

/** A word; a number may be written as text. */
const isName = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z]/.test(value);

const namedCode = (name: string): number | undefined =>
  Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;

function httpCode(code: unknown): number | undefined {
  const number = typeof code === 'string' ? Number.parseInt(code, 10) : code;
  if (typeof number !== 'number' || !Number.isInteger(number) || number <= 0) return undefined;
  return RPC_TO_HTTP[number] ?? number;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const PASSING_STATUS = new Set([
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'CANCELLED',
]);
/** What a project's first job meets while Google sets up its service agents (GoogleCloudPlatform/generative-ai#1308). */
const PROVISIONING = /service agents? (?:is|are) being provisioned/i;
const PASSING_TEXT = /too many requests|quota|overloaded|unavailable|internal error|timed? ?out|deadline/i;

/** True where the same row can succeed later. What cannot be told counts as permanent: a retry costs money. */
export function isRetriable({ code, status, message }: RowError): boolean {
  if (PROVISIONING.test(message)) return true;
  if (status !== undefined && PASSING_STATUS.has(status)) return true;
  if (code !== undefined)
    return code === 408 || code === 429 || code === 499 || (code >= 500 && code !== 501);
  return status === undefined && PASSING_TEXT.test(message);
}
