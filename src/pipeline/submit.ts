import { JOB_STATES } from '../batch/job-states.ts';
import type { NewBatchPredictionJob } from '../google/vertex-types.ts';
import { timestamp } from '../support/clock.ts';
import { UserError } from '../support/errors.ts';
import { count, quoteUntrusted } from '../support/text.ts';
import { commitSpending } from './commit-spending.ts';
import { type CreatedJob, createJob } from './create-job.ts';
import { LABELS, TOOL_LABEL } from './job-labels.ts';
import type { LedgerEntry } from './ledger.ts';
import type { PlannedJob, RunPlan } from './plan-run.ts';
import type { Ports } from './ports.ts';
import { stageFile } from './stage-input.ts';

export interface SubmittedRun {
  /** Jobs that exist now, in the order of the plan. */
  jobs: (CreatedJob & { planned: PlannedJob })[];
  /** Jobs that the limit on jobs at once leaves for a later call. */
  waiting: number;
}

/**
 * Uploads and creates what a plan has not got yet; never twice, whoever else does the same at the same time.
 * Broken off at any point, the same plan goes on there. Call it only after `authorize`.
 * Throws `over_day_limit`, `half_submitted`, and what staging and creating throw.
 */
export async function submitRun(plan: RunPlan, ports: Ports): Promise<SubmittedRun> {
  const jobs: SubmittedRun['jobs'] = [];
  let room = await roomFor(plan, ports);
  let waiting = 0;
  for (const planned of plan.jobs) {
    const earlier = plan.existing.get(planned.token);
    if (earlier) {
      await recordAdopted(planned.token, earlier.name, ports);
      jobs.push({ job: earlier, adopted: true, planned });
    } else if (room <= 0) waiting += 1;
    else {
      room -= 1;
      const created = await submitJob(plan, planned, ports).catch((error) => {
        throw jobs.length > 0 ? halfSubmitted(jobs.length, plan, error) : error;
      });
      jobs.push({ ...created, planned });
    }
  }
  return { jobs, waiting };
}

async function submitJob(plan: RunPlan, planned: PlannedJob, ports: Ports): Promise<CreatedJob> {
  const { token } = planned;
  const { place } = plan.spec;
  const uris: string[] = [];
  for (const file of planned.input.files) uris.push(await stageFile(file, place, ports));
  const commit = () => commitSpending(entryOf(plan, planned, ports), ports);
  const order = { body: jobBody(plan, planned, uris), token, location: plan.model.location, place, commit };
  const created = await createJob(order, ports);
  await recordAdopted(token, created.job.name, ports);
  return created;
}

function entryOf(plan: RunPlan, { token, input }: PlannedJob, { clock, project }: Ports): LedgerEntry {
  const share = plan.input.bytes > 0 ? input.bytes / plan.input.bytes : 1;
  const { cost, shape } = plan.estimate ?? {};
  return {
    token,
    kind: 'job',
    at: timestamp(clock.now()),
    project,
    run: plan.run,
    model: plan.model.resource,
    location: plan.model.location,
    ...(input.rows !== undefined && { rows: input.rows }),
    ...(shape !== undefined && { shape }),
    ...(cost && {
      estimate: {
        low: cost.usd.low * share,
        likely: cost.usd.likely * share,
        high: cost.usd.high * share,
      },
      price_as_of: cost.asOf,
    }),
  };
}

async function recordAdopted(token: string, job: string | undefined, { ledger }: Ports): Promise<void> {
  const entry = await ledger.find(token);
  if (entry && entry.job === undefined && job !== undefined) await ledger.write({ ...entry, job });
}

const GOING = JOB_STATES.filter(({ terminal }) => !terminal).map(({ state }) => state);

/** How many more jobs may be started: as many as the model, or this server, lets a project have at once. */
async function roomFor({ model, jobs, existing }: RunPlan, ports: Ports): Promise<number> {
  const most = ports.settings.maxJobs ?? model.limits.maxJobs;
  if (most === undefined || jobs.length === existing.size) return Number.POSITIVE_INFINITY;
  const publisher = /^publishers\/[^/]+\//.exec(model.resource)?.[0];
  let going = 0;
  const listing = ports.vertex.batchPredictionJobs.list(model.location, {
    filter: GOING.map((state) => `state="${state}"`).join(' OR '),
    pageSize: 100,
    signal: ports.signal,
  });
  for await (const job of listing) if (!publisher || job.model?.includes(publisher)) going += 1;
  return most - going;
}

function jobBody(
  plan: RunPlan,
  { token, input, shard, output }: PlannedJob,
  uris: string[],
): NewBatchPredictionJob {
  const { spec, model, run } = plan;
  const title = spec.name ?? run;
  return {
    displayName: shard ? `${title.slice(0, 100)} ${shard.replaceAll('-', ' ')}` : title,
    model: model.resource,
    inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris } },
    outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: output } },
    labels: {
      ...spec.labels,
      [LABELS.tool]: TOOL_LABEL,
      [LABELS.run]: run,
      [LABELS.token]: token,
      ...(shard && { [LABELS.shard]: shard }),
      ...(spec.retry && { [LABELS.attempt]: String(spec.retry.attempt) }),
      ...(input.rows !== undefined && { [LABELS.rows]: String(input.rows) }),
    },
    ...(spec.kmsKey !== undefined && { encryptionSpec: { kmsKeyName: spec.kmsKey } }),
  };
}

const halfSubmitted = (started: number, { jobs, run }: RunPlan, cause: unknown) =>
  new UserError('half_submitted', {
    what: `${started} of ${count(jobs.length, 'job')} of ${run} ${started === 1 ? 'is' : 'are'} started, then it broke off.`,
    why: cause instanceof UserError ? cause.message : quoteUntrusted(String(cause)),
    fix: 'Send the same call again: it starts only the jobs that are missing.',
    cause,
  });
