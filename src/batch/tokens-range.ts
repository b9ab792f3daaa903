/**
 * A number that is not known: what is expected, and what it may well be. `low ≤ likely ≤ high`.
 * About four of five real values lie between `low` and `high`; they are no hard bounds.
 */
export interface Range {
  low: number;
  likely: number;
  high: number;
}

export const NONE: Range = { low: 0, likely: 0, high: 0 };

export const exactly = (n: number): Range => ({ low: n, likely: n, high: n });

export const plus = (a: Range, b: Range): Range => ({
  low: a.low + b.low,
  likely: a.likely + b.likely,
  high: a.high + b.high,
});

export const sum = (ranges: readonly Range[]): Range => ranges.reduce(plus, NONE);

/** `factor` is not negative. */
export const times = ({ low, likely, high }: Range, factor: number): Range => ({
  low: low * factor,
  likely: likely * factor,
  high: high * factor,
});

/** Of two that are not negative and do not depend on each other. */
export const product = (a: Range, b: Range): Range => ({
  low: a.low * b.low,
  likely: a.likely * b.likely,
  high: a.high * b.high,
});

export const atMost = ({ low, likely, high }: Range, most: number): Range => ({
  low: Math.min(low, most),
  likely: Math.min(likely, most),
  high: Math.min(high, most),
});

export const rounded = ({ low, likely, high }: Range): Range => ({
  low: Math.round(low),
  likely: Math.round(likely),
  high: Math.round(high),
});
