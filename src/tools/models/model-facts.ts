import { z } from 'zod';
import { lifecycleWarning, type Model, stageOn } from '../../batch/catalogue.ts';
import type { Day } from '../../batch/day.ts';
import { describeSuccessor, liveSuccessors } from '../../batch/find-model.ts';
import {
  batchPriceChangesAfter,
  batchPriceOn,
  batchPriceSure,
  type PricePeriod,
  priceChangesAfter,
  priceOn,
} from '../../batch/prices.ts';

/** A model as this product speaks of it; `details` only where one model was asked for by name. */
export const modelFactsSchema = z.object({
  id: z.string(),
  stage: z.string(),
  locations: z.array(z.string()),
  batch_price: z.string().optional().describe('USD per million tokens, in / out.'),
  retires: z.string().optional(),
  replaced_by: z.array(z.string()).optional(),
  assumed: z.array(z.string()).optional().describe('Facts that no source confirms.'),
  live: z.enum(['found', 'not_found', 'unknown']).optional(),
  launch_stage: z.string().optional(),
  // Open in the schema, which is paid for in every conversation; `ModelDetails` says what is in it.
  details: z.looseObject({}).optional(),
});
export type ModelFacts = z.infer<typeof modelFactsSchema>;

export interface ModelDetails {
  name: string;
  aliases: string[];
  released?: string | undefined;
  /** Modalities in and out. */
  takes: string[];
  gives: string[];
  context?: string | undefined;
  thinking?: string | undefined;
  sampling_ignored: boolean;
  row_format: string;
  max_rows?: number | undefined;
  max_bytes?: number | undefined;
  /** The one of today, then those that are announced. */
  prices: PriceFacts[];
  notes: string[];
  sources: string[];
}

/** USD per million tokens from a day on. */
export interface PriceFacts {
  from: string;
  input: number;
  output: number;
  batch_input: number;
  batch_output: number;
  /** Batch rates of single modalities, of cached input and of long prompts. */
  other_batch_rates?: Record<string, number> | undefined;
}

/** One short line. */
export function briefFacts(model: Model, on: Day): ModelFacts {
  const stage = stageOn(model, on);
  const retired = stage === 'retired';
  const assumed = retired ? [] : assumptions(model);
  return {
    id: model.id,
    stage,
    // Where a retired model used to be helps nobody.
    locations: retired ? [] : [...model.locations],
    batch_price: retired ? undefined : batchPrice(model, on),
    retires: model.retires && `${model.retires.atLeast ? 'not before ' : ''}${model.retires.date}`,
    replaced_by: retired ? replacements(model, on) : undefined,
    assumed: assumed.length > 0 ? assumed : undefined,
  };
}

/** All that the catalogue knows of a model. */
export const fullFacts = (model: Model, on: Day): ModelFacts => ({
  ...briefFacts(model, on),
  replaced_by: replacements(model, on),
  details: { ...details(model, on) },
});

function details(model: Model, on: Day): ModelDetails {
  const { limits, modalities } = model;
  const warning = lifecycleWarning(model, on);
  return {
    name: model.family,
    aliases: [...model.aliases],
    released: model.released,
    takes: [...modalities.input],
    gives: [...modalities.output],
    context: model.context && describeContext(model.context),
    thinking: model.thinking && describeThinking(model.thinking),
    sampling_ignored: model.samplingIgnored,
    row_format: model.rowFormat,
    max_rows: limits.maxRows,
    max_bytes: limits.maxBytes,
    prices: pricePeriods(model, on),
    notes: [...(warning ? [warning] : []), ...model.notes],
    sources: [...model.sources],
  };
}

function assumptions(model: Model): string[] {
  return [
    ...(model.locationsSure ? [] : ['locations']),
    ...(model.batch.sure ? [] : ['batch support']),
    ...(batchPriceSure(model) || !priceKnown(model) ? [] : ['half price in a batch']),
  ];
}

const priceKnown = (model: Model): boolean => priceChangesAfter(model, '').length > 0;

function replacements(model: Model, on: Day): string[] | undefined {
  const successors = liveSuccessors(model, on).map(describeSuccessor);
  return successors.length > 0 ? successors : undefined;
}

/** `$0.375 / $1.875, from 2027-01-01 $0.75 / $3.75`. */
export function batchPrice(model: Model, on: Day): string | undefined {
  const now = batchPriceOn(model, on);
  if (!now) return undefined;
  const changes = batchPriceChangesAfter(model, on);
  return [pair(now), ...changes.map((change) => `from ${change.from} ${pair(change)}`)].join(', ');
}

const pair = ({ inputPerMillion, outputPerMillion }: PricePeriod): string =>
  `${usd(inputPerMillion)} / ${usd(outputPerMillion)}`;

/** At least cents, and no digit less than the price list has. */
const usd = (amount: number): string => `$${Number.isInteger(amount * 100) ? amount.toFixed(2) : amount}`;

function pricePeriods(model: Model, on: Day): PriceFacts[] {
  const standard = priceOn(model, on);
  return [...(standard ? [standard] : []), ...priceChangesAfter(model, on)].flatMap((period) => {
    const batch = batchPriceOn(model, period.from);
    if (!batch) return [];
    return {
      from: period.from,
      input: period.inputPerMillion,
      output: period.outputPerMillion,
      batch_input: batch.inputPerMillion,
      batch_output: batch.outputPerMillion,
      other_batch_rates: otherRates(batch),
    };
  });
}

function otherRates(batch: PricePeriod): Record<string, number> | undefined {
  const { longContext } = batch;
  const rates = {
    cached_input: batch.cachedInputPerMillion,
    audio_input: batch.audioInputPerMillion,
    image_input: batch.imageInputPerMillion,
    video_input: batch.videoInputPerMillion,
    image_output: batch.imageOutputPerMillion,
    ...(longContext && {
      [`input_above_${longContext.above}`]: longContext.inputPerMillion,
      [`output_above_${longContext.above}`]: longContext.outputPerMillion,
      [`cached_input_above_${longContext.above}`]: longContext.cachedInputPerMillion,
    }),
  };
  const known = Object.entries(rates).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function describeContext({ input, output, shared }: NonNullable<Model['context']>): string {
  const tokens = (n: number) => `${n.toLocaleString('en-US')} tokens`;
  if (shared && output !== undefined)
    return `${tokens(input)} for input and output together, ${tokens(output)} of output a request`;
  return output === undefined ? `${tokens(input)} in` : `${tokens(input)} in, ${tokens(output)} out`;
}

function describeThinking(thinking: NonNullable<Model['thinking']>): string {
  const { levels, budgetSupported, sure } = thinking;
  const said = [
    levels.length > 0 ? `levels ${levels.join(', ')}` : 'no levels',
    ...(thinking.default ? [`default ${thinking.default}`] : []),
    budgetSupported ? 'thinkingBudget works' : 'no thinkingBudget',
    ...(sure ? [] : ['not confirmed']),
  ];
  return said.join('; ');
}
