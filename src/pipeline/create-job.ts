import { GoogleApiError } from '../google/errors.ts';
import type { BatchPredictionJob, NewBatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { claimCreate } from './claim.ts';
import { LABELS } from './job-labels.ts';
import type { Ports } from './ports.ts';

export interface JobOrder {
  body: NewBatchPredictionJob;
  token: string;
  location: string;
  /** `gs://bucket/prefix` where claims are laid down. */
  place: string;
}

export interface CreatedJob {
  job: BatchPredictionJob;
  /** True where somebody else, or an earlier call, had created it. */
  adopted: boolean;
}

/** Milliseconds between looks for a job whose create was not answered: a list may lag behind a create. */
const LOOKS_AFTER_LOST_ANSWER = [1_000, 4_000, 10_000];
/** While another server holds the claim; together less than the minute that clients wait for a call. */
const LOOKS_WHILE_CLAIMED = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
const MOST_CREATES = 3;

/**
 * Creates the job of a token, or finds it. Before each create the list is searched, and the right to create claimed:
 * an error, even a refusal for load, may come from a proxy behind which the work was done.
 * Throws `submit_unanswered`, `submit_in_progress`, and Google's own refusals.
 */
export async function createJob(order: JobOrder, ports: Ports): Promise<CreatedJob> {
  const { body, token, location } = order;
  let last: GoogleApiError | undefined;
  let claimed = 0;
  for (let tries = 0; tries < MOST_CREATES; ) {
    const earlier = await findByToken(token, location, ports);
    if (earlier) return { job: earlier, adopted: tries === 0 };
    const claim = await claimCreate(token, { place: order.place, earlier: claimed }, ports);
    if (claim === undefined) return { job: await awaitOther(token, location, ports), adopted: true };
    claimed = claim;
    tries += 1;
    try {
      const job = await ports.vertex.batchPredictionJobs.create(location, body, { signal: ports.signal });
      return { job, adopted: false };
    } catch (error) {
      if (!(error instanceof GoogleApiError) || !(error.retryable || error.status === 0)) throw error;
      last = error;
    }
    const job = await lookFor(token, location, {
      pauses: LOOKS_AFTER_LOST_ANSWER,
      atLeast: last.retryAfterMs ?? 0,
      ports,
    });
    if (job) return { job, adopted: false };
  }
  throw new UserError('submit_unanswered', {
    what: 'Vertex AI did not say that it created the job, and no job with its submit token has appeared.',
    why: last && `It last answered ${last.status || 'nothing'}: ${quoteUntrusted(last.message)}.`,
    fix: 'Send the same call again: if the job exists after all it is found and taken, not started twice.',
    cause: last,
  });
}

async function awaitOther(token: string, location: string, ports: Ports): Promise<BatchPredictionJob> {
  const job = await lookFor(token, location, { pauses: LOOKS_WHILE_CLAIMED, atLeast: 0, ports });
  if (job) return job;
  throw new UserError('submit_in_progress', {
    what: 'Another call is submitting this very plan, or broke off while it did.',
    why: 'It holds the claim on it, and its job has not appeared yet; two jobs would be two bills.',
    fix: 'Send the same call again in two minutes: it takes the job that has appeared by then, or starts it.',
  });
}

async function lookFor(
  token: string,
  location: string,
  { pauses, atLeast, ports }: { pauses: readonly number[]; atLeast: number; ports: Ports },
): Promise<BatchPredictionJob | undefined> {
  for (const pause of pauses) {
    await ports.clock.sleep(Math.max(pause, atLeast), ports.signal);
    const job = await findByToken(token, location, ports);
    if (job) return job;
  }
  return undefined;
}

export async function findByToken(
  token: string,
  location: string,
  { vertex, signal }: Pick<Ports, 'vertex' | 'signal'>,
): Promise<BatchPredictionJob | undefined> {
  const filter = `labels.${LABELS.token}="${token}"`;
  for await (const job of vertex.batchPredictionJobs.list(location, { filter, pageSize: 10, signal }))
    return job;
  return undefined;
}
