import { type Model, modelById } from '../batch/catalogue.ts';
import { type ChargedTokens, costOf, type Discount, pricesOfJob } from '../batch/cost.ts';
import type { Prices } from '../batch/cost-prices.ts';
import { dayOf } from '../batch/day.ts';
import { allMedia, type MediaTokens } from '../batch/media-tokens.ts';
import { parseModelName } from '../batch/model-name.ts';
import type { PricePeriod } from '../batch/price-list.ts';
import type { Observed, OutputBasis } from '../batch/tokens-output.ts';
import { atMost, NONE, plus, type Range, rounded, times } from '../batch/tokens-range.ts';
import type { Thinking } from '../batch/tokens-thinking.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { type ChosenModel, chooseModel } from './choose-model.ts';
import { countLive, type LiveCount } from './estimate-live.ts';
import { readPrices } from './estimate-prices.ts';
import { type CountedRows, countRows, type RowTokens } from './estimate-rows.ts';
import { inputShape } from './input-shape.ts';
import { inspectInput, type JobInput } from './job-input.ts';
import { type EarlierUsage, observedUsage } from './observed-usage.ts';
import type { Ports } from './ports.ts';

export interface EstimateSpec {
  /** Local path or `gs://` of request rows, as a job takes it. */
  input: string;
  model: string;
  location?: string | undefined;
  /** Tokens of a visible answer, where the person knows. */
  outputTokens?: number | undefined;
  /** Mean usage of an earlier run of the same shape; by default what the ledger knows of one. */
  observed?: Observed | undefined;
  /** Whether Vertex AI counts a few rows; by default where Google is real. Asked for, its failure is an error. */
  live?: boolean | undefined;
  /** Bytes up to which every row is counted. */
  wholeUpTo?: number | undefined;
}

export interface Estimate {
  /** Id, or the resource name of a tuned model. */
  model: string;
  location: string;
  limits: Model['limits'];
  bytes: number;
  counted: Pick<CountedRows, 'total' | 'exact' | 'seen' | 'unreadable' | 'guessed'>;
  tokens: { input: Range; output: Range; thinking: Range };
  /** False for partners' models, which count otherwise than Gemini; their counts are made as if they were Gemini. */
  gemini: boolean;
  /** Where the lengths of answers and thoughts come from, over all rows. */
  outputBasis: OutputBasis[];
  thinking: Thinking[];
  /** Of the requests, for the ledger; see `inputShape`. */
  shape?: string | undefined;
  /** What the lengths of answers and thoughts were taken from, where the ledger had it. */
  earlier?: EarlierUsage | undefined;
  /** Rows whose limit of output is below what the model is expected to think. */
  tight: number;
  /** Rows that are likely longer than the model's window. */
  tooLong: number;
  live?: LiveCount | string | undefined;
  /** Left out where no price is known. */
  cost?: Cost | undefined;
  notes: string[];
}

export interface Cost {
  usd: Range;
  /** What the same requests would cost online today. */
  standardUsd: number;
  /** Standard rates that the job is quoted at: the dearest of those that may apply while it can last. */
  quoted: PricePeriod;
  today: PricePeriod;
  /** At today's price, where that is another. */
  todayUsd?: number | undefined;
  /** Changes after today that are known. */
  changes: PricePeriod[];
  asOf: string;
  source: string;
  batchSure: boolean;
}

/**
 * Tokens and dollars of a job, as ranges. Looks at the input and creates nothing.
 * Throws what `chooseModel` and `inspectInput` throw, `bad_prices_file`, and `not_request_rows` where no row is one.
 */
export async function estimate(spec: EstimateSpec, ports: Ports): Promise<Estimate> {
  const chosen = await chooseModel(spec, ports);
  // Too large an input is worth an estimate too, and so are rows for another model: people compare.
  const input = await inspectInput(spec.input, {}, ports);
  return estimateInput(input, chosen, spec, ports);
}

/** The same of an input and a model that were looked at before. */
export async function estimateInput(
  input: JobInput,
  chosen: ChosenModel,
  spec: Omit<EstimateSpec, 'model' | 'location'>,
  ports: Ports,
): Promise<Estimate> {
  const prices = await readPrices(ports.settings.prices);
  const name = parseModelName(chosen.resource);
  const model = name.kind === 'publisher' ? modelById(name.id) : undefined;
  const modelId = model?.id ?? chosen.resource;
  const { outputTokens, wholeUpTo } = spec;
  const shape = await inputShape(input, ports);
  const earlier =
    spec.observed || outputTokens || !shape
      ? undefined
      : await observedUsage({ model: chosen.resource, shape }, ports.ledger);
  const observed = spec.observed ?? earlier?.observed;
  const counted = await countRows(
    input,
    { model, modelId, known: { observed, outputTokens }, wholeUpTo },
    ports,
  );
  if (counted.rows.length === 0) throw notRequestRows(spec.input);
  const live = await liveCount(spec.live, counted.examples, { chosen, model }, ports);
  if (typeof live === 'object') for (const row of counted.rows) row.input = corrected(row.input, live);
  const { total, exact, seen, unreadable, guessed, answersPerWeight: perRow } = counted;
  return {
    model: modelId,
    location: chosen.location,
    limits: chosen.limits,
    bytes: input.bytes,
    counted: { total, exact, seen, unreadable, guessed },
    gemini: model === undefined || model.publisher === 'google',
    tokens: totals(counted.rows, perRow),
    outputBasis: distinct(counted.rows.map(({ output }) => output.basis)),
    thinking: distinct(counted.rows.map(({ output }) => output.thinking)),
    shape,
    earlier,
    tight: weigh(counted.rows, perRow, ({ output }) => output.most < output.thinking.tokens.likely),
    tooLong: weigh(
      counted.rows,
      perRow,
      (row) => allMedia(row.input).likely > (model?.context?.input ?? Infinity),
    ),
    live,
    cost: price(counted.rows, perRow, { modelId, prices, now: ports.clock.now() }),
    notes: chosen.notes,
  };
}

