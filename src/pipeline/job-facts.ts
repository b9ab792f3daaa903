import { parseJobName } from '../batch/job-name.ts';
import { describeState } from '../batch/job-states.ts';
import { parseModelName } from '../batch/model-name.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { quoteUntrusted } from '../support/text.ts';
import { LABELS } from './job-labels.ts';

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
  /** `3-of-7`, where its run has several jobs. */
  shard?: string | undefined;
  /** 2 and more, where it tries rows of its run again. */
  attempt?: number | undefined;
  /** What its submit is known by; its entry in the ledger has it too. */
  token?: string | undefined;
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
  /** Lines of the output so far, well or badly, where Vertex AI does not count. */
  done?: number | undefined;
  /** The same where there is too much output to count: a guess from its size. */
  about?: number | undefined;
}

/** Rows that are done, well or badly; undefined while nobody has counted. */
export const rowsDone = (rows: RowCounts | undefined): number | undefined =>
  rows?.succeeded === undefined ? (rows?.done ?? rows?.about) : rows.succeeded + (rows.failed ?? 0);

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
    shard: job.labels?.[LABELS.shard],
    attempt: attemptOf(job),
    token: job.labels?.[LABELS.token],
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

/** The id that catalogue and price list know its model by; undefined for a tuned one. */
export function modelIdOf({ model }: Pick<JobFacts, 'model'>): string | undefined {
  try {
    const name = parseModelName(model);
    return name.kind === 'publisher' ? name.id : undefined;
  } catch {
    // Other tools' jobs may run on what is no model name here.
    return undefined;
  }
}

/** Undefined for rows that are sent for the first time. */
export function attemptOf({ labels }: Pick<BatchPredictionJob, 'labels'>): number | undefined {
  const attempt = Number(labels?.[LABELS.attempt]);
  return attempt > 1 ? attempt : undefined;
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
