import type { Range } from '../batch/tokens-range.ts';
import { GoogleApiError } from '../google/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Ports } from './ports.ts';

const MOST_ROWS = 20;
const AT_ONCE = 5;
/** Larger requests hold media; sending them costs more than the answer is worth. */
const MOST_BYTES = 1_000_000;
/** Between the count of the same text by Vertex AI before a job and in its bill, for which there is no evidence. */
const LEAST_ERROR = 0.02;

export interface Countable {
  request: Record<string, unknown>;
  bytes: number;
  /** By the local count. */
  tokens: Range;
}

/** How Vertex AI's own count compares with the local one. */
export interface LiveCount {
  rows: number;
  /** Real tokens for each that was counted here. */
  ratio: number;
  /** Of the ratio, as a share of it. */
  error: number;
}

/**
 * Counts a few rows, evenly spread, with Vertex AI's `countTokens`, which is free. A string where it could not be
 * asked: why, in a sentence. With `insist`, that is an error.
 */
export async function countLive(
  rows: readonly Countable[],
  { location, model, insist }: { location: string; model: string; insist: boolean },
  { vertex, signal }: Pick<Ports, 'vertex' | 'signal'>,
): Promise<LiveCount | string> {
  const small = rows.filter(({ bytes, tokens }) => bytes <= MOST_BYTES && tokens.likely > 0);
  const asked = evenly(small, MOST_ROWS);
  if (asked.length === 0) return 'Vertex AI was not asked to count: every request is over 1 MB.';
  const pairs: { local: number; real: number }[] = [];
  const waiting = asked.values();
  const ask = async () => {
    for (const { request, tokens } of waiting) {
      const { totalTokens } = await vertex.countTokens(location, model, countBody(request), { signal });
      if (totalTokens) pairs.push({ local: tokens.likely, real: totalTokens });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  } catch (error) {
    if (insist || !(error instanceof GoogleApiError)) throw error;
    return `Vertex AI could not be asked to count: ${error.status || 'no answer'}, ${quoteUntrusted(error.message, 160)}.`;
  }
  if (pairs.length === 0) return 'Vertex AI counted no tokens in the rows that it was asked about.';
  return compare(pairs);
}

/** The ratio of the sums; its error by how much rows differ from it. */
function compare(pairs: readonly { local: number; real: number }[]): LiveCount {
  const local = pairs.reduce((sum, pair) => sum + pair.local, 0);
  const ratio = pairs.reduce((sum, pair) => sum + pair.real, 0) / local;
  const squares = pairs.reduce((sum, pair) => sum + (pair.real - ratio * pair.local) ** 2, 0);
  const deviation = Math.sqrt(squares / pairs.length) / (local / pairs.length) / ratio;
  const error = Math.max(LEAST_ERROR, (2 * deviation) / Math.sqrt(pairs.length));
  return { rows: pairs.length, ratio, error: Math.min(0.9, error) };
}

/** The members that the method takes, in either spelling. */
function countBody(request: Record<string, unknown>): Record<string, unknown> {
  const taken = /^(contents|tools|system_?instruction|generation_?config)$/i;
  return Object.fromEntries(Object.entries(request).filter(([name]) => taken.test(name)));
}

/** At most `most` of the items, from the first to the last at equal distances. */
function evenly<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  );
}
