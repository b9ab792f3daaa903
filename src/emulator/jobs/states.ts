/** google.cloud.aiplatform.v1.JobState, in the order of its numbers. */
export const JOB_STATES = [
  'JOB_STATE_UNSPECIFIED',
  'JOB_STATE_QUEUED',
  'JOB_STATE_PENDING',
  'JOB_STATE_RUNNING',
  'JOB_STATE_SUCCEEDED',
  'JOB_STATE_FAILED',
  'JOB_STATE_CANCELLING',
  'JOB_STATE_CANCELLED',
  'JOB_STATE_PAUSED',
  'JOB_STATE_EXPIRED',
  'JOB_STATE_UPDATING',
  'JOB_STATE_PARTIALLY_SUCCEEDED',
] as const;

export type JobState = (typeof JOB_STATES)[number];

/** How a fault lets a job end instead of succeeding. */
export interface Fate {
  state: JobState;
  error: string;
  /** Rows that are done before; default half of them. */
  afterRows?: number | undefined;
}
