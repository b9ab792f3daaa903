import { z } from 'zod';
import { OUTCOMES } from '../../batch/outcomes.ts';
import { planRetry, type RetryGroup, type RetryPlan } from '../../pipeline/plan-retry.ts';
import { count, quoteUntrusted } from '../../support/text.ts';
import { defineTool } from '../define.ts';
import { jobArgument } from '../jobs/job-fields.ts';
import { replyTo } from '../jobs/submit-reply.ts';

const FAILURES = OUTCOMES.filter((outcome) => outcome !== 'ok' && outcome !== 'blocked');

export const retryBatchFailures = defineTool({
  name: 'retry_batch_failures',
  title: 'Retry failed rows',
  toolset: 'results',
  effect: 'create',
  spends: true,
  description:
    'Sends the failed rows of an ended run again, those that it can help, each with the repair its cause asks for (more output tokens, less thinking, a mended request), as another job of the run. Price and consent as with create_batch_job. Collect again when it has ended.',
  input: z.strictObject({
    job: jobArgument,
    model: z.string().min(1).optional().describe('Another model for these rows.'),
    outcomes: z.array(z.enum(FAILURES)).min(1).optional().describe('Only rows that ended so.'),
    max_attempts: z.number().int().min(2).max(10).default(3).describe('Leave rows that were tried so often.'),
    dry_run: z.boolean().default(false),
    confirm: z.string().optional(),
  }),
  /** What `create_batch_job` replies, and what becomes of which rows. */
  output: z.looseObject({
    status: z.string().optional(),
    run: z.string(),
    job: z.string().optional(),
    confirm: z.string().optional(),
    again: z.array(z.string()),
    left: z.array(z.string()),
  }),
  run: async (input, context) => {
    const { job, model, outcomes, max_attempts: maxAttempts } = input;
    const retry = await planRetry({ job, model, outcomes, maxAttempts }, context);
    const facts = {
      again: retry.again.map(line),
      left: retry.left.map(line),
      left_keys: retry.leftKeys.length > 0 ? retry.leftKeys.map((key) => quoteUntrusted(key, 80)) : undefined,
    };
    if (!retry.plan) return { data: { run: retry.run, ...facts }, summary: nothingToSend(retry) };
    const reply = await replyTo(retry.plan, { tool: 'retry_batch_failures', input }, context);
    return { ...reply, data: { ...reply.data, ...facts }, summary: `${reply.summary}${leftWords(retry)}` };
  },
});

const line = ({ outcome, what, rows }: RetryGroup): string => `${count(rows, `${outcome} row`)}: ${what}`;

const rowsIn = (groups: readonly RetryGroup[]): number => groups.reduce((sum, { rows }) => sum + rows, 0);

const leftWords = ({ left }: RetryPlan): string =>
  left.length === 0 ? '' : ` ${count(rowsIn(left), 'row')} are left, for the reasons given.`;

const nothingToSend = ({ left }: RetryPlan): string =>
  `Sending the ${count(rowsIn(left), 'failed row')} again would not help; nothing was planned.`;
