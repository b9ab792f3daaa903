/**
 * The states of a batch prediction job.
 * Source: google/cloud/aiplatform/v1/job_state.proto. Google's own samples leave EXPIRED and
 * PARTIALLY_SUCCEEDED out of their "done" sets and poll for ever; this table leaves out nothing.
 */
export const JOB_STATE_NAMES = [
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
export type JobState = (typeof JOB_STATE_NAMES)[number];

export interface StateFacts {
  /** The name as Vertex AI sent it. */
  state: string;
  /** Nothing will change any more. */
  terminal: boolean;
  /** Nothing happens without a person: every terminal state, and PAUSED. */
  stopped: boolean;
  /** One plain sentence. */
  meaning: string;
  /** What to expect at the output place: a line for every row, for some, maybe for some, for none. */
  hasOutput: 'all' | 'some' | 'maybe' | 'none';
}

const going = (meaning: string, hasOutput: StateFacts['hasOutput']) => ({
  terminal: false,
  stopped: false,
  meaning,
  hasOutput,
});
const ended = (meaning: string, hasOutput: StateFacts['hasOutput']) => ({
  terminal: true,
  stopped: true,
  meaning,
  hasOutput,
});

const FACTS: Record<JobState, Omit<StateFacts, 'state'>> = {
  JOB_STATE_UNSPECIFIED: going('Vertex AI did not say what the job is doing.', 'maybe'),
  JOB_STATE_QUEUED: going('The job is created or resumed and waits for its turn, up to 72 hours.', 'none'),
  JOB_STATE_PENDING: going('Vertex AI is preparing the job.', 'none'),
  JOB_STATE_RUNNING: going('Rows are being answered; finished ones are written out as it goes.', 'maybe'),
  // Seen in the wild on jobs in which every row failed.
  JOB_STATE_SUCCEEDED: ended('The job ran to its end; single rows may still have failed.', 'all'),
  JOB_STATE_FAILED: ended('The job failed; rows answered before that may have been written.', 'maybe'),
  JOB_STATE_CANCELLING: going(
    'A cancel was asked for; the job will still end as cancelled, failed or succeeded.',
    'maybe',
  ),
  JOB_STATE_CANCELLED: ended('The job was cancelled; rows answered before that are kept and billed.', 'some'),
  JOB_STATE_PAUSED: {
    terminal: false,
    stopped: true,
    meaning: 'The job is paused and goes on only when somebody resumes it.',
    hasOutput: 'maybe',
  },
  JOB_STATE_EXPIRED: ended(
    'The job ran out of time in the queue or while running; rows answered before that are kept.',
    'some',
  ),
  JOB_STATE_UPDATING: going('The job is being updated and will go back to running.', 'maybe'),
  JOB_STATE_PARTIALLY_SUCCEEDED: ended('The job ended with some results missing because of errors.', 'some'),
};

export const JOB_STATES: readonly StateFacts[] = JOB_STATE_NAMES.map((state) => ({ state, ...FACTS[state] }));

export const isJobState = (raw: string): raw is JobState => Object.hasOwn(FACTS, raw);

/** What a state means. A name that is not known is shown as it came and taken as still going on. */
export function describeState(raw: string): StateFacts {
  if (isJobState(raw)) return { state: raw, ...FACTS[raw] };
  return {
    state: raw,
    ...going(
      'This state is newer than this version of vertex-batch-mcp, which cannot say what it means.',
      'maybe',
    ),
  };
}
