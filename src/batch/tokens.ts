import { FEATURES, type Feature, groupOf, START, STEPS, STRIDE_BITS } from './tokens-automaton.ts';
import calibration from './tokens-calibration.json' with { type: 'json' };
import { classOf } from './tokens-classes.ts';
import { NONE, type Range } from './tokens-range.ts';

/** A name of its own: looking an import up at every character makes the loop five times slower. */
const CLASS_OF = classOf;
/** Where each step leads, shifted, so that a class is all that has to be added. */
const NEXT = Uint16Array.from(STEPS, ({ next }) => next << STRIDE_BITS);
const WEIGHTS: Readonly<Record<string, number>> = calibration.weights;
const LIKELY = weigh((feature) => WEIGHTS[feature] ?? 0);
const LOW = weigh((feature) => (WEIGHTS[feature] ?? 0) * calibration.bands[groupOf(feature)].low);
const HIGH = weigh((feature) => (WEIGHTS[feature] ?? 0) * calibration.bands[groupOf(feature)].high);

/**
 * Tokens of a text for Gemini, by averages and not by its vocabulary; fractions, so that sums of many do not drift.
 * The range is what was measured against the tokenizer of Gemma 3, which Google's own SDK counts with for Gemini
 * 2.0 to 3 Pro: `docs/token-calibration.md`. Whether later models kept it is not documented.
 */
export function countTokens(text: string): Range {
  if (text === '') return NONE;
  let state = START << STRIDE_BITS;
  let low = 0;
  let likely = 0;
  let high = 0;
  for (let at = 0; at < text.length; at++) {
    const step = state | (CLASS_OF[text.charCodeAt(at)] ?? 0);
    low += LOW[step] ?? 0;
    likely += LIKELY[step] ?? 0;
    high += HIGH[step] ?? 0;
    state = NEXT[step] ?? 0;
  }
  // No text is less than a token.
  return { low: Math.max(1, low), likely: Math.max(1, likely), high: Math.max(1, high) };
}

function weigh(weightOf: (feature: Feature) => number): Float64Array {
  const weights = new Map(FEATURES.map((feature) => [feature, weightOf(feature)]));
  return Float64Array.from(STEPS, ({ features }) =>
    features.reduce((total, feature) => total + (weights.get(feature) ?? 0), 0),
  );
}
