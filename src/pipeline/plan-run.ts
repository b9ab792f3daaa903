import { runId, type SubmitPlan, submitToken } from '../batch/submit-token.ts';
import { allowedBy, assertAllowed } from '../google/allowlist.ts';
import { parseGsUri } from '../google/gs-uri.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { type ChosenModel, chooseModel } from './choose-model.ts';
import { type Estimate, estimateInput } from './estimate.ts';
import { jobsOfRun } from './find-run.ts';
import { cutIntoJobs, inspectInput, type JobInput } from './job-input.ts';
import { LABELS } from './job-labels.ts';
import type { Ports } from './ports.ts';

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
  /** Of all jobs together; left out where all of them exist. */
  estimate?: Estimate | undefined;
}

/**
 * Works out what a submit means, and which part of it was done before. Creates nothing.
 * Throws what `chooseModel` and `inspectInput` throw, `too_large`, `not_allowed` and `ran_before`.
 */
export async function planRun(spec: RunSpec, ports: Ports): Promise<RunPlan> {
  const model = await chooseModel(spec, ports);
  assertAllowed('buckets', parseGsUri(spec.place).bucket, allowedBy(ports.settings));
  const input = await inspectInput(spec.input, model, ports);
  const inputs = cutIntoJobs(input, model.limits);
  for (let nonce = 1; ; nonce++) {
    const plan = numbered(spec, { model, input, inputs, nonce });
    const existing = await existingJobs(plan, ports);
    const deleted = existing.size === 0 ? await deletedJob(plan, ports) : undefined;
    if (spec.again && (deleted || existing.size > 0)) continue;
    if (deleted) throw ranBefore(deleted, plan);
    const done = existing.size === plan.jobs.length;
    return { ...plan, existing, ...(!done && { estimate: await priced(plan, ports) }) };
  }
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
  const run = runId(token);
  const output = `${spec.place.replace(/\/+$/, '')}/outputs/${run}`;
  const jobs = inputs.map((one, index): PlannedJob => {
    if (inputs.length === 1) return { token, input: one, output };
    const shard = `${index + 1}-of-${inputs.length}`;
    return { token: tokenOf(one), input: one, shard, output: `${output}/${shard}` };
  });
  return { spec, model, run, token, jobs, input, output };
}

async function existingJobs(
  { run, jobs, model }: Omit<RunPlan, 'existing'>,
  ports: Ports,
): Promise<Map<string, BatchPredictionJob>> {
  const tokens = new Set(jobs.map(({ token }) => token));
  const found = new Map<string, BatchPredictionJob>();
  for (const job of await jobsOfRun(run, model.location, ports)) {
    const token = job.labels?.[LABELS.token] ?? '';
    if (tokens.has(token)) found.set(token, job);
  }
  return found;
}

/** Vertex AI forgets a job that was deleted; the ledger does not. */
async function deletedJob(
  { jobs }: Omit<RunPlan, 'existing'>,
  { ledger }: Ports,
): Promise<string | undefined> {
  for (const { token } of jobs) {
    const job = (await ledger.find(token))?.job;
    if (job !== undefined) return job;
  }
  return undefined;
}

const ranBefore = (job: string, { output }: Omit<RunPlan, 'existing'>) =>
  new UserError('ran_before', {
    what: `This plan was submitted before as ${job}, and that job has been deleted since.`,
    why: `What it wrote is still under ${output}, unless somebody removed that too.`,
    fix: 'To run and pay for it once more, send the call with allow_duplicate: true.',
  });
