import type { JobState } from './states.ts';
import type { JobFacts, OutcomeFact } from './store.ts';

/** The create call answers PENDING; from then on the job stands in the queue. */
const PENDING_PART_OF_QUEUE = 0.1;

/** How a job ends, known as soon as its facts decide it; `at` may lie ahead. Counts come with the output. */
export type Ending = Omit<OutcomeFact, 'ok' | 'failed'>;

export const startsAt = ({ record }: JobFacts): number => record.createdAt + record.pace.queue;
export const firstRowAt = (job: JobFacts): number => startsAt(job) + job.record.pace.startup;

/** When the last row is done: the output's place is known from here on. Undefined while that is open. */
export function lastRowAt(job: JobFacts): number | undefined {
  const { record, imported, chunks } = job;
  if (imported === undefined || imported.error !== undefined) return undefined;
  if (record.pacedBy === 'clock') return firstRowAt(job) + imported.rows * record.pace.row;
  const done = chunks.reduce((sum, { rows }) => sum + rows, 0);
  return done < imported.rows ? undefined : Math.max(firstRowAt(job), ...chunks.map(({ at }) => at));
}

/** Rows in output order that are done at a time; after a cancel there are no more. */
export function rowsDoneAt(job: JobFacts, time: number): number {
  const { record, imported, chunks, cancelled } = job;
  if (imported === undefined) return 0;
  const now = Math.min(time, cancelled?.at ?? time);
  if (record.pacedBy === 'work') {
    return chunks.filter(({ at }) => at <= now).reduce((sum, { rows }) => sum + rows, 0);
  }
  const elapsed = Math.floor((now - firstRowAt(job)) / record.pace.row);
  return Math.max(0, Math.min(elapsed, stopRow(job)));
}

/** The row at which a fault halts the job; all rows where none does. */
function stopRow({ record: { fate }, imported }: JobFacts): number {
  const rows = imported?.rows ?? 0;
  return fate === undefined ? rows : Math.min(rows, fate.afterRows ?? Math.floor(rows / 2));
}

/** The end that the facts lead to, the earliest of all that apply; undefined while there is none in sight. */
export function endingOf(job: JobFacts): Ending | undefined {
  const { record, imported, cancelled } = job;
  const { pace, fate } = record;
  const started = startsAt(job);
  const expires = record.createdAt + pace.queueLimit;
  const cancelledBefore = (time: number) => cancelled !== undefined && cancelled.at < time;
  const cancelledWith = (rows: number): Ending => ({
    state: 'JOB_STATE_CANCELLED',
    at: (cancelled?.at ?? 0) + pace.cancel,
    rows,
  });

  if (cancelledBefore(Math.min(started, expires))) return cancelledWith(0);
  if (expires <= started) return { state: 'JOB_STATE_EXPIRED', at: expires, rows: 0 };
  if (imported === undefined) return undefined;
  if (imported.error !== undefined) {
    if (cancelledBefore(firstRowAt(job))) return cancelledWith(0);
    return { state: 'JOB_STATE_FAILED', at: firstRowAt(job), rows: 0, error: imported.error };
  }

  const last = lastRowAt(job) ?? Number.POSITIVE_INFINITY;
  const limit = started + pace.runLimit;
  const halt = fate === undefined ? Number.POSITIVE_INFINITY : haltAt(job);
  const stop = Math.min(last, limit, halt);
  if (cancelled !== undefined && (cancelledBefore(stop) || fate?.state === 'JOB_STATE_PAUSED')) {
    return cancelledWith(rowsDoneAt(job, cancelled.at));
  }
  if (stop === halt && fate !== undefined) return fatedEnding(job, halt);
  if (stop === limit) {
    const error = {
      code: 4,
      message: 'The job ran for 24 hours; the requests that were left are cancelled.',
    };
    return { state: 'JOB_STATE_CANCELLED', at: limit, rows: rowsDoneAt(job, limit), error };
  }
  if (stop === Number.POSITIVE_INFINITY) return undefined;
  return { state: 'JOB_STATE_SUCCEEDED', at: last + pace.wrapUp, rows: imported.rows };
}

function haltAt(job: JobFacts): number {
  const rows = stopRow(job);
  if (job.record.pacedBy === 'clock') return firstRowAt(job) + rows * job.record.pace.row;
  let done = 0;
  for (const chunk of job.chunks) {
    done += chunk.rows;
    if (done >= rows) return chunk.at;
  }
  return rows === 0 ? firstRowAt(job) : Number.POSITIVE_INFINITY;
}

function fatedEnding(job: JobFacts, at: number): Ending | undefined {
  const { fate, pace } = job.record;
  if (fate === undefined || fate.state === 'JOB_STATE_PAUSED') return undefined;
  const status = { code: 13, message: fate.error };
  const rows = rowsDoneAt(job, at);
  if (fate.state === 'JOB_STATE_PARTIALLY_SUCCEEDED') {
    return { state: fate.state, at: at + pace.wrapUp, rows, partialFailures: [status] };
  }
  return { state: fate.state, at, rows, error: status };
}

/** Whether rows are being done: not before the start, not after a cancel, a halt or a limit. */
export function isRunning(job: JobFacts, now: number): boolean {
  const ending = endingOf(job);
  return stateAt(job, now) === 'JOB_STATE_RUNNING' && (ending === undefined || ending.at > now);
}

/** The state that a caller sees at a time. */
export function stateAt(job: JobFacts, now: number): JobState {
  const { record, cancelled, outcome } = job;
  if (outcome !== undefined) return outcome.state;
  if (cancelled !== undefined) return 'JOB_STATE_CANCELLING';
  if (now < record.createdAt + record.pace.queue * PENDING_PART_OF_QUEUE) return 'JOB_STATE_PENDING';
  if (now < startsAt(job)) return 'JOB_STATE_QUEUED';
  if (record.fate?.state === 'JOB_STATE_PAUSED' && job.imported !== undefined && now >= haltAt(job)) {
    return 'JOB_STATE_PAUSED';
  }
  return 'JOB_STATE_RUNNING';
}
