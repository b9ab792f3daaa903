import type { Prices } from './cost-prices.ts';
import { type Day, dayOf } from './day.ts';
import type { PricePeriod } from './price-list.ts';
import { BATCH_FACTOR } from './prices.ts';
import type { Usage } from './usage.ts';

/** Tokens of one request by what is charged for them. Cached ones are not in the other inputs. */
export interface ChargedTokens {
  textInput: number;
  imageInput: number;
  audioInput: number;
  videoInput: number;
  cachedInput: number;
  /** Answers and thoughts. */
  textOutput: number;
  imageOutput: number;
}

/** USD, of what is read and of what is written. */
export interface Dollars {
  input: number;
  output: number;
}

export type Discount = 'batch' | 'standard';

const MILLION = 1_000_000;

/**
 * What one request costs at a price. A prompt above the threshold makes all of the request dearer. Cached input is
 * charged at its own rate also in a batch, where the two discounts do not add up; without a rate of its own it costs
 * what other input costs. Nothing is rounded.
 */
export function costOf(tokens: ChargedTokens, price: PricePeriod, discount: Discount): Dollars {
  const { textInput, imageInput, audioInput, videoInput, cachedInput, textOutput, imageOutput } = tokens;
  const prompt = textInput + imageInput + audioInput + videoInput + cachedInput;
  const { longContext } = price;
  const rates = longContext && prompt > longContext.above ? longContext : price;
  const { inputPerMillion: input, outputPerMillion: output } = rates;
  const factor = discount === 'batch' ? BATCH_FACTOR : 1;
  const cached = rates.cachedInputPerMillion ?? input * factor;
  const read =
    textInput * input +
    imageInput * (price.imageInputPerMillion ?? input) +
    audioInput * (price.audioInputPerMillion ?? input) +
    videoInput * (price.videoInputPerMillion ?? input);
  const written = textOutput * output + imageOutput * (price.imageOutputPerMillion ?? output);
  return {
    input: (read * factor + cachedInput * cached) / MILLION,
    output: (written * factor) / MILLION,
  };
}

/** What one row really cost, in USD, by its `usageMetadata`; undefined where the day has no price. */
export function costOfUsage(
  model: { id: string },
  usage: Usage,
  on: Day,
  prices: Prices,
  discount: Discount = 'batch',
): number | undefined {
  const price = prices.on(model.id, on);
  if (!price) return undefined;
  const { input, output } = costOf(chargedTokens(usage), price, discount);
  return input + output;
}

/**
 * Usage by what is charged. Modalities are taken from the details where there are any, the rest is text; the cached
 * part is taken from all modalities alike, since Vertex AI does not say here which ones were cached.
 */
export function chargedTokens(usage: Usage): ChargedTokens {
  const { promptTokens, toolPromptTokens, cachedTokens, candidateTokens, thoughtTokens } = usage;
  const fresh = promptTokens > 0 ? 1 - Math.min(cachedTokens, promptTokens) / promptTokens : 1;
  const { IMAGE = 0, DOCUMENT = 0, AUDIO = 0, VIDEO = 0 } = usage.promptByModality ?? {};
  const media = Math.min(promptTokens, IMAGE + DOCUMENT + AUDIO + VIDEO);
  const picture = Math.min(candidateTokens, usage.candidatesByModality?.IMAGE ?? 0);
  return {
    textInput: (promptTokens - media) * fresh + toolPromptTokens,
    imageInput: (IMAGE + DOCUMENT) * fresh,
    audioInput: AUDIO * fresh,
    videoInput: VIDEO * fresh,
    cachedInput: Math.min(cachedTokens, promptTokens),
    textOutput: candidateTokens - picture + thoughtTokens,
    imageOutput: picture,
  };
}

/** A job may wait for 72 hours and run for 24; it is not documented whose day's price counts. */
export const LONGEST_JOB_MS = 96 * 3_600_000;

/** The prices that a job may be charged at which is submitted now. The first is today's. */
export function pricesOfJob(model: { id: string }, now: number, prices: Prices): PricePeriod[] {
  const today = prices.on(model.id, dayOf(now));
  if (!today) return [];
  const last = dayOf(now + LONGEST_JOB_MS);
  return [today, ...prices.after(model.id, dayOf(now)).filter(({ from }) => from <= last)];
}
