import type { Ids } from '../../support/ids.ts';
import type { Pace } from './store.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** What a test or a demonstration may change about the pace, in emulated time. */
export interface PaceOptions {
  /** Least and most time in the queue. */
  queueSeconds?: readonly [number, number] | undefined;
  rowsPerSecond?: number | undefined;
}

/** The pace of one job: the durations of the service divided by the speed of the emulator. */
export function paceOf(ids: Ids, speed: number, options: PaceOptions = {}): Pace {
  const [least, most] = options.queueSeconds ?? [60, 180];
  const faster = (ms: number) => ms / speed;
  return {
    queue: Math.round(faster((least + ids.random() * (most - least)) * SECOND)),
    startup: faster(30 * SECOND),
    row: faster(SECOND / (options.rowsPerSecond ?? 40)),
    wrapUp: faster(10 * SECOND),
    cancel: faster(5 * SECOND),
    queueLimit: faster(72 * HOUR),
    runLimit: faster(24 * HOUR),
  };
}
