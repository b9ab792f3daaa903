import { GoogleApiError } from '../../google/errors.ts';
import type { JobFacts } from '../../pipeline/job-facts.ts';
import { UserError } from '../../support/errors.ts';
import { quoteUntrusted } from '../../support/text.ts';

/** What became of one job: done, or why not. */
export interface Attempt<Done> {
  job: JobFacts;
  done?: Done | undefined;
  error?: string | undefined;
}

/**
 * Does a thing to each of some jobs at once, whatever becomes of the others. Where it fails for all of them the first
 * failure is thrown: then there is nothing else to tell.
 */
export async function eachJob<Done>(
  jobs: readonly JobFacts[],
  act: (job: JobFacts) => Promise<Done>,
): Promise<Attempt<Done>[]> {
  const settled = await Promise.allSettled(jobs.map(act));
  const attempts = jobs.map((job, at): Attempt<Done> => {
    const one = settled[at] as PromiseSettledResult<Done>;
    return one.status === 'fulfilled' ? { job, done: one.value } : { job, error: reasonOf(one.reason) };
  });
  const [first] = settled;
  if (first?.status === 'rejected' && attempts.every(({ error }) => error !== undefined)) throw first.reason;
  return attempts;
}

/** A defect is told as one. */
function reasonOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (error instanceof GoogleApiError) return quoteUntrusted(error.message, 200);
  throw error;
}