async function liveCount(
  asked: boolean | undefined,
  examples: CountedRows['examples'],
  { chosen, model }: { chosen: ChosenModel; model: Model | undefined },
  ports: Ports,
): Promise<LiveCount | string | undefined> {
  if (!(asked ?? !ports.emulated)) return undefined;
  if (model?.publisher !== 'google' || model.rowFormat !== 'gemini')
    return asked ? 'Vertex AI counts tokens only for the Gemini models that it publishes.' : undefined;
  const { location, resource } = chosen;
  return countLive(examples, { location, model: resource, insist: asked === true }, ports);
}

/** The local count times what Vertex AI counted for it; what is left of the error is how much rows differ. */
const corrected = (input: MediaTokens, { ratio, error }: LiveCount): MediaTokens =>
  Object.fromEntries(
    Object.entries(input).map(([modality, { likely }]) => [
      modality,
      { low: likely * ratio * (1 - error), likely: likely * ratio, high: likely * ratio * (1 + error) },
    ]),
  );

function totals(rows: readonly RowTokens[], perRow: number): Estimate['tokens'] {
  let [input, output, thinking] = [NONE, NONE, NONE];
  for (const { weight, input: read, output: written } of rows) {
    const { answer, picture, thinking: thoughts, most } = written;
    input = plus(input, times(allMedia(read), weight));
    output = plus(output, times(plus(atMost(answer, most), picture), weight * perRow));
    thinking = plus(thinking, times(atMost(thoughts.tokens, most), weight * perRow));
  }
  return { input: rounded(input), output: rounded(output), thinking: rounded(thinking) };
}

const BOUNDS = ['low', 'likely', 'high'] as const;

function price(
  rows: readonly RowTokens[],
  perRow: number,
  { modelId, prices, now }: { modelId: string; prices: Prices; now: number },
): Cost | undefined {
  const id = { id: modelId };
  const periods = pricesOfJob(id, now, prices);
  const [today] = periods;
  if (!today) return undefined;
  const offers = periods.map((quoted) => ({ quoted, usd: bill(rows, perRow, quoted, 'batch') }));
  const [first, ...others] = offers as [(typeof offers)[number], ...typeof offers];
  const dearest = others.reduce((most, offer) => (offer.usd.likely > most.usd.likely ? offer : most), first);
  return {
    ...dearest,
    standardUsd: bill(rows, perRow, today, 'standard').likely,
    today,
    todayUsd: dearest === first ? undefined : first.usd.likely,
    changes: prices.after(modelId, dayOf(now)),
    asOf: prices.asOf(modelId),
    source: prices.source(modelId),
    batchSure: prices.batchSure(modelId),
  };
}

/** Row by row, since a long prompt makes its own request dearer and no other. */
export function bill(rows: readonly RowTokens[], perRow: number, at: PricePeriod, discount: Discount): Range {
  const usd = { low: 0, likely: 0, high: 0 };
  for (const row of rows)
    for (const bound of BOUNDS) {
      const { input, output } = costOf(charged(row, bound), at, discount);
      usd[bound] += row.weight * (input + output * perRow);
    }
  return usd;
}

/** Nothing is taken to be cached: whether the implicit cache finds anything is not known beforehand. */
function charged({ input, output }: RowTokens, bound: keyof Range): ChargedTokens {
  const { answer, picture, thinking, most } = output;
  return {
    textInput: input.text?.[bound] ?? 0,
    imageInput: input.image?.[bound] ?? 0,
    audioInput: input.audio?.[bound] ?? 0,
    videoInput: input.video?.[bound] ?? 0,
    cachedInput: 0,
    textOutput: Math.min(most, answer[bound] + thinking.tokens[bound]),
    imageOutput: picture[bound],
  };
}

const weigh = (rows: readonly RowTokens[], perRow: number, counts: (row: RowTokens) => boolean): number =>
  Math.round(rows.reduce((sum, row) => sum + (counts(row) ? row.weight * perRow : 0), 0));

const distinct = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

export const notRequestRows = (input: string) =>
  new UserError('not_request_rows', {
    what: `No line of ${quoteUntrusted(input)} is a request row.`,
    why: 'Each line must be a JSON object with a member "request" that holds the GenerateContentRequest.',
    fix: 'Turn a CSV or JSON table into request rows with compose_batch_input.',
  });
