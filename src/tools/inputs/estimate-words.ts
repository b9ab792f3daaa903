import { usd, usdRate } from '../../batch/cost-words.ts';
import { BATCH_FACTOR } from '../../batch/prices.ts';
import type { OutputBasis } from '../../batch/tokens-output.ts';
import type { Range } from '../../batch/tokens-range.ts';
import type { Thinking } from '../../batch/tokens-thinking.ts';
import type { Estimate } from '../../pipeline/estimate.ts';
import type { EarlierUsage } from '../../pipeline/observed-usage.ts';
import { bytes, count, list } from '../../support/text.ts';

/** How the numbers came about, and how far they can be trusted: one sentence for each part. */
export function estimateBasis(estimate: Estimate): string[] {
  const { counted, live, outputBasis, thinking, earlier, cost } = estimate;
  return [
    inputBasis(estimate),
    !estimate.gemini &&
      'The model has a tokenizer of its own; tokens are counted as Gemini would, which may be a fifth off.',
    counted.guessed.length > 0 &&
      typeof live !== 'object' &&
      `Guessed, since only the files themselves say it: ${list(counted.guessed)}.`,
    ...(earlier ? [earlierBasis(earlier)] : outputBasis.map((basis) => OUTPUT[basis])),
    ...(outputBasis.includes('observed') ? [] : new Set(thinking.map(thinkingBasis))),
    cost &&
      `Price: ${usdRate(cost.quoted.inputPerMillion * BATCH_FACTOR)} in and ${usdRate(cost.quoted.outputPerMillion * BATCH_FACTOR)} out per million tokens, ${cost.batchSure ? 'half of' : 'assumed to be half of'} the online price; thoughts are charged as output, and nothing is taken to be cached.`,
  ].filter((line) => typeof line === 'string' && line !== '') as string[];
}

function inputBasis({ counted, tokens, live, bytes: size }: Estimate): string {
  const { seen, total, exact } = counted;
  const of =
    seen >= total
      ? `all ${count(total, 'row')}`
      : `${seen.toLocaleString('en-US')} of ${exact ? '' : 'about '}${count(total, 'row')}, spread over ${bytes(size)}`;
  if (typeof live === 'object')
    return `Input: counted here in ${of}, and corrected by Vertex AI's own count of ${live.rows} of them (× ${live.ratio.toFixed(2)}), ${within(tokens.input)}.`;
  return `Input: counted here in ${of} by averages for each script, ${within(tokens.input)}.`;
}

/** `within -8 % and +12 %`. */
function within({ low, likely, high }: Range): string {
  const percent = (value: number) => Math.round((value / Math.max(1, likely) - 1) * 100);
  return `within ${percent(low)} % and +${percent(high)} %`;
}

/** `what 3 rows of a preview of the same shape really used, 41 and 96 tokens a row, the last time on 2026-11-22`. */
function earlierBasis({ observed, from }: EarlierUsage): string {
  const { rows, candidateTokens, thoughtTokens } = observed;
  const kinds = [
    ...(from.jobs > 0 ? [from.jobs === 1 ? 'a job' : `${from.jobs} jobs`] : []),
    ...(from.previews > 0 ? [from.previews === 1 ? 'a preview' : `${from.previews} previews`] : []),
  ];
  const means = [candidateTokens, thoughtTokens].map((mean) => Math.round(mean).toLocaleString('en-US'));
  return `Output and thinking: what ${count(rows, 'row')} of ${list(kinds)} of the same shape really used, ${list(means)} tokens a row, the last time on ${from.day}.`;
}

const OUTPUT: Readonly<Record<OutputBasis, string>> = {
  observed: 'Output and thinking: what an earlier run of the same shape really used.',
  asked: 'Output: the expected length that was given, a quarter more or less.',
  schema: 'Output: by the response schema, with guesses at the length of its free texts and lists.',
  choice: 'Output: one of the values that the schema lists.',
  json: 'Output: a guess for JSON without a schema; output_tokens makes it better.',
  picture: 'Output: one picture of the default size in each answer.',
  text: 'Output: a guess for free text, 20 to 1,000 tokens unless limited; output_tokens makes it better.',
  none: '',
};

const BY: Readonly<Record<Thinking['by'], string>> = {
  request: ', as the rows ask',
  model: ', the model’s default',
  assumed: ', assumed because the default is not documented',
  budget: ' within the budget of the rows',
};

function thinkingBasis({ level, tokens, by }: Thinking): string {
  if (tokens.high === 0) return '';
  const guess = `guessed at ${tokens.low.toLocaleString('en-US')} to ${count(tokens.high, 'token')} a row`;
  return level
    ? `Thinking at ${level}${BY[by]}: ${guess}.`
    : `Whether the model thinks is not known: ${guess}.`;
}

/** What a person should know before spending it; empty when there is nothing. */
export function estimateNotes(estimate: Estimate): string[] {
  const { counted, limits, bytes: size, model, tight, tooLong, live } = estimate;
  const { maxRows = Infinity, maxBytes = Infinity } = limits;
  return [
    ...estimate.notes,
    ...priceNotes(estimate),
    counted.unreadable > 0 &&
      `${about(counted)}${count(counted.unreadable, 'row')} of the input ${counted.unreadable === 1 ? 'is' : 'are'} no request row and would fail.`,
    (counted.total > maxRows || size > maxBytes) &&
      `The input has ${count(counted.total, 'row')} and ${bytes(size)}; one job on ${model} takes at most ${list([...(limits.maxRows ? [count(limits.maxRows, 'row')] : []), ...(limits.maxBytes ? [bytes(limits.maxBytes)] : [])])}. Split it.`,
    tight > 0 &&
      `In ${about(counted)}${count(tight, 'row')} maxOutputTokens is less than the model is expected to think: answers may be cut off or empty. Raise it, or lower the thinking level.`,
    tooLong > 0 &&
      `${about(counted)}${count(tooLong, 'row')} may be longer than the model’s window and would fail.`,
    typeof live === 'string' && live,
  ].filter((note) => note !== false);
}

const about = ({ seen, total }: Estimate['counted']) => (seen < total ? 'about ' : '');

function priceNotes({ cost, model }: Estimate): string[] {
  if (!cost)
    return model.startsWith('projects/')
      ? [
          'A tuned model costs what its base model does, and which one that is, is not known here: estimate with the base model instead.',
        ]
      : ['Its price is not in the built-in list. Start the server with --prices and a file that has it.'];
  const { quoted, today, todayUsd, changes, batchSure } = cost;
  const coming = changes.find(({ from }) => from > quoted.from);
  return [
    todayUsd !== undefined &&
      `The price changes on ${quoted.from}, and a job may run for 96 hours. Which day counts is not documented, so the higher price is quoted; at today’s it would be ${usd(todayUsd)}.`,
    coming &&
      quoted === today &&
      `From ${coming.from} a batch costs ${usdRate(coming.inputPerMillion * BATCH_FACTOR)} in and ${usdRate(coming.outputPerMillion * BATCH_FACTOR)} out per million tokens.`,
    !batchSure && 'That this model is half price in a batch is assumed, not confirmed.',
  ].filter((note) => note !== false && note !== undefined);
}
