import { z } from 'zod';
import { roundUsd, usd, usdRange } from '../../batch/cost-words.ts';
import { BATCH_FACTOR } from '../../batch/prices.ts';
import { type Cost, type Estimate, estimate } from '../../pipeline/estimate.ts';
import { count } from '../../support/text.ts';
import { defineTool } from '../define.ts';
import { estimateBasis, estimateNotes } from './estimate-words.ts';

/** `low`, `likely` and `high`. */
const range = z.record(z.string(), z.number());

export const estimateBatchCost = defineTool({
  name: 'estimate_batch_cost',
  title: 'Estimate batch cost',
  toolset: 'inputs',
  effect: 'read',
  description:
    'Tokens and dollars of a batch job before it runs, as a range, with how they were counted and the date of the price. Free; creates nothing.',
  input: z.strictObject({
    input: z.string().min(1).describe('Local path or gs:// URI of request rows.'),
    model: z.string().min(1),
    location: z.string().optional(),
    output_tokens: z
      .number()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Expected tokens of one answer, if known.'),
    live: z.boolean().optional().describe('Let Vertex AI count 20 rows. Default: yes, unless emulated.'),
  }),
  output: z.object({
    rows: z.number(),
    model: z.string(),
    location: z.string(),
    tokens: z.object({ input: range, output: range, thinking: range }),
    usd: range.optional(),
    standard_usd: range.optional().describe('Online, today.'),
    price: z.looseObject({}).optional().describe('Per million in a batch, with its date and source.'),
    basis: z.array(z.string()),
    notes: z.array(z.string()),
  }),
  run: async (input, context) => {
    const found = await estimate(
      {
        input: input.input,
        model: input.model,
        location: input.location,
        outputTokens: input.output_tokens,
        live: input.live,
      },
      context,
    );
    const { cost, tokens } = found;
    const { input: read, output, thinking } = tokens;
    return {
      data: {
        rows: found.counted.total,
        model: found.model,
        location: found.location,
        tokens: { input: { ...read }, output: { ...output }, thinking: { ...thinking } },
        usd: cost && {
          low: roundUsd(cost.usd.low),
          likely: roundUsd(cost.usd.likely),
          high: roundUsd(cost.usd.high),
        },
        standard_usd: cost && { likely: roundUsd(cost.standardUsd) },
        price: cost && priceFacts(cost),
        basis: estimateBasis(found),
        notes: estimateNotes(found),
      },
      summary: summary(found),
      next: context.hasTool('create_batch_job')
        ? {
            tool: 'create_batch_job',
            arguments: {
              input: input.input,
              model: input.model,
              ...(input.location !== undefined && { location: input.location }),
            },
            reason: 'run it',
          }
        : undefined,
    };
  },
});

function summary({ counted, model, tokens, cost }: Estimate): string {
  const rows = `${counted.exact ? '' : 'about '}${count(counted.total, 'row')}`;
  if (!cost)
    return `No price is known for ${model}, so this is only tokens: ${rows} with about ${count(tokens.input.likely, 'token')} in, and ${count(tokens.output.likely + tokens.thinking.likely, 'token')} out.`;
  const price =
    cost.quoted === cost.today
      ? `batch prices of ${cost.asOf}`
      : `the batch prices that apply from ${cost.quoted.from}`;
  return `About ${usdRange(cost.usd)} for ${rows} on ${model} at ${price}; online would cost ${usd(cost.standardUsd)} today.`;
}

function priceFacts({ quoted, asOf, source, changes }: Cost) {
  const perMillion = (period: Cost['quoted']) => ({
    input_per_million: period.inputPerMillion * BATCH_FACTOR,
    output_per_million: period.outputPerMillion * BATCH_FACTOR,
  });
  return {
    ...perMillion(quoted),
    valid_from: quoted.from,
    as_of: asOf,
    source,
    changes:
      changes.length > 0
        ? changes.map((period) => ({ from: period.from, ...perMillion(period) }))
        : undefined,
  };
}
