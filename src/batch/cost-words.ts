import type { Range } from './tokens-range.ts';

/** `$1,234.56`, `$0.38`, and two digits of what is less than a cent: `$0.0034`. */
export function usd(amount: number): string {
  if (amount === 0) return '$0.00';
  if (amount >= 0.01)
    return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  if (amount < 0.000_001) return 'less than $0.000001';
  return `$${Number(amount.toPrecision(2)).toFixed(8).replace(/0+$/, '')}`;
}

/** `$1.20 ($0.90 to $2.10)`. */
export const usdRange = ({ low, likely, high }: Range): string =>
  `${usd(likely)} (${usd(low)} to ${usd(high)})`;

/** A rate, with at least cents and no digit less than it has. */
export const usdRate = (amount: number): string =>
  `$${Number.isInteger(amount * 100) ? amount.toFixed(2) : amount}`;

/** To a millionth of a dollar: what stays in facts, where sums are made of it. */
export const roundUsd = (amount: number): number => Math.round(amount * 1_000_000) / 1_000_000;
