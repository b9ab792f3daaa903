import { z } from 'zod';
import { roundUsd } from '../../batch/cost-words.ts';
import { authorize, refuseOverJobLimit } from '../../pipeline/authorize.ts';
import type { Unconfirmed } from '../../pipeline/consent.ts';
import { jobFacts } from '../../pipeline/job-facts.ts';
import type { RunPlan } from '../../pipeline/plan-run.ts';
import { type SubmittedRun, submitRun } from '../../pipeline/submit.ts';
import { quoteUntrusted } from '../../support/text.ts';
import type { Next, Reply, ToolContext } from '../define.ts';
import { afterSubmit, deed, planQuestion } from './submit-words.ts';

/** What every tool replies that starts jobs. */
export const submitOutput = z.object({
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
});

/** The call that is answered. */
interface Call {
  tool: string;
  input: Record<string, unknown> & { dry_run: boolean; confirm?: string | undefined };
}

/** Says the plan, asks for consent, or submits it: the one way from a plan to jobs. */
export async function replyTo(
  plan: RunPlan,
  call: Call,
  context: ToolContext,
): Promise<Reply<z.input<typeof submitOutput>>> {
  const { dry_run, confirm } = call.input;
  if (dry_run)
    return {
      data: { status: 'planned', created_now: false, ...planFacts(plan), plan: planDetails(plan) },
      summary: `Nothing was started. This would ${deed(plan)}.`,
      next: sameCall(call, { dry_run: undefined }, 'do it'),
    };
  const unconfirmed = await permission(plan, confirm, context);
  if (unconfirmed) return askFirst(plan, unconfirmed, call);
  const submitted = await submitRun(plan, context);
  const [first] = submitted.jobs;
  const single = plan.jobs.length === 1 && first ? jobFacts(first.job) : undefined;
  const createdNow = submitted.jobs.some(({ adopted }) => !adopted);
  const { run, input, output, ...facts } = planFacts(plan);
  return {
    data: {
      status: createdNow ? 'started' : first ? 'found' : 'planned',
      job: single?.job,
      run,
      state: single?.state,
      created_now: createdNow,
      jobs: single ? undefined : submitted.jobs.map(jobLine),
      waiting: submitted.waiting || undefined,
      ...facts,
      input: single?.input ?? input,
      output: single?.output ?? output,
    },
    summary: afterSubmit(plan, submitted),
    next: first
      ? {
          tool: 'get_job_status',
          arguments: { job: single?.job ?? run, wait_seconds: 30 },
          reason: 'see how far it is',
        }
      : {
          tool: 'list_batch_jobs',
          arguments: { state: 'active', location: plan.model.location },
          reason: 'see which jobs are in the way',
        },
  };
}

function jobLine({ job, adopted, planned }: SubmittedRun['jobs'][number]) {
  const { job: name, state } = jobFacts(job);
  return { job: name, shard: planned.shard, state, created_now: !adopted };
}

/** Who agreed to a run agreed to all its jobs: the rest of it needs no other consent. Limits hold nevertheless. */
async function permission(
  plan: RunPlan,
  confirm: string | undefined,
  context: ToolContext,
): Promise<Unconfirmed | undefined> {
  const { existing, jobs, token } = plan;
  const usd = plan.estimate?.cost?.usd;
  if (existing.size === 0) {
    const question = planQuestion(plan, context.project);
    return authorize({ token, parts: jobs.map((job) => job.token), usd, question, confirm }, context);
  }
  if (existing.size < jobs.length) refuseOverJobLimit(usd, context.settings);
  return undefined;
}

function askFirst(plan: RunPlan, { confirm, validUntil }: Unconfirmed, call: Call) {
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
    next: sameCall(call, { confirm }, 'only after the person has agreed to the price'),
  };
}

/** The call as it was, without what was left at its default. */
function sameCall({ tool, input }: Call, changes: Record<string, unknown>, reason: string): Next {
  const given = Object.entries({ ...input, ...changes }).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  return { tool, arguments: Object.fromEntries(given), reason };
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
    notes: plan.notes,
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
