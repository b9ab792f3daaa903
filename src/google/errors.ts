import { isRecord } from '../support/records.ts';

/** google.rpc.ErrorInfo: the machine-readable part of an error, where Google sends one. */
export interface ErrorInfo {
  reason: string;
  domain: string;
  metadata: Record<string, string>;
}

export interface GoogleApiErrorFacts {
  status: number;
  reason: string;
  message: string;
  method: string;
  path: string;
  retryable?: boolean | undefined;
  details?: readonly unknown[] | undefined;
  retryAfterMs?: number | undefined;
}

/** HTTP statuses after which the same call may succeed a little later. */
const RETRYABLE_STATUSES = new Set([408, 429, 500, 502, 503, 504]);

/** Cloud Storage and BigQuery report some of their rate limits as 403. */
const RETRYABLE_REASONS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'jobRateLimitExceeded']);

/**
 * A call to Google that failed. `message` is Google's sentence, bounded, without secrets;
 * `cause` is never set, since the causes of `fetch` and of auth libraries carry requests with tokens.
 */
export class GoogleApiError extends Error {
  override readonly name = 'GoogleApiError';
  /** HTTP status; 0 where no answer arrived. */
  readonly status: number;
  /** `PERMISSION_DENIED` (Vertex AI), `conditionNotMet` (Cloud Storage), `NETWORK`, `TIMEOUT` … */
  readonly reason: string;
  /** Whether the same call may succeed later; says nothing about whether it is safe to repeat. */
  readonly retryable: boolean;
  readonly method: string;
  /** Path of the URL without its query: upload sessions carry their secret there. */
  readonly path: string;
  readonly details: readonly unknown[];
  /** What `Retry-After` or google.rpc.RetryInfo asked for. */
  readonly retryAfterMs: number | undefined;
  /** How often the call was sent. */
  attempts = 1;

  constructor(facts: GoogleApiErrorFacts) {
    super(facts.message);
    this.status = facts.status;
    this.reason = facts.reason;
    this.method = facts.method;
    this.path = facts.path;
    this.details = facts.details ?? [];
    this.retryAfterMs = facts.retryAfterMs;
    this.retryable =
      facts.retryable ?? (RETRYABLE_STATUSES.has(facts.status) || RETRYABLE_REASONS.has(facts.reason));
  }

  get info(): ErrorInfo | undefined {
    return this.details.find(
      (detail): detail is ErrorInfo =>
        isRecord(detail) && typeof detail.reason === 'string' && isRecord(detail.metadata ?? {}),
    );
  }
}

export const isNotFound = (error: unknown): error is GoogleApiError =>
  error instanceof GoogleApiError && error.status === 404;

/** The caller may not do this, or the resource is not there; rate limits, which Cloud Storage says as 403, are apart. */
export const isForbidden = (error: unknown): error is GoogleApiError =>
  error instanceof GoogleApiError && error.status === 403 && !error.retryable;

/** A precondition such as `ifGenerationMatch=0` did not hold: somebody else wrote the object first. */
export const isConditionNotMet = (error: unknown): error is GoogleApiError =>
  error instanceof GoogleApiError && error.status === 412;
