import { z } from 'zod';
import { roundUsd } from '../../batch/cost-words.ts';
import { checkLabels } from '../../batch/labels.ts';
import { authorize } from '../../pipeline/authorize.ts';
import type { Unconfirmed } from '../../pipeline/consent.ts';
import { jobFacts } from '../../pipeline/job-facts.ts';
import { RESERVED_LABELS } from '../../pipeline/job-labels.ts';
import { planRun, type RunPlan } from '../../pipeline/plan-run.ts';
import { submitRun } from '../../pipeline/submit.ts';
import { UserError } from '../../support/errors.ts';
import { list, quoteUntrusted } from '../../support/text.ts';
import { defineTool, type Next, type ToolContext } from '../define.ts';
import { afterSubmit, deed, planQuestion } from './submit-words.ts';

export const createBatchJob = defineTool({
  name: 'create_batch_job',
  title: 'Create a batch job',
  toolset: 'jobs',
  effect: 'create',
  spends: true,
  description:
    'Starts Gemini batch prediction on JSONL of request rows. A person agrees to the price first: the server asks, or replies with the plan and a `confirm` value. Safe to repeat: the same call finds its jobs again, or finishes a run that broke off.',
  input: z.strictObject({
    model: z.string().min(1).describe('Model id, full resource name, or a tuned model.'),
    input: z
      .string()
      .min(1)
      .describe(
        'Request rows: input id of compose_batch_input, local path, or gs:// URI (wildcards allowed).',
      ),
    location: z.string().optional().describe('Default: configured, else the first that offers the model.'),
    output: z.string().optional().describe('gs://bucket/prefix. Default: the configured bucket.'),
    name: z.string().min(1).max(128).optional().describe('Display name.'),
    labels: z.record(z.string(), z.string()).optional(),
    kms_key: z.string().optional().describe('CMEK key resource name, same region as the job.'),
    dry_run: z.boolean().default(false).describe('Only say what would be done.'),
    confirm: z.string().optional().describe('From an earlier reply, once the person agreed to its price.'),
    allow_duplicate: z.boolean().default(false).describe('Run the same plan once more, as a run of its own.'),
  }),
  output: z.object({
    status: z.enum(['planned', 'needs_consent', 'started', 'found']),
    run: z.string(),
    job: z.string().optional(),
    state: z.string().optional(),
    created_now: z.boolean(),
    jobs: z.array(z.looseObject({})).optional().describe('Where a run has several.'),
    waiting: z.number().optional(),
    model: z.string(),
    location: z.string(),
    rows: z.number().optional(),
    input: z.string().optional(),
    output: z.string().optional(),
    usd: z.looseObject({}).optional(),
    plan: z.looseObject({}).optional(),
    confirm: z.string().optional(),
    valid_until: z.string().optional(),
    notes: z.array(z.string()),
  }),
  run: async (input, context) => {
    const labels = input.labels ?? {};
    checkLabels(labels);
    refuseReserved(labels);
    const plan = await planRun(
      {
        ...{ model: input.model, location: input.location, input: input.input, name: input.name, labels },
        place: outputPlace(input.output, context),
        kmsKey: input.kms_key,
        again: input.allow_duplicate,
      },
      context,
    );
    if (input.dry_run)
      return {
        data: {
          status: 'planned' as const,
          created_now: false,
          ...planFacts(plan),
          plan: planDetails(plan),
        },
        summary: `Nothing was started. This would ${deed(plan)}.`,
        next: sameCall(input, { dry_run: undefined }, 'do it'),
      };
    // Who agreed to a run agreed to all its jobs: the rest of it needs no other consent.
    const unconfirmed =
      plan.existing.size > 0
        ? undefined
        : await authorize(
            {
              token: plan.token,
              usd: plan.estimate?.cost?.usd,
              question: planQuestion(plan, context.project),
              confirm: input.confirm,
            },
            context,
          );
    if (unconfirmed) return askFirst(plan, unconfirmed, input);
    const submitted = await submitRun(plan, context);
    const lines = submitted.jobs.map(({ job, adopted, planned }) => {
      const { job: name, state } = jobFacts(job);
      return { job: name, shard: planned.shard, state, created_now: !adopted };
    });
    const [first] = submitted.jobs;
    const single = plan.jobs.length === 1 && first ? jobFacts(first.job) : undefined;
    const found = submitted.jobs.length > 0 && submitted.jobs.every(({ adopted }) => adopted);
    const { run, input: _, output: __, ...facts } = planFacts(plan);
    return {
      data: {
        status: found ? ('found' as const) : ('started' as const),
        job: single?.job,
        run,
        state: single?.state,
        created_now: !found,
        jobs: single ? undefined : lines,
        waiting: submitted.waiting || undefined,
        ...facts,
        input: single?.input ?? plan.spec.input,
        output: single?.output ?? plan.output,
      },
      summary: afterSubmit(plan, submitted),
      next: {
        tool: 'get_job_status',
        arguments: { job: single?.job ?? plan.run, wait_seconds: 30 },
        reason: first ? 'see how far it is' : 'see which jobs are in the way',
      },
    };
  },
});

