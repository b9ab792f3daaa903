import type { Clock } from '../support/clock.ts';
import { type CallFacts, errorFromFailure } from './error-response.ts';
import { GoogleApiError } from './errors.ts';

interface Bounds extends CallFacts {
  clock: Clock;
  /** Milliseconds of patience. */
  ms: number;
  signal?: AbortSignal | undefined;
}

/**
 * Runs `run` until it ends, the caller aborts, or `ms` have passed. The signal it gets is for `fetch`;
 * a `run` that ignores it is left behind.
 * @throws GoogleApiError `TIMEOUT`, retryable; the signal's reason where the caller aborted
 */
export async function boundedBy<T>(bounds: Bounds, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, ms, signal } = bounds;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const finished = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const expire = () => stop.abort(unresponsive(bounds, 'TIMEOUT', 'did not answer'));
  clock.sleep(ms, finished.signal).then(expire, () => {});
  try {
    return await Promise.race([run(stop.signal), stopped]);
  } finally {
    signal?.removeEventListener('abort', forward);
    finished.abort();
  }
}

/**
 * Bytes of a response's body as they arrive. Only the time spent waiting for the network counts as a stall,
 * not the time that the consumer takes.
 * @throws GoogleApiError `STALLED` when nothing arrives for `ms` (at most twice that), `NETWORK` when it breaks
 */
export async function* readBody(
  response: Response,
  bounds: Bounds,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { signal } = bounds;
  if (response.body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  let stopped: { reason: unknown } | undefined;
  const stop = (reason: unknown) => {
    stopped ??= { reason };
    reader.cancel().catch(() => {});
  };
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const watch = watchForStall(bounds, () => stop(unresponsive(bounds, 'STALLED', 'stopped sending')));
  try {
    for (;;) {
      signal?.throwIfAborted();
      watch.wait();
      const next = await reader.read().catch((failure: unknown) => {
        throw stopped ? stopped.reason : errorFromFailure(failure, bounds);
      });
      watch.arrive();
      if (stopped) throw stopped.reason;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    watch.end();
    signal?.removeEventListener('abort', onAbort);
    reader.cancel().catch(() => {});
  }
}

/** One timer for a whole body rather than one for each read: bodies come in pieces of 64 KiB. */
function watchForStall({ clock, ms }: Bounds, onStall: () => void) {
  const ended = new AbortController();
  let waiting = false;
  let arrived = 0;
  const watch = async () => {
    for (;;) {
      const before = { waiting, arrived };
      await clock.sleep(ms, ended.signal);
      if (before.waiting && waiting && arrived === before.arrived) return onStall();
    }
  };
  watch().catch(() => {});
  return {
    wait: () => {
      waiting = true;
    },
    arrive: () => {
      waiting = false;
      arrived += 1;
    },
    end: () => ended.abort(),
  };
}

const unresponsive = ({ host, method, path, ms }: Bounds, reason: string, did: string) =>
  new GoogleApiError({
    status: 0,
    reason,
    message: `${host} ${did} for ${Math.round(ms / 1000)} s.`,
    method,
    path,
    retryable: true,
  });
