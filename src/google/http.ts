import { type Clock, systemClock } from '../support/clock.ts';
import type { Ids } from '../support/ids.ts';
import type { Log } from '../support/log.ts';
import type { Permit } from './allowlist.ts';
import type { Auth } from './auth.ts';
import { encodeBody, type RequestBody } from './body.ts';
import { type CallFacts, errorFromFailure, errorFromResponse } from './error-response.ts';
import { GoogleApiError } from './errors.ts';
import { isGoogleUrl } from './hosts.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy, retryDelay } from './retry.ts';
import { boundedBy, readBody } from './stalls.ts';

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, its path already encoded. */
  url: string;
  /** Members that are `undefined` are left out; arrays repeat the name. */
  query?: Readonly<Record<string, QueryValue>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  body?: RequestBody | undefined;
  /** Whether sending it twice does no harm. Only such calls are repeated. */
  idempotent: boolean;
  signal?: AbortSignal | undefined;
  /** Milliseconds until the answer (of JSON the whole, of a response the headers) must be there. */
  attemptTimeout?: number | undefined;
}

export interface ResponseCall extends HttpCall {
  expect: 'response';
  /** Statuses beside 2xx that are answers, not errors: 308 of a resumable upload. */
  accept?: readonly number[] | undefined;
}

export interface Http {
  /** The answer as it came, headers read, body not. Read the body with `read`. */
  request(call: ResponseCall): Promise<Response>;
  /**
   * The answer's JSON; `{}` for an empty body.
   * @throws GoogleApiError for any answer that is not 2xx, and where none arrives
   * @throws UserError where no credentials are to be had
   */
  request<T>(call: HttpCall & { expect?: 'json' | undefined }): Promise<T>;
  /** The bytes that answer `call`, as they arrive. An error when none come for a while, and when they break off. */
  read(response: Response, call: HttpCall): AsyncGenerator<Uint8Array, void, undefined>;
  /** Waits as long as before the next try of a call that failed `tries` times: exponential, with jitter. */
  pause(tries: number, signal?: AbortSignal, retryAfterMs?: number): Promise<void>;
}

export interface HttpOptions {
  fetch: Fetch;
  auth: Auth;
  /** Time between attempts. */
  clock: Clock;
  ids: Ids;
  log: Log;
  userAgent: string;
  /** Sees each request before it is sent; what it throws is not sent. */
  permit?: Permit | undefined;
  retry?: Partial<RetryPolicy> | undefined;
  /**
   * Time that sockets live in. Apart from `clock`, since a test that jumps through a three-day job
   * must not thereby time out the requests under way.
   */
  socketClock?: Clock | undefined;
  /** Milliseconds without a byte after which a body counts as stalled. */
  stallAfter?: number | undefined;
}

const ATTEMPT_TIMEOUT = 30_000;
const STALL_AFTER = 30_000;

/** HTTP to Google: headers, timeouts, repeats. Logs paths and reasons, never queries, headers or bodies. */
export function createHttp(options: HttpOptions): Http {
  const { auth, clock, ids, log, userAgent, permit = (url) => url, socketClock = systemClock } = options;
  const policy = { ...DEFAULT_RETRY_POLICY, ...options.retry };

  async function send(call: HttpCall | ResponseCall, url: URL, signal: AbortSignal): Promise<unknown> {
    const facts = factsOf(call, url);
    const fail = (failure: unknown) => {
      throw signal.aborted ? signal.reason : errorFromFailure(failure, facts);
    };
    const credentials = await auth.headers(url.href);
    signal.throwIfAborted();
    const { body, headers } = encodeBody(call.body);
    const response = await options
      .fetch(url.href, {
        method: call.method,
        headers: { ...headers, ...call.headers, ...credentials, 'user-agent': userAgent },
        // A redirect could carry the token elsewhere, and 308 is an answer of resumable uploads.
        redirect: 'manual',
        signal,
        ...body,
      })
      .catch(fail);
    const whole = !('expect' in call && call.expect === 'response');
    const accepted = response.ok || (!whole && call.accept?.includes(response.status));
    if (!accepted) throw await errorFromResponse(response, facts, clock.now());
    return whole ? parseJson(await response.text().catch(fail), response.status, facts) : response;
  }

  async function request(call: HttpCall | ResponseCall): Promise<unknown> {
    const json = call.body && 'json' in call.body ? call.body.json : undefined;
    const url = permit(withQuery(call.url, call.query), json);
    const { signal, attemptTimeout: ms = ATTEMPT_TIMEOUT } = call;
    const bounds = { ...factsOf(call, url), clock: socketClock, ms, signal };
    const started = clock.now();
    for (let tries = 1; ; tries++) {
      try {
        return await boundedBy(bounds, (bounded) => send(call, url, bounded));
      } catch (error) {
        if (!(error instanceof GoogleApiError)) throw error;
        error.attempts = tries;
        const { method, path, status, reason, retryAfterMs } = error;
        const wait = retryDelay(tries, { ids, policy, retryAfterMs });
        const inTime = clock.now() - started + wait < policy.deadline;
        const again = error.retryable && call.idempotent && inTime;
        log('debug', 'Google call failed', { method, path, status, reason, tries, again });
        if (!again) throw error;
        await clock.sleep(wait, signal);
      }
    }
  }

  return {
    request: request as Http['request'],
    read: (response, call) => {
      const { stallAfter: ms = STALL_AFTER } = options;
      return readBody(response, {
        ...factsOf(call, new URL(call.url)),
        clock: socketClock,
        ms,
        signal: call.signal,
      });
    },
    pause: (tries, signal, retryAfterMs) =>
      clock.sleep(retryDelay(tries, { ids, policy, retryAfterMs }), signal),
  };
}

const factsOf = (call: HttpCall, url: URL): CallFacts => ({
  method: call.method,
  host: url.host,
  path: url.pathname,
});

function withQuery(address: string, query: HttpCall['query'] = {}): URL {
  const url = new URL(address);
  // Whatever an upload session or a setting says: a token goes to Google or nowhere.
  if (!isGoogleUrl(url)) throw new Error(`not a Google API: ${url.origin}`);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) url.searchParams.append(name, String(one));
    }
  }
  return url;
}

function parseJson(text: string, status: number, facts: CallFacts): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new GoogleApiError({
      ...facts,
      status,
      reason: 'BAD_RESPONSE',
      message: `${facts.host} answered ${status} with something that is not JSON.`,
      retryable: true,
    });
  }
}
