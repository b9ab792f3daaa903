import { usdRange } from '../batch/cost-words.ts';
import type { Cost } from '../pipeline/estimate.ts';

/** `$1.20 ($0.90 to $2.10) at batch prices of 2026-11-22`. */
export const priceWords = ({ usd, quoted, today, asOf }: Cost): string =>
  `${usdRange(usd)} at ${quoted === today ? `batch prices of ${asOf}` : `the batch prices that apply from ${quoted.from}`}`;
