import type { Model } from './catalogue-types.ts';
import { pictureOutput } from './media-tokens.ts';
import { exactly, NONE, type Range, times } from './tokens-range.ts';
import { member, textOf } from './tokens-request.ts';
import { schemaTokens } from './tokens-schema.ts';
import { type Thinking, thinkingTokens } from './tokens-thinking.ts';

/** Where the expected length of an answer comes from, best first. */
export type OutputBasis = 'observed' | 'asked' | 'schema' | 'choice' | 'json' | 'picture' | 'text' | 'none';

export interface OutputTokens {
  /** Text of all candidates. */
  answer: Range;
  picture: Range;
  thinking: Thinking;
  /** Thoughts and answer together cannot be more; Infinity where neither request nor catalogue sets a limit. */
  most: number;
  basis: OutputBasis;
}

/** Mean usage a row of an earlier run of the same shape. */
export interface Observed {
  rows: number;
  candidateTokens: number;
  thoughtTokens: number;
}

/** What is better known than from the request itself. */
export interface Known {
  observed?: Observed | undefined;
  /** Tokens of a visible answer, by a person's word. */
  outputTokens?: number | undefined;
}

/** An answer that nothing is known about, and JSON that no schema describes: guesses. */
const FREE_ANSWER: Range = { low: 20, likely: 200, high: 1_000 };
const FREE_JSON: Range = { low: 30, likely: 150, high: 600 };
const ONE_CHOICE: Range = { low: 1, likely: 2, high: 5 };
/** Beside a picture. */
const CAPTION: Range = { low: 0, likely: 30, high: 200 };

/** What a model will write to a request, as well as can be said beforehand. `model` is undefined for tuned ones. */
export function outputTokens(request: unknown, model: Model | undefined, known: Known = {}): OutputTokens {
  const config = member(request, 'generationConfig');
  const candidates = Math.max(1, wholeNumber(member(config, 'candidateCount')) ?? 1);
  const limit = wholeNumber(member(config, 'maxOutputTokens'));
  const guessed = answerTokens(config, model);
  const { observed, outputTokens: asked } = known;
  const thinking = thinkingTokens(config, model);
  const common = {
    picture: times(guessed.picture, candidates),
    most: (limit ?? model?.context?.output ?? Number.POSITIVE_INFINITY) * candidates,
  };
  if (observed)
    return {
      ...common,
      answer: spread(observed.candidateTokens, observed.rows),
      thinking: { ...thinking, tokens: spread(observed.thoughtTokens, observed.rows) },
      basis: 'observed',
    };
  const answer =
    asked === undefined ? guessed.answer : { low: asked * 0.8, likely: asked, high: asked * 1.25 };
  return {
    ...common,
    answer: times(answer, candidates),
    thinking,
    basis: asked === undefined ? guessed.basis : 'asked',
  };
}

function answerTokens(
  config: unknown,
  model: Model | undefined,
): Pick<OutputTokens, 'answer' | 'picture' | 'basis'> {
  if (model?.modalities.output.includes('embedding')) return { answer: NONE, picture: NONE, basis: 'none' };
  const modalities = member(config, 'responseModalities');
  const wanted = Array.isArray(modalities) ? modalities.map(textOf) : undefined;
  if (model?.modalities.output.includes('image') && (wanted?.includes('IMAGE') ?? true)) {
    const answer = wanted?.includes('TEXT') === false ? NONE : CAPTION;
    return { answer, picture: exactly(pictureOutput(model.id)), basis: 'picture' };
  }
  const schema = member(config, 'responseSchema') ?? member(config, 'responseJsonSchema');
  const type = textOf(member(config, 'responseMimeType'));
  if (type === 'text/x.enum')
    return { answer: schema ? schemaTokens(schema) : ONE_CHOICE, picture: NONE, basis: 'choice' };
  if (schema) return { answer: schemaTokens(schema), picture: NONE, basis: 'schema' };
  const json = type === 'application/json';
  return { answer: json ? FREE_JSON : FREE_ANSWER, picture: NONE, basis: json ? 'json' : 'text' };
}

/** What few rows showed may be chance; other rows of the same shape still differ by a tenth. */
function spread(mean: number, rows: number): Range {
  const error = Math.min(1, 0.1 + 1 / Math.sqrt(Math.max(1, rows)));
  return { low: mean / (1 + error), likely: mean, high: mean * (1 + error) };
}

/** int32 fields may come as strings. */
function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number >= 1 ? Math.floor(number) : undefined;
}
