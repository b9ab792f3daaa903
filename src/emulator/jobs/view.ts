import { timestamp } from '../../support/clock.ts';
import { outputPlace } from '../engine/output.ts';
import type { JsonObject } from '../messages/messages.ts';
import type { JobFacts } from './store.ts';
import { lastRowAt, startsAt, stateAt } from './timeline.ts';

export const jobName = (projectNumber: string, { record }: JobFacts): string =>
  `projects/${projectNumber}/locations/${record.location}/batchPredictionJobs/${record.id}`;

/** A job as the service shows it at a time; what is not known yet is left out. */
export function jobView(job: JobFacts, projectNumber: string, now: number): JsonObject {
  const { record, outcome } = job;
  const state = stateAt(job, now);
  const started = hasStarted(job, now);
  return {
    name: jobName(projectNumber, job),
    ...record.fields,
    ...(record.fields.model === undefined ? {} : { modelVersionId: '1' }),
    ...(outputIsKnown(job, now) ? { outputInfo: { gcsOutputDirectory: outputDirectory(job) } } : {}),
    state,
    ...(outcome?.error === undefined ? {} : { error: { ...outcome.error } }),
    ...(outcome?.partialFailures === undefined
      ? {}
      : { partialFailures: outcome.partialFailures.map((status) => ({ ...status })) }),
    ...completionStats(job, started),
    createTime: timestamp(record.createdAt),
    ...(started ? { startTime: timestamp(startsAt(job)) } : {}),
    ...(outcome === undefined ? {} : { endTime: timestamp(outcome.at) }),
    updateTime: timestamp(updatedAt(job, now)),
  };
}

const outputDirectory = (job: JobFacts): string => {
  const { bucket, prefix } = outputPlace(job);
  return `gs://${bucket}/${prefix.replace(/\/$/, '')}`;
};

function hasStarted(job: JobFacts, now: number): boolean {
  const start = startsAt(job);
  return start < (job.outcome?.at ?? now + 1) && start < (job.cancelled?.at ?? Number.POSITIVE_INFINITY);
}

/** Late: when the last row is done, or at the end of a job that has any. */
function outputIsKnown(job: JobFacts, now: number): boolean {
  if (job.outcome !== undefined) return job.outcome.rows > 0;
  const last = lastRowAt(job);
  return last !== undefined && last <= now && job.cancelled === undefined && job.record.fate === undefined;
}

/** 64-bit counts are strings, and zeros are left out. */
function completionStats(job: JobFacts, started: boolean): { completionStats?: JsonObject } {
  const { imported, chunks, outcome } = job;
  if (!started || imported === undefined || imported.error !== undefined) return {};
  const sum = (of: 'ok' | 'failed' | 'rows') => chunks.reduce((total, chunk) => total + chunk[of], 0);
  const ok = outcome?.ok ?? sum('ok');
  const failed = outcome?.failed ?? sum('failed');
  const incomplete = imported.rows - (outcome === undefined ? sum('rows') : ok + failed);
  const counts = { successfulCount: ok, failedCount: failed, incompleteCount: incomplete };
  const shown = Object.entries(counts).filter(([, value]) => value > 0);
  return { completionStats: Object.fromEntries(shown.map(([name, value]) => [name, String(value)])) };
}

function updatedAt(job: JobFacts, now: number): number {
  const { record, outcome, cancelled, chunks } = job;
  if (outcome !== undefined) return outcome.at;
  const times = [record.createdAt, startsAt(job), cancelled?.at ?? 0, ...chunks.map(({ at }) => at)];
  return Math.max(...times.filter((time) => time <= now));
}
