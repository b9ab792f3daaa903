import { parseJobName } from '../batch/job-name.ts';
import { describeState } from '../batch/job-states.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { duration, quoteUntrusted } from '../support/text.ts';
import { LABELS } from './job-labels.ts';

const HOUR = 3_600_000;
/** Source: batch inference page of 2026. A job may queue for 72 hours, then run for 24. */
export const QUEUE_LIMIT_MS = 72 * HOUR;
export const RUN_LIMIT_MS = 24 * HOUR;

/** A job as this product speaks of it: a contract of ours, whatever Vertex AI adds or leaves out. */
export interface JobFacts {
  /** Full resource name. */
  job: string;
  id: string;
  location: string;
  name: string;
  /** As Vertex AI names it, also where the name is new. */
  state: string;
  ended: boolean;
  model: string;
  run?: string | undefined;
  created?: string | undefined;
  started?: string | undefined;
  ended_at?: string | undefined;
  updated?: string | undefined;
  rows?: RowCounts | undefined;
  input?: string | undefined;
  output?: string | undefined;
  error?: string | undefined;
  partial_failures?: string[] | undefined;
}

/** What Vertex AI counted, which may lag behind or be missing; `total` is also known from the submit. */
export interface RowCounts {
  total?: number | undefined;
  succeeded?: number | undefined;
  failed?: number | undefined;
  incomplete?: number | undefined;
}

/** Rows that are done, well or badly; undefined while nobody has counted. */
export const rowsDone = (rows: RowCounts | undefined): number | undefined =>
  rows?.succeeded === undefined ? undefined : rows.succeeded + (rows.failed ?? 0);

export function jobFacts(job: BatchPredictionJob): JobFacts {
  const { id, location = '' } = parseJobName(job.name ?? '');
  const { gcsSource, bigquerySource } = job.inputConfig ?? {};
  const { outputInfo, outputConfig } = job;
  const failures = (job.partialFailures ?? []).map(({ message = 'without a message' }) =>
    quoteUntrusted(message),
  );
  return {
    job: job.name ?? '',
    id,
    location,
    name: job.displayName ?? '',
    state: job.state ?? 'JOB_STATE_UNSPECIFIED',
    ended: describeState(job.state ?? '').terminal,
    model: job.model?.replace(/^publishers\/google\/models\//, '') ?? '',
    run: job.labels?.[LABELS.run],
    created: job.createTime,
    started: job.startTime,
    ended_at: job.endTime,
    updated: job.updateTime,
    rows: rowCounts(job),
    input: gcsSource?.uris?.join(', ') ?? bigquerySource?.inputUri,
    output:
      outputInfo?.gcsOutputDirectory ??
      outputConfig?.gcsDestination?.outputUriPrefix ??
      outputConfig?.bigqueryDestination?.outputUri,
    error: job.error?.message && quoteUntrusted(job.error.message),
    partial_failures: failures.length ? failures : undefined,
  };
}

/** int64 comes as a string, zero may be left out, and -1 says that nobody knows. */
function rowCounts(job: BatchPredictionJob): RowCounts | undefined {
  const stats = job.completionStats;
  const labelled = Number(job.labels?.[LABELS.rows] ?? Number.NaN);
  const total = Number.isFinite(labelled) ? labelled : undefined;
  if (!stats) return total === undefined ? undefined : { total };
  const succeeded = Number(stats.successfulCount ?? 0);
  const failed = Number(stats.failedCount ?? 0);
  const incomplete = Number(stats.incompleteCount ?? 0);
  const counted = incomplete < 0 ? undefined : succeeded + failed + incomplete;
  return {
    total: total ?? counted,
    succeeded,
    failed,
    incomplete: incomplete < 0 ? undefined : incomplete,
  };
}

/** Milliseconds in the queue, and running; the clock of a phase stops when the next begins. */
export function clocks(facts: JobFacts, now: number): { queued: number; running?: number | undefined } {
  const at = (time: string | undefined) => (time ? Date.parse(time) : undefined);
  const created = at(facts.created) ?? now;
  const started = at(facts.started);
  const end = at(facts.ended_at) ?? now;
  return { queued: (started ?? end) - created, running: started === undefined ? undefined : end - started };
}

/** When the running job will have done all rows at the rate seen so far; undefined before there is a rate. */
export function expectedEnd(facts: JobFacts, now: number): number | undefined {
  const { running } = clocks(facts, now);
  const done = rowsDone(facts.rows) ?? 0;
  if (facts.ended || running === undefined || !facts.rows?.total || done < 1) return undefined;
  return now + ((facts.rows.total - done) * running) / done;
}

/** `queued for 3 min of at most 72 h`. */
export function clockSentence(facts: JobFacts, now: number): string {
  const { queued, running } = clocks(facts, now);
  if (facts.ended) return `took ${duration(queued + (running ?? 0))}`;
  return running === undefined
    ? `queued for ${duration(queued)} of at most ${duration(QUEUE_LIMIT_MS)}`
    : `running for ${duration(running)} of at most ${duration(RUN_LIMIT_MS)}`;
}
