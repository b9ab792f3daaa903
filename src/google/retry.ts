import type { Ids } from '../support/ids.ts';

/** Milliseconds. */
export interface RetryPolicy {
  base: number;
  cap: number;
  /** From the first attempt's start; no attempt starts after it. */
  deadline: number;
}

/** The deadline leaves room under the 60 s after which Claude Desktop ends a tool call. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = { base: 500, cap: 20_000, deadline: 45_000 };

/**
 * Milliseconds to wait after the `attempt`th try (1 is the first): exponential with full jitter,
 * and never less than what the server asked for.
 */
export function retryDelay(
  attempt: number,
  options: { ids: Ids; policy: RetryPolicy; retryAfterMs?: number | undefined },
): number {
  const { ids, policy, retryAfterMs = 0 } = options;
  const ceiling = Math.min(policy.cap, policy.base * 2 ** (attempt - 1));
  return Math.max(retryAfterMs, Math.ceil(ids.random() * ceiling));
}

/**
 * Milliseconds in a `Retry-After` header, which holds seconds or an HTTP date (RFC 9110, 10.2.3).
 * A date in the past is 0; what cannot be read is `undefined`.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
