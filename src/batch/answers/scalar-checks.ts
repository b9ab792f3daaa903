import { count } from '../../support/text.ts';
import { sameJson } from '../lint/same-json.ts';
import type { SchemaNode } from './schema-node.ts';

/** The first place where an answer is not what its schema says. */
export interface Mismatch {
  /** `$` is the answer itself: `$.parts[2].name`. */
  path: string;
  /** What should be there: `INTEGER`, `one of its enum`, `at least 1 item`. */
  expected: string;
}

export const mismatch = (expected: string): Mismatch => ({ path: '', expected });

/** Vertex AI's enums hold strings, also those of numbers. */
export function enumCheck({ enum: values, types }: SchemaNode): ((value: unknown) => boolean) | undefined {
  if (!values) return undefined;
  const scalars = new Set(values);
  const structures = values.filter((value) => typeof value === 'object' && value !== null);
  const asText = types.includes('INTEGER') || types.includes('NUMBER');
  return (value) =>
    scalars.has(value) ||
    (asText && typeof value === 'number' && scalars.has(String(value))) ||
    structures.some((one) => sameJson(one, value));
}

export function textCheck({
  pattern,
  limits,
}: SchemaNode): ((text: string) => Mismatch | undefined) | undefined {
  const shape = pattern === undefined ? undefined : regExp(pattern);
  const { minLength: least = 0, maxLength: most = Infinity } = limits;
  const bounded = least > 0 || most < Infinity;
  if (!shape && !bounded) return undefined;
  return (text) => {
    if (bounded) {
      const length = characters(text);
      if (length < least) return mismatch(`at least ${count(least, 'character')}`);
      if (length > most) return mismatch(`at most ${count(most, 'character')}`);
    }
    return shape && !shape.test(text) ? mismatch(`the pattern ${pattern}`) : undefined;
  };
}

/** Unicode characters, not UTF-16 units. */
function characters(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Patterns that JavaScript cannot read hold nobody to anything. */
function regExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

export function numberCheck({ limits }: SchemaNode): ((value: number) => Mismatch | undefined) | undefined {
  const { minimum: least = -Infinity, maximum: most = Infinity } = limits;
  const { exclusiveMinimum: above = -Infinity, exclusiveMaximum: below = Infinity } = limits;
  if (![least, most, above, below].some(Number.isFinite)) return undefined;
  return (value) => {
    if (value < least) return mismatch(`at least ${least}`);
    if (value > most) return mismatch(`at most ${most}`);
    if (value <= above) return mismatch(`more than ${above}`);
    return value >= below ? mismatch(`less than ${below}`) : undefined;
  };
}
