import { duration } from '../support/text.ts';
import { clocks, type JobFacts, QUEUE_LIMIT_MS, RUN_LIMIT_MS } from './job-facts.ts';

const DAY = 86_400_000;
const left = (limit: number, spent: number) => duration(Math.max(0, limit - spent));

/** What follows from a job's state and age, in plain sentences; nothing where nothing is to be done. */
export function jobAdvice(facts: JobFacts, now: number): string[] {
  const { queued, running = 0 } = clocks(facts, now);
  switch (facts.state) {
    case 'JOB_STATE_QUEUED':
    case 'JOB_STATE_PENDING':
      if (queued < DAY) return ['Waiting in the queue is normal and costs nothing.'];
      return [
        `The job expires in ${left(QUEUE_LIMIT_MS, queued)} if it does not start. Cancelling now costs nothing: consider another model, or another location (global has the most capacity).`,
      ];
    case 'JOB_STATE_RUNNING':
    case 'JOB_STATE_UPDATING':
      if (running < RUN_LIMIT_MS * 0.75) return [];
      return [
        `Rows that are not done in ${left(RUN_LIMIT_MS, running)} are cancelled; finished rows are kept, and only they are billed.`,
      ];
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
    case 'JOB_STATE_PARTIALLY_SUCCEEDED':
    case 'JOB_STATE_EXPIRED':
    case 'JOB_STATE_CANCELLED':
      return ['Rows that were done before the end are in the output and are billed; the rest were not run.'];
    case 'JOB_STATE_FAILED':
      return [failureAdvice(facts)];
    default:
      return [`${facts.state} is new to this version; it is shown as it came and not taken for an end.`];
  }
}

/** Vertex AI's job errors seldom name the row; these are what they usually come from. */
function failureAdvice({ error = '' }: JobFacts): string {
  if (/import data|vertex_row_id|schema|parse/i.test(error))
    return 'The file could not be loaded: usually one line is not JSON, a member has two types on different lines, or `request` is missing.';
  if (/internal/i.test(error) || error === '')
    return 'Vertex AI gave no reason. Usual ones: a malformed request row, a bucket in another region, or the service agent lacking rights on the bucket.';
  return 'Mend what the error names, then submit again with allow_duplicate.';
}