type Arguments = Record<string, unknown> & { model: string; input: string };

function askFirst(plan: RunPlan, { confirm, validUntil }: Unconfirmed, input: Arguments) {
  return {
    data: {
      status: 'needs_consent' as const,
      created_now: false,
      ...planFacts(plan),
      plan: planDetails(plan),
      confirm,
      valid_until: validUntil,
    },
    summary: `Nothing was started yet. This would ${deed(plan)}. Show the price to the person and ask; only if they agree, send the same call with confirm.`,
    next: sameCall(input, { confirm }, 'only after the person has agreed to the price'),
  };
}

/** The call as it was, without what was left at its default. */
function sameCall(input: Arguments, changes: Record<string, unknown>, reason: string): Next {
  const given = Object.entries({ ...input, ...changes }).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  return { tool: 'create_batch_job', arguments: Object.fromEntries(given), reason };
}

function planFacts(plan: RunPlan) {
  const { run, model, input, output, estimate, spec } = plan;
  const { usd } = estimate?.cost ?? {};
  return {
    run,
    model: model.resource.replace(/^publishers\/google\/models\//, ''),
    location: model.location,
    rows: input.rows,
    input: spec.input,
    output,
    usd: usd && {
      low: roundUsd(usd.low),
      likely: roundUsd(usd.likely),
      high: roundUsd(usd.high),
      prices_of: estimate?.cost?.asOf,
    },
    notes: model.notes,
  };
}

const MOST_FILES_SHOWN = 5;

/** What exactly would be submitted; a change of any of it is another plan. */
const planDetails = ({ jobs, input, spec }: RunPlan) => ({
  jobs: jobs.length,
  bytes: input.bytes,
  files: input.files.slice(0, MOST_FILES_SHOWN).map(({ path, uri, generation, sha256, rows, bytes }) => ({
    file: quoteUntrusted(path ?? uri ?? ''),
    ...(sha256 !== undefined ? { sha256 } : { generation }),
    rows,
    bytes,
  })),
  more_files: Math.max(0, input.files.length - MOST_FILES_SHOWN) || undefined,
  labels: spec.labels,
});

/** Where staged inputs and outputs go. */
function outputPlace(asked: string | undefined, { bucket }: ToolContext): string {
  const place = asked ?? bucket;
  if (!place)
    throw new UserError('no_output_place', {
      what: 'It is not said where the output goes.',
      why: 'No bucket is configured and the call names no `output`.',
      fix: 'Give `output` as gs://bucket/prefix, or start the server with --bucket.',
    });
  return place.startsWith('gs://') ? place : `gs://${place}`;
}

function refuseReserved(labels: Record<string, string>): void {
  const taken = Object.keys(labels).filter((key) => RESERVED_LABELS.includes(key));
  if (taken.length === 0) return;
  throw new UserError('reserved_label', {
    what: `The ${taken.length === 1 ? 'label' : 'labels'} ${list(taken)} cannot be set.`,
    why: `This server keeps ${list(RESERVED_LABELS)} to find its jobs again.`,
    fix: 'Use other keys.',
  });
}
