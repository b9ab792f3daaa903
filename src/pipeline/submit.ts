import { createReadStream } from 'node:fs';
import { runId, type SubmitPlan, submitToken } from '../batch/submit-token.ts';
import { GoogleApiError, isConditionNotMet } from '../google/errors.ts';
import { gsUri, parseGsUri } from '../google/gs-uri.ts';
import type { BatchPredictionJob, NewBatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { type Accepts, inspectInput, type JobInput } from './job-input.ts';
import { LABELS, TOOL_LABEL } from './job-labels.ts';
import type { Ports } from './ports.ts';

export interface SubmitSpec {
  /** Resource name that goes into the job. */
  model: string;
  location: string;
  /** `gs://…` object or wildcard, or a local file. */
  input: string;
  accepts: Accepts;
  /** `gs://bucket/prefix` under which staged inputs and outputs go. */
  place: string;
  name?: string | undefined;
  labels: Record<string, string>;
  kmsKey?: string | undefined;
  /** Run the same plan once more on purpose. */
  again: boolean;
}

export interface Submitted {
  job: BatchPredictionJob;
  run: string;
  rows?: number | undefined;
  /** True where the job of an earlier, equal submit was found instead of starting another. */
  adopted: boolean;
}

/** Milliseconds between looks for a job whose create was not answered: a list may lag behind a create. */
const LOOKS_AFTER_LOST_ANSWER = [1_000, 4_000, 10_000];
const MOST_CREATES = 3;

/**
 * Upload, then create; never twice. The plan's hash goes on the job as a label, and is looked for before a create
 * and after one whose answer was lost.
 */
export async function submit(spec: SubmitSpec, ports: Ports): Promise<Submitted> {
  const input = await inspectInput(spec.input, spec.accepts, ports);
  const { plan, token, earlier } = await planOf(spec, input, ports);
  const run = runId(token);
  if (earlier) return { job: earlier, run, rows: input.rows, adopted: true };
  const uris = input.local
    ? [await upload(input.local, input.bytes, spec.place, ports)]
    : input.planned.map(({ uri = '' }) => uri);
  const body = jobBody(spec, plan, { token, run, uris, rows: input.rows });
  return { ...(await createOnce(body, token, spec.location, ports)), run, rows: input.rows };
}

/**
 * The plan of this submit and the job that it has already, if any. Run again on purpose, it is numbered,
 * so that a repeat is a job of its own.
 */
async function planOf(spec: SubmitSpec, input: JobInput, ports: Ports) {
  const { model, location, place, labels, kmsKey, again } = spec;
  const plan: SubmitPlan = { model, location, inputs: input.planned, output: place, labels, kmsKey };
  for (let nonce = 1; ; nonce++) {
    const numbered = nonce === 1 ? plan : { ...plan, nonce: String(nonce) };
    const token = submitToken(numbered);
    const earlier = await findByToken(token, location, ports);
    if (!again || !earlier) return { plan: numbered, token, earlier };
  }
}

async function findByToken(
  token: string,
  location: string,
  ports: Ports,
): Promise<BatchPredictionJob | undefined> {
  const filter = `labels.${LABELS.token}="${token}"`;
  const { signal } = ports;
  for await (const job of ports.vertex.batchPredictionJobs.list(location, { filter, pageSize: 10, signal }))
    return job;
  return undefined;
}

/** Content-addressed: the same bytes go to the same object, so a repeated upload finds them there. */
async function upload(
  local: { path: string; sha256: string },
  size: number,
  place: string,
  { storage, signal, progress }: Ports,
): Promise<string> {
  const { bucket, name: prefix } = parseGsUri(place);
  const name = [prefix.replace(/\/+$/, ''), 'inputs', `${local.sha256}.jsonl`].filter(Boolean).join('/');
  const there = await storage.stat(bucket, name, { signal });
  if (there && Number(there.size) === size) return gsUri(bucket, name);
  const message = `Uploading ${bytes(size)} to ${gsUri(bucket)}`;
  try {
    await storage.upload({
      bucket,
      name,
      bytes: createReadStream(local.path, { highWaterMark: 1 << 20, signal }),
      size,
      contentType: 'application/jsonl',
      signal,
      onProgress: (done) => progress({ done, total: size, message }),
    });
  } catch (error) {
    // Somebody else has just put the same content there.
    if (!isConditionNotMet(error)) throw error;
  }
  return gsUri(bucket, name);
}

function jobBody(
  spec: SubmitSpec,
  plan: SubmitPlan,
  { token, run, uris, rows }: { token: string; run: string; uris: string[]; rows: number | undefined },
): NewBatchPredictionJob {
  const output = `${plan.output.replace(/\/+$/, '')}/outputs/${run}`;
  return {
    displayName: spec.name ?? run,
    model: spec.model,
    inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris } },
    outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: output } },
    labels: {
      ...spec.labels,
      [LABELS.tool]: TOOL_LABEL,
      [LABELS.run]: run,
      [LABELS.token]: token,
      ...(rows !== undefined && { [LABELS.rows]: String(rows) }),
    },
    ...(spec.kmsKey !== undefined && { encryptionSpec: { kmsKeyName: spec.kmsKey } }),
  };
}

/**
 * Creates the job. Before a create is sent again, the job of the one before is looked for: an error, even a refusal
 * for load, may come from a proxy behind which the work was done.
 */
async function createOnce(
  body: NewBatchPredictionJob,
  token: string,
  location: string,
  ports: Ports,
): Promise<{ job: BatchPredictionJob; adopted: boolean }> {
  let last: GoogleApiError | undefined;
  for (let tries = 1; tries <= MOST_CREATES; tries++) {
    try {
      const job = await ports.vertex.batchPredictionJobs.create(location, body, { signal: ports.signal });
      return { job, adopted: false };
    } catch (error) {
      if (!(error instanceof GoogleApiError) || !(error.retryable || error.status === 0)) throw error;
      last = error;
    }
    const job = await lookFor(token, location, last.retryAfterMs ?? 0, ports);
    if (job) return { job, adopted: false };
  }
  throw new UserError('submit_unanswered', {
    what: 'Vertex AI did not say that it created the job, and no job with its submit token has appeared.',
    why: last && `It last answered ${last.status || 'nothing'}: ${quoteUntrusted(last.message)}.`,
    fix: 'Send the same call again: if the job exists after all it is found and taken, not started twice.',
    cause: last,
  });
}

async function lookFor(token: string, location: string, atLeast: number, ports: Ports) {
  for (const wait of LOOKS_AFTER_LOST_ANSWER) {
    await ports.clock.sleep(Math.max(wait, atLeast), ports.signal);
    const job = await findByToken(token, location, ports);
    if (job) return job;
  }
  return undefined;
}
