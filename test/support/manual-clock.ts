import type { Clock } from '../../src/support/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time on; sleepers whose time has come wake in order. */
  advance(ms: number): void;
}

/**
 * A clock that only tests move. With `jump`, whoever sleeps moves it: polling loops run to their end
 * without a second passing.
 */
export function manualClock(options: { start?: string; jump?: boolean } = {}): ManualClock {
  let now = Date.parse(options.start ?? '2026-11-22T12:00:00Z');
  let sleepers: { at: number; wake: () => void }[] = [];
  const advance = (ms: number) => {
    // Whole milliseconds, as the real clock has them.
    now += Math.ceil(ms);
    const due = sleepers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    sleepers = sleepers.filter(({ at }) => at > now);
    for (const { wake } of due) wake();
  };
  return {
    now: () => now,
    advance,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleepers.push({ at: now + ms, wake: resolve });
        if (options.jump) setImmediate(() => advance(Math.max(0, ms)));
      }),
  };
}
