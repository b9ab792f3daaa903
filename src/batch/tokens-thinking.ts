import type { Model, ThinkingLevel } from './catalogue-types.ts';
import { atMost, NONE, type Range } from './tokens-range.ts';
import { member, textOf } from './tokens-request.ts';

/**
 * Tokens of thought a request, as the mean over many rows. Nothing is documented: these are orders of magnitude [C],
 * with a range that says so. A preview or an earlier run replaces them.
 */
const BY_LEVEL: Readonly<Record<ThinkingLevel, Range>> = {
  MINIMAL: { low: 0, likely: 10, high: 60 },
  LOW: { low: 50, likely: 200, high: 600 },
  MEDIUM: { low: 150, likely: 600, high: 1_800 },
  HIGH: { low: 400, likely: 1_500, high: 5_000 },
  XHIGH: { low: 800, likely: 3_000, high: 10_000 },
};
/** Of a model of which it is not known whether it thinks. */
const UNKNOWN: Range = { low: 0, likely: 0, high: 500 };

export interface Thinking {
  tokens: Range;
  /** `undefined` where it is not known that the model thinks. */
  level?: ThinkingLevel | undefined;
  /** Who chose the level: the row, the model's own default, or nobody that is known. */
  by: 'request' | 'model' | 'assumed' | 'budget';
}

/** How long a model thinks about a request. Thoughts are charged as output. */
export function thinkingTokens(config: unknown, model: Model | undefined): Thinking {
  if (model && (model.rowFormat !== 'gemini' || model.modalities.output.includes('embedding')))
    return { tokens: NONE, by: 'model' };
  const thinking = member(config, 'thinkingConfig');
  const budget = member(thinking, 'thinkingBudget');
  const asked = levelOf(member(thinking, 'thinkingLevel'));
  const own = model?.thinking?.default;
  const assumed =
    model?.thinking && (model.thinking.levels.includes('MEDIUM') ? 'MEDIUM' : model.thinking.levels[0]);
  const level = asked ?? own ?? assumed;
  const tokens = level ? BY_LEVEL[level] : UNKNOWN;
  // -1 leaves it to the model.
  if (typeof budget === 'number' && budget >= 0 && model?.thinking?.budgetSupported !== false)
    return { tokens: atMost(tokens, budget), level, by: 'budget' };
  return { tokens, level, by: asked ? 'request' : own ? 'model' : 'assumed' };
}

function levelOf(value: unknown): ThinkingLevel | undefined {
  const name = textOf(value).toUpperCase();
  return Object.hasOwn(BY_LEVEL, name) ? (name as ThinkingLevel) : undefined;
}
