import { jobFacts } from '../../pipeline/job-facts.ts';
import type { RunPlan } from '../../pipeline/plan-run.ts';
import type { SubmittedRun } from '../../pipeline/submit.ts';
import { bytes, count, quoteUntrusted } from '../../support/text.ts';
import { priceWords } from '../price-words.ts';

/** `run 3,201 rows on gemini-3.5-flash-lite in global, as one job, for about $0.12 (…)`. */
export function deed(plan: RunPlan): string {
  const { input, model, jobs, existing } = plan;
  if (existing.size === jobs.length)
    return `start nothing: ${jobs.length === 1 ? 'its job exists' : 'all its jobs exist'} already`;
  const rows = input.rows === undefined ? `${bytes(input.bytes)} of request rows` : count(input.rows, 'row');
  const as = jobs.length === 1 ? 'as one job' : `as ${count(jobs.length, 'job')}`;
  return `run ${rows} on ${shortModel(plan)} in ${model.location}, ${as}, ${price(plan)}`;
}

/** What the person reads who is asked. */
export const planQuestion = (plan: RunPlan, project: string): string =>
  `This will ${deed(plan)}. Project ${project} pays. Input: ${quoteUntrusted(plan.spec.input)}. Output: ${quoteUntrusted(plan.output)}.`;

function price({ estimate }: RunPlan): string {
  return estimate?.cost
    ? `for about ${priceWords(estimate.cost)}`
    : 'at a price that is not known to this server';
}

const shortModel = ({ model }: RunPlan): string =>
  model.resource.replace(/^publishers\/google\/models\//, '');

/** The headline: what was started, what was there, what is left. */
export function afterSubmit(plan: RunPlan, { jobs, waiting }: SubmittedRun): string {
  const started = jobs.filter(({ adopted }) => !adopted).length;
  const rest =
    waiting > 0
      ? ` ${count(waiting, 'job')} more must wait, since this model takes only so many at once: send the same call again when one has ended.`
      : '';
  const [first] = jobs;
  if (!first) return `Nothing could be started yet.${rest}`;
  if (started === 0) return `${found(plan, first)}${rest}`;
  const { rows } = plan.input;
  const of = rows === undefined ? '' : ` of ${count(rows, 'row')}`;
  const where = `on ${shortModel(plan)} in ${plan.model.location}`;
  if (plan.jobs.length === 1) return `Started a batch job${of} ${where}.`;
  const there = jobs.length > started ? `; ${jobs.length - started} of them ran already` : '';
  return `Started ${started} of ${count(plan.jobs.length, 'job')}${of} ${where}${there}.${rest}`;
}

function found(plan: RunPlan, { job }: SubmittedRun['jobs'][number]): string {
  if (plan.jobs.length > 1)
    return `This plan was submitted before: its ${count(plan.jobs.length, 'job')} exist, and nothing new was started.`;
  const { state, ended } = jobFacts(job);
  const again = ended ? ' It has ended: allow_duplicate: true runs the same plan again.' : '';
  return `This plan was submitted before: its job is ${state}, and nothing new was started.${again}`;
}
