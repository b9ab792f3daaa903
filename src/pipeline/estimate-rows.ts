import type { Model } from '../batch/catalogue.ts';
import type { Guess, MediaTokens } from '../batch/media-tokens.ts';
import { type Known, type OutputTokens, outputTokens } from '../batch/tokens-output.ts';
import { requestTokens } from '../batch/tokens-request.ts';
import { isRecord } from '../support/records.ts';
import type { Countable } from './estimate-live.ts';
import { sampleRows, WHOLE_UP_TO } from './estimate-sample.ts';
import type { JobInput } from './job-input.ts';
import type { Ports } from './ports.ts';

/** One row that was looked at, and how many rows it stands for. */
export interface RowTokens {
  weight: number;
  input: MediaTokens;
  output: OutputTokens;
}

export interface CountedRows {
  rows: RowTokens[];
  /** Rows of the whole input, exact or by the sample. */
  total: number;
  exact: boolean;
  /** By which weights are to be multiplied where rows are counted instead of bytes. */
  answersPerWeight: number;
  /** Rows that were looked at. */
  seen: number;
  /** Rows of the whole input that are no request rows: they fail, and cost nothing. */
  unreadable: number;
  guessed: Guess[];
  /** A few requests, evenly spread, for Vertex AI to count. */
  examples: Countable[];
}

const EXAMPLES = 20;

/**
 * Counts the tokens of an input's rows, or of a sample of them. Weights are such that the bytes of the sample add up
 * to those of the input: tokens of the input follow its bytes. What is written follows the number of rows, so answers
 * are scaled by `answersPerWeight`.
 */
export async function countRows(
  input: JobInput,
  { model, modelId, known, wholeUpTo = WHOLE_UP_TO }: CountSpec,
  ports: Ports,
): Promise<CountedRows> {
  const rows: RowTokens[] = [];
  const guessed = new Set<Guess>();
  const examples = spread<Countable>(EXAMPLES);
  const outputOf = outputs(model, known);
  let seen = 0;
  let unreadable = 0;
  let weights = 0;
  let bytes = 0;
  for await (const { rows: lines, weight } of sampleRows(input, ports, wholeUpTo)) {
    for (const line of lines) {
      seen += 1;
      weights += weight;
      bytes += weight * (line.length + 1);
      const request = requestOf(line);
      if (!request) {
        unreadable += 1;
        continue;
      }
      const prompt = requestTokens(request, modelId);
      for (const guess of prompt.guessed) guessed.add(guess);
      rows.push({ weight, input: prompt.input, output: outputOf(request) });
      examples.add(() => ({ request, bytes: line.length, tokens: prompt.total }));
    }
  }
  const sampled = input.bytes > wholeUpTo;
  const scale = sampled && bytes > 0 ? input.bytes / bytes : 1;
  for (const row of rows) row.weight *= scale;
  const total = input.rows ?? Math.round(weights * scale);
  return {
    rows,
    total,
    exact: input.rows !== undefined || !sampled,
    answersPerWeight: total / (weights * scale || 1),
    seen,
    unreadable: Math.round((unreadable / Math.max(1, seen)) * total),
    guessed: [...guessed],
    examples: examples.items(),
  };
}

export interface CountSpec {
  /** Undefined for a tuned model. */
  model: Model | undefined;
  modelId: string;
  known: Known;
  wholeUpTo?: number | undefined;
}

/** The request of a line; undefined where it is no request row. */
export function requestOf(line: Buffer): Record<string, unknown> | undefined {
  try {
    const row: unknown = JSON.parse(line.toString());
    const request = isRecord(row) ? row.request : undefined;
    return isRecord(request) ? request : undefined;
  } catch {
    return undefined;
  }
}

/** Rows of one file mostly share their configuration, and then its schema is walked once. */
function outputs(model: Model | undefined, known: Known): (request: Record<string, unknown>) => OutputTokens {
  let last: { config: string | undefined; output: OutputTokens } | undefined;
  return (request) => {
    const config = JSON.stringify(request.generationConfig ?? request.generation_config);
    if (!last || last.config !== config) last = { config, output: outputTokens(request, model, known) };
    return last.output;
  };
}

/** Keeps between `most` and twice as many of what is added, at equal distances, however many come. */
function spread<Item>(most: number) {
  let kept: Item[] = [];
  let stride = 1;
  let count = 0;
  return {
    add(make: () => Item) {
      if (count % stride === 0) kept.push(make());
      count += 1;
      if (kept.length < 2 * most) return;
      kept = kept.filter((_, index) => index % 2 === 0);
      stride *= 2;
    },
    items: () => kept,
  };
}
