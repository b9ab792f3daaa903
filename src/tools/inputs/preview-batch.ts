import { z } from 'zod';
import { roundUsd } from '../../batch/cost-words.ts';
import type { Range } from '../../batch/tokens-range.ts';
import { authorize } from '../../pipeline/authorize.ts';
import type { Unconfirmed } from '../../pipeline/consent.ts';
import { runPreview } from '../../pipeline/preview.ts';
import { PICKS } from '../../pipeline/preview-pick.ts';
import { type PreviewPlan, planPreview } from '../../pipeline/preview-plan.ts';
import { quoteUntrusted } from '../../support/text.ts';
import { defineTool, type Next } from '../define.ts';
import { afterPreview } from './preview-next.ts';
import { shownAnswer, shownPrompt } from './preview-rows.ts';
import { previewDeed, previewNotes, previewSummary, shortModel } from './preview-words.ts';

const DEFAULT_ROWS = 3;
const DEFAULT_PICK = 'first';
const DEFAULT_SEED = 1;

export const previewBatch = defineTool({
  name: 'preview_batch',
  title: 'Preview batch',
  toolset: 'inputs',
  effect: 'create',
  spends: true,
  description:
    'Runs a few rows online, exactly as the batch would, shows the answers and sharpens the estimate. Standard price, agreed to as for a job. Repeated, it is free.',
  input: z.strictObject({
    input: z.string().describe('As of a job.'),
    model: z.string(),
    location: z.string().optional(),
    rows: z.number().int().min(1).max(20).default(DEFAULT_ROWS),
    pick: z.enum(PICKS).default(DEFAULT_PICK),
    seed: z.number().int().optional(),
    again: z.boolean().default(false).describe('Pay again.'),
    confirm: z.string().optional(),
  }),
  output: z.object({
    model: z.string(),
    location: z.string(),
    rows: z.array(z.looseObject({})),
    usd: z.number().optional(),
    expected_usd: z.looseObject({}).optional(),
    batch_estimate: z.looseObject({}).optional(),
    confirm: z.string().optional(),
    notes: z.array(z.string()),
  }),
  run: async (input, context) => {
    const { seed = DEFAULT_SEED } = input;
    const plan = await planPreview({ ...input, seed }, context);
    const { open, entry, expected } = plan;
    const unconfirmed =
      open.length === 0
        ? undefined
        : await authorize(
            {
              token: entry.token,
              usd: expected,
              question: `This will ${previewDeed(plan)}. Project ${context.project} pays. Input: ${quoteUntrusted(input.input)}.`,
              confirm: input.confirm,
            },
            context,
          );
    if (unconfirmed) return askFirst(plan, unconfirmed, input);
    const found = await runPreview(plan, context);
    const { counted, cost } = found.estimate;
    const next = afterPreview(plan, found, sameCall(input, { confirm: undefined, again: false }, ''));
    return {
      data: {
        ...placeOf(plan),
        rows: found.rows.map((row) => shownAnswer(row, found.rows.length)),
        usd: found.usd === undefined ? undefined : roundUsd(found.usd),
        batch_estimate: { rows: counted.total, ...(cost && roundedRange(cost.usd)) },
        notes: previewNotes(plan, found),
      },
      summary: previewSummary(plan, found),
      next: context.hasTool(next.tool) ? next : undefined,
    };
  },
});

type Arguments = Record<string, unknown>;

function askFirst(plan: PreviewPlan, { confirm, validUntil }: Unconfirmed, input: Arguments) {
  const { chosen, open, expected } = plan;
  return {
    data: {
      ...placeOf(plan),
      rows: open.map((row) => shownPrompt(row, open.length)),
      expected_usd: expected && roundedRange(expected),
      confirm,
      notes: [...chosen.notes, `The value of confirm is good until ${validUntil}.`],
    },
    summary: `Nothing was sent yet. This would ${previewDeed(plan)}. Show the price to the person and ask; only if they agree, send the same call with confirm.`,
    next: sameCall(input, { confirm }, 'only after the person has agreed to the price'),
  };
}

const placeOf = ({ chosen }: PreviewPlan) => ({ model: shortModel(chosen), location: chosen.location });

const DEFAULTS: Arguments = { rows: DEFAULT_ROWS, pick: DEFAULT_PICK, again: false };

/** The call as it was, without what was left at its default. */
function sameCall(input: Arguments, changes: Arguments, reason: string): Next {
  const given = Object.entries({ ...input, ...changes }).filter(
    ([name, value]) => value !== undefined && value !== DEFAULTS[name],
  );
  return { tool: 'preview_batch', arguments: Object.fromEntries(given), reason };
}

const roundedRange = ({ low, likely, high }: Range) => ({
  low: roundUsd(low),
  likely: roundUsd(likely),
  high: roundUsd(high),
});
