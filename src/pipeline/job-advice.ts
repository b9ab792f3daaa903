import { type Model, modelById } from '../batch/catalogue.ts';
import { dayOf } from '../batch/day.ts';
import { liveSuccessors, pickLocation } from '../batch/find-model.ts';
import { isAllowed } from '../google/allowlist.ts';
import type { Settings } from '../settings.ts';
import { count, duration } from '../support/text.ts';
import { clocks, doneAtThisRate, QUEUE_LIMIT_MS, RUN_LIMIT_MS } from './job-clocks.ts';
import { type JobFacts, modelIdOf, rowsDone } from './job-facts.ts';

const DAY = 86_400_000;
const left = (limit: number, spent: number) => duration(Math.max(0, limit - spent));

export interface AdviceContext {
  now: number;
  settings: Pick<Settings, 'allowLocations' | 'allowModels'>;
  /** Its final output is there, which Vertex AI takes as the input of a job that does the rest. */
  resumable?: boolean | undefined;
}

/** What follows from a job's state and age, in plain sentences; nothing where nothing is to be done. */
export function jobAdvice(facts: JobFacts, context: AdviceContext): string[] {
  const { now, resumable } = context;
  const { queued } = clocks(facts, now);
  switch (facts.state) {
    case 'JOB_STATE_QUEUED':
    case 'JOB_STATE_PENDING':
      if (queued < DAY) return ['Waiting in the queue is normal and costs nothing.'];
      return [
        `The job expires in ${left(QUEUE_LIMIT_MS, queued)} if it does not start. Cancelling now costs nothing. To try elsewhere, ${elsewhere(facts, context)}.`,
      ];
    case 'JOB_STATE_RUNNING':
    case 'JOB_STATE_UPDATING':
      return runningAdvice(facts, now);
    case 'JOB_STATE_CANCELLING':
      return ['The cancel is under way; finished rows are kept and billed.'];
    case 'JOB_STATE_PAUSED':
      return [
        'Somebody has to resume or cancel the job in the Google Cloud console; it does not go on by itself.',
      ];
    case 'JOB_STATE_SUCCEEDED':
      return facts.rows?.failed
        ? ['SUCCEEDED says that the job ended, not that its rows did: look at the causes of the failed rows.']
        : [];
    case 'JOB_STATE_EXPIRED':
      if (facts.started === undefined)
        return [
          `The job never started: nothing was run, and nothing is billed. To try elsewhere, ${elsewhere(facts, context)}.`,
        ];
      return [KEPT, ...resume(facts, resumable)];
    case 'JOB_STATE_PARTIALLY_SUCCEEDED':
      return [KEPT];
    case 'JOB_STATE_CANCELLED':
      return facts.started === undefined
        ? ['The job was cancelled before it started: nothing was run, and nothing is billed.']
        : [KEPT, ...resume(facts, resumable)];
    case 'JOB_STATE_FAILED':
      return [failureAdvice(facts), ...resume(facts, resumable)];
    default:
      return [`${facts.state} is new to this version; it is shown as it came and not taken for an end.`];
  }
}

const KEPT = 'Rows that were done before the end are in the output and are billed; the rest were not run.';

/** Source: resume-job page of 2026: jobs that failed, were cancelled or have expired. */
const resume = ({ output }: JobFacts, resumable = false): string[] =>
  resumable
    ? [
        `Vertex AI can resume it: a new job whose input is the output of this one runs only the rows in it that failed or were not run; create_batch_job with the input ${output}/predictions*.jsonl is that job. Rows that are not in the output are sent again by retry_batch_failures.`,
      ]
    : [];

function runningAdvice(facts: JobFacts, now: number): string[] {
  const { running = 0 } = clocks(facts, now);
  const rest = RUN_LIMIT_MS - running;
  const done = rowsDone(facts.rows) ?? 0;
  const end = doneAtThisRate(facts, now);
  if (end !== undefined && end - now > rest) {
    const late = Math.floor(((facts.rows?.total ?? 0) - done) * (1 - rest / (end - now)));
    if (late > 0)
      return [
        `At this rate about ${count(late, 'row')} will not be done in the 24 hours that a job may run. They are cancelled then; finished rows are kept, and only they are billed.`,
      ];
  }
  if (running < RUN_LIMIT_MS * 0.75) return [];
  return [
    `Rows that are not done in ${left(RUN_LIMIT_MS, running)} are cancelled; finished rows are kept, and only they are billed.`,
  ];
}

/** `submit it in us, where gemini-3.8-flash is offered too`. */
function elsewhere(facts: JobFacts, { now, settings }: AdviceContext): string {
  const model = modelById(modelIdOf(facts) ?? '');
  const location = model && otherLocation(model, facts.location, settings);
  if (location) return `submit it in ${location}, where ${model.id} is offered too`;
  const [successor] = model && settings.allowModels.length === 0 ? liveSuccessors(model, dayOf(now)) : [];
  return successor ? `submit it with ${successor.model.id}` : 'take another model';
}

/** `global` has the most capacity; who is in a region of the US or of Europe stays in that jurisdiction first. */
function otherLocation(
  model: Model,
  location: string,
  { allowLocations }: AdviceContext['settings'],
): string | undefined {
  const locations = model.locations.filter((one) => one !== location && isAllowed(allowLocations, one));
  return locations.length > 0 ? pickLocation({ locations }, location) : undefined;
}

/** Vertex AI's job errors seldom name the row; these are what they usually come from. */
function failureAdvice({ error = '' }: JobFacts): string {
  if (/import data|vertex_row_id|schema|parse/i.test(error))
    return 'The file could not be loaded: usually one line is not JSON, a member has two types on different lines, or `request` is missing.';
  if (/internal/i.test(error) || error === '')
    return 'Vertex AI gave no reason. Usual ones: a malformed request row, a bucket in another region, or the service agent lacking rights on the bucket.';
  return 'Mend what the error names, then submit again with allow_duplicate.';
}
