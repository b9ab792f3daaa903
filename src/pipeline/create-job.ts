import { GoogleApiError } from '../google/errors.ts';
import type { BatchPredictionJob, NewBatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { claimCreate, giveUpClaim, USE_CLAIM_WITHIN_MS } from './claim.ts';
import { LABELS } from './job-labels.ts';
import type { Ports } from './ports.ts';

export interface JobOrder {
  body: NewBatchPredictionJob;
  token: string;
  location: string;
  /** `gs://bucket/prefix` where claims are laid down. */
  place: string;
  /** Writes down what will be spent, once the right to create is had and before it is used. */
  commit(): Promise<void>;
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
/** Milliseconds after which no further create is sent, so that a person hears of it before the client gives up. */
const LAST_CREATE_AFTER = 35_000;

/** What is known when a submit ends in an error. */
interface Attempt {
  /** Number of the claim that is held; 0 without one. */
  claim: number;
  committed: boolean;
  /** The last create that may or may not have been done. */
  unanswered?: GoogleApiError | undefined;
}

/**
 * Creates the job of a token, or finds it. Before each create the list is searched, and the right to create claimed:
 * an error, even a refusal for load, may come from a proxy behind which the work was done.
 * What was committed stays so while the job may yet appear, and is taken back where it cannot.
 * Throws `submit_unanswered`, `submit_in_progress`, Google's own refusals, and what `commit` throws.
 */
export async function createJob(order: JobOrder, ports: Ports): Promise<CreatedJob> {
  const attempt: Attempt = { claim: 0, committed: false };
  try {
    return await claimAndCreate(order, attempt, ports);
  } catch (error) {
    if (ports.signal.aborted || isInProgress(error)) throw error;
    // Once a create was not answered, no later failure says that there is no job.
    if (attempt.unanswered) throw unanswered(attempt.unanswered);
    if (attempt.committed) await ports.ledger.remove(order.token);
    // Where this fails the next call only waits for the claim to end.
    if (attempt.claim > 0)
      await giveUpClaim(order.token, { place: order.place, number: attempt.claim }, ports).catch(() => {});
    throw error;
  }
}

async function claimAndCreate(order: JobOrder, attempt: Attempt, ports: Ports): Promise<CreatedJob> {
  const { body, token, location, place } = order;
  const { clock, signal, vertex } = ports;
  const started = clock.now();
  for (let tries = 1; ; tries++) {
    const asked = clock.now();
    const earlier = await findByToken(token, location, ports);
    if (earlier) return { job: earlier, adopted: attempt.unanswered === undefined };
    const claim = await claimCreate(token, { place, earlier: attempt.claim }, ports);
    if (claim === undefined) return { job: await awaitOther(token, location, ports), adopted: true };
    attempt.claim = claim;
    // Held up that long, as a laptop is that was closed, it knows nothing any more.
    if (clock.now() - asked > USE_CLAIM_WITHIN_MS) continue;
    if (!attempt.committed) await order.commit();
    attempt.committed = true;
    try {
      const job = await vertex.batchPredictionJobs.create(location, body, { signal });
      return { job, adopted: false };
    } catch (error) {
      if (!(error instanceof GoogleApiError) || !(error.retryable || error.status === 0)) throw error;
      attempt.unanswered = error;
    }
    const failed = clock.now();
    const job = await lookFor(token, location, LOOKS_AFTER_LOST_ANSWER, ports);
    if (job) return { job, adopted: false };
    const wait = Math.max(0, failed + (attempt.unanswered.retryAfterMs ?? 0) - clock.now());
    const late = clock.now() + wait - started > LAST_CREATE_AFTER;
    if (late || tries >= MOST_CREATES) throw attempt.unanswered;
    await clock.sleep(wait, signal);
  }
}

const unanswered = (last: GoogleApiError) =>
  new UserError('submit_unanswered', {
    what: 'Vertex AI did not say that it created the job, and no job with its submit token has appeared.',
    why: `It last answered ${last.status || 'nothing'}: ${quoteUntrusted(last.message)}.`,
    fix: 'Send the same call again in two minutes: if the job exists after all it is found, not started twice.',
    cause: last,
  });

const isInProgress = (error: unknown): boolean =>
  error instanceof UserError && error.code === 'submit_in_progress';

async function awaitOther(token: string, location: string, ports: Ports): Promise<BatchPredictionJob> {
  const job = await lookFor(token, location, LOOKS_WHILE_CLAIMED, ports);
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
  pauses: readonly number[],
  ports: Ports,
): Promise<BatchPredictionJob | undefined> {
  for (const pause of pauses) {
    await ports.clock.sleep(pause, ports.signal);
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
