import { duration } from '../support/text.ts';
import { type JobFacts, rowsDone } from './job-facts.ts';

const HOUR = 3_600_000;
/** Source: batch inference page of 2026. A job may queue for 72 hours, then run for 24. */
export const QUEUE_LIMIT_MS = 72 * HOUR;
export const RUN_LIMIT_MS = 24 * HOUR;

/** Milliseconds in the queue, and running; the clock of a phase stops when the next begins. */
export function clocks(facts: JobFacts, now: number): { queued: number; running?: number | undefined } {
  const at = (time: string | undefined) => (time ? Date.parse(time) : undefined);
  const created = at(facts.created) ?? now;
  const started = at(facts.started);
  const end = at(facts.ended_at) ?? now;
  return { queued: (started ?? end) - created, running: started === undefined ? undefined : end - started };
}

/** A hundredth of the rows, or a hundred of them: what is done of less says nothing about the rest. */
const RATE_PART = 100;
const RATE_ROWS = 100;

/**
 * When the running job will have done all rows at the rate seen so far, whether or not its 24 hours last that long;
 * undefined before there is a rate.
 */
export function doneAtThisRate(facts: JobFacts, now: number): number | undefined {
  const { running = 0 } = clocks(facts, now);
  const done = rowsDone(facts.rows) ?? 0;
  const total = facts.rows?.total;
  const runs = facts.state === 'JOB_STATE_RUNNING' || facts.state === 'JOB_STATE_UPDATING';
  if (!runs || running <= 0 || total === undefined || done < 1) return undefined;
  if (done * RATE_PART < total && done < RATE_ROWS) return undefined;
  return now + (Math.max(0, total - done) * running) / done;
}

/** When the running job will end at that rate: with its last row, or when its 24 hours are over. */
export function expectedEnd(facts: JobFacts, now: number): number | undefined {
  const end = doneAtThisRate(facts, now);
  return end && Math.min(end, now - (clocks(facts, now).running ?? 0) + RUN_LIMIT_MS);
}

/** `queued for 3 min of at most 72 h`. */
export function clockSentence(facts: JobFacts, now: number): string {
  const { queued, running } = clocks(facts, now);
  if (facts.ended) return `took ${duration(queued + (running ?? 0))}`;
  return running === undefined
    ? `queued for ${duration(queued)} of at most ${duration(QUEUE_LIMIT_MS)}`
    : `running for ${duration(running)} of at most ${duration(RUN_LIMIT_MS)}`;
}
