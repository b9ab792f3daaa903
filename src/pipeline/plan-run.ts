import { runId, type SubmitPlan, submitToken } from '../batch/submit-token.ts';
import { allowedBy, assertAllowed } from '../google/allowlist.ts';
import { isNotFound } from '../google/errors.ts';
import { parseGsUri } from '../google/gs-uri.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { type ChosenModel, chooseModel } from './choose-model.ts';
import { type Estimate, estimateInput } from './estimate.ts';
import { jobsOfRun } from './find-run.ts';
import { cutIntoJobs, inspectInput, type JobInput } from './job-input.ts';
import { LABELS } from './job-labels.ts';
import type { Ports } from './ports.ts';
import { preflight } from './preflight.ts';

export interface RunSpec {
  /** As `chooseModel` takes them. */
  model: string;
  location?: string | undefined;
  /** `gs://…` object or wildcard, a local file, or the id of a composed input. */
  input: string;
  /** `gs://bucket/prefix` under which staged inputs and outputs go. */
  place: string;
  name?: string | undefined;
  labels: Record<string, string>;
  kmsKey?: string | undefined;
  /** Run the same plan once more on purpose. */
  again: boolean;
  /** Set where these rows are tried again for a run that exists. */
  retry?: { run: string; attempt: number } | undefined;
}

/** One job of a run. */
export interface PlannedJob {
  /** Of this job alone: what a repeat is recognised by. */
  token: string;
  input: JobInput;
  /** `3-of-7`; left out where the run is one job. */
  shard?: string | undefined;
  /** Prefix that Vertex AI makes its folder under. */
  output: string;
}

/** What a submit will do, before it does anything. */
export interface RunPlan {
  spec: RunSpec;
  model: ChosenModel;
  run: string;
  /** Of all jobs together: what is agreed to. */
  token: string;
  jobs: PlannedJob[];
  input: JobInput;
  output: string;
  /** Jobs of this plan that Vertex AI has already, by token. */
  existing: Map<string, BatchPredictionJob>;
  /** What a person should know beforehand, in sentences. */
  notes: string[];
  /** Of all jobs together; left out where all of them exist. */
  estimate?: Estimate | undefined;
}

/**
 * Works out what a submit means, and which part of it was done before. Creates nothing.
 * Throws what `chooseModel` and `inspectInput` throw, `too_large`, `not_allowed`,
 * `not_ready` and `ran_before`.
 */
export async function planRun(spec: RunSpec, ports: Ports): Promise<RunPlan> {
  const model = await chooseModel(spec, ports);
  assertAllowed('buckets', parseGsUri(spec.place).bucket, allowedBy(ports.settings));
  const input = await inspectInput(spec.input, model, ports);
  const inputs = cutIntoJobs(input, model.limits);
  for (let nonce = 1; ; nonce++) {
    const plan = numbered(spec, { model, input, inputs, nonce });
    const { existing, deleted } = await earlierJobs(plan, ports);
    const done = existing.size === plan.jobs.length;
    // A run that broke off, or waits for room, is finished first.
    if (spec.again && (deleted || done)) continue;
    if (deleted) throw ranBefore(deleted, plan);
    return done ? { ...plan, existing } : { ...plan, existing, ...(await readied(plan, ports)) };
  }
}

/** What is worth asking only where something is left to do: whether it can be done, and its price. */
async function readied(plan: Omit<RunPlan, 'existing'>, ports: Ports) {
  const { model, spec, output, notes } = plan;
  const warnings = await preflight({ model, place: spec.place, output }, ports);
  return { estimate: await priced(plan, ports), notes: [...notes, ...warnings.map(({ says }) => says)] };
}

/** Rows in other formats than Gemini's are not all counted; a job of them has no price then. */
async function priced({ input, model, spec }: Omit<RunPlan, 'existing'>, ports: Ports) {
  try {
    return await estimateInput(input, model, { input: spec.input }, ports);
  } catch (error) {
    if (model.format !== 'gemini' && error instanceof UserError && error.code === 'not_request_rows')
      return undefined;
    throw error;
  }
}

/** Run again on purpose, a plan is numbered, so that a repeat of the repeat is found again too. */
function numbered(
  spec: RunSpec,
  { model, input, inputs, nonce }: { model: ChosenModel; input: JobInput; inputs: JobInput[]; nonce: number },
): Omit<RunPlan, 'existing'> {
  const tokenOf = ({ files }: JobInput): string => {
    const planned = files.map(({ uri, generation, sha256 }) => ({ uri, generation, sha256 }));
    const plan: SubmitPlan = {
      ...{ model: model.resource, location: model.location, inputs: planned, output: spec.place },
      ...{ labels: spec.labels, kmsKey: spec.kmsKey },
    };
    return submitToken(nonce === 1 ? plan : { ...plan, nonce: String(nonce) });
  };
  const token = tokenOf(input);
  const run = spec.retry?.run ?? runId(token);
  const attempt = spec.retry ? `/attempt-${spec.retry.attempt}` : '';
  const output = `${spec.place.replace(/\/+$/, '')}/outputs/${run}${attempt}`;
  const jobs = inputs.map((one, index): PlannedJob => {
    if (inputs.length === 1) return { token, input: one, output };
    const shard = `${index + 1}-of-${inputs.length}`;
    return { token: tokenOf(one), input: one, shard, output: `${output}/${shard}` };
  });
  return { spec, model, run, token, jobs, input, output, notes: model.notes };
}

/**
 * The jobs of a plan that Vertex AI has, and the name of one that it has no more. It forgets what was deleted, and its
 * list may not show yet what was just created; the ledger knows the names of both.
 */
async function earlierJobs(
  { run, jobs, model }: Omit<RunPlan, 'existing'>,
  ports: Ports,
): Promise<{ existing: Map<string, BatchPredictionJob>; deleted?: string | undefined }> {
  const listed = await jobsOfRun(run, model.location, ports);
  const byToken = new Map(listed.map((job) => [job.labels?.[LABELS.token], job]));
  const existing = new Map<string, BatchPredictionJob>();
  let deleted: string | undefined;
  for (const { token } of jobs) {
    const name = byToken.has(token) ? undefined : (await ports.ledger.find(token))?.job;
    const job = byToken.get(token) ?? (name && (await jobNamed(name, ports)));
    if (job) existing.set(token, job);
    else deleted ??= name;
  }
  return { existing, deleted };
}

async function jobNamed(
  name: string,
  { vertex, signal }: Pick<Ports, 'vertex' | 'signal'>,
): Promise<BatchPredictionJob | undefined> {
  try {
    return await vertex.batchPredictionJobs.get(name, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const ranBefore = (job: string, { output }: Omit<RunPlan, 'existing'>) =>
  new UserError('ran_before', {
    what: `This plan was submitted before as ${job}, and that job has been deleted since.`,
    why: `What it wrote is still under ${output}, unless somebody removed that too.`,
    fix: 'To run and pay for it once more, send the call with allow_duplicate: true.',
  });
