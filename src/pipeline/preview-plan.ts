import { createHash } from 'node:crypto';
import { canonicalJson } from '../batch/canonical-json.ts';
import { classifyRow } from '../batch/result-row.ts';
import type { Range } from '../batch/tokens-range.ts';
import { timestamp } from '../support/clock.ts';
import { type ChosenModel, chooseModel } from './choose-model.ts';
import { notRequestRows } from './estimate.ts';
import { readPrices } from './estimate-prices.ts';
import { inputShape, manifestOf } from './input-shape.ts';
import { inspectInput, type JobInput } from './job-input.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { Manifest } from './manifest.ts';
import { observedUsage } from './observed-usage.ts';
import type { Ports } from './ports.ts';
import { type OutputRow, readKept } from './preview-answers.ts';
import { onlineModel } from './preview-online.ts';
import { type PickedRow, type PickSpec, pickRows } from './preview-pick.ts';
import { type OnlinePrice, onlinePrice } from './preview-price.ts';

export interface PreviewSpec extends PickSpec {
  /** As a job takes it. */
  input: string;
  model: string;
  location?: string | undefined;
  /** Ask again what was answered before. */
  again: boolean;
}

/** A row to be asked, and its place among those that were picked. */
export interface OpenRow extends PickedRow {
  index: number;
}

/** What a preview will do, before it does anything. */
export interface PreviewPlan {
  spec: PreviewSpec;
  /** Of the rows, the model and the location: equal previews share their answers. */
  token: string;
  chosen: ChosenModel;
  /** What `generateContent` is called on. */
  online: string;
  input: JobInput;
  rows: PickedRow[];
  /** False where only a sample of the input was looked at for them. */
  whole: boolean;
  /** Where the input was composed. */
  manifest?: Manifest | undefined;
  /** Answers that an earlier call has paid for, by the place of their rows; also of rows that are asked again. */
  kept: Map<number, OutputRow>;
  open: OpenRow[];
  price: OnlinePrice;
  /** USD for the open rows at the standard price; left out where no price is known. */
  expected?: Range | undefined;
  /** What goes into the ledger before the open rows are asked. Its token is what a person agrees to. */
  entry: LedgerEntry;
}

/**
 * Works out which rows to ask and what that costs. Creates nothing.
 * Throws what `chooseModel`, `onlineModel` and `inspectInput` throw, and `not_request_rows`.
 */
export async function planPreview(spec: PreviewSpec, ports: Ports): Promise<PreviewPlan> {
  const chosen = await chooseModel(spec, ports);
  const online = await onlineModel(spec.model, chosen, ports);
  const input = await inspectInput(spec.input, chosen, ports);
  const { rows, whole } = await pickRows(input, spec, ports);
  if (!rows.some(({ request }) => request)) throw notRequestRows(spec.input);

  const { resource: model, location } = chosen;
  const requests = JSON.stringify(rows.map(({ request }) => request));
  const token = hash({ model, location, requests });
  const kept = await keptAnswers(token, ports);
  const open = rows.flatMap((row, index) => (kept.has(index) && !spec.again ? [] : [{ ...row, index }]));

  const shape = await inputShape(input, ports);
  const earlier = shape === undefined ? undefined : await observedUsage({ model, shape }, ports.ledger);
  const now = ports.clock.now();
  const prices = await readPrices(ports.settings.prices);
  const price = onlinePrice(model, { prices, known: { observed: earlier?.observed }, now });
  const expected = price.expected(open);
  const entry: LedgerEntry = {
    token: await freshToken(token, ports.ledger),
    kind: 'preview',
    at: timestamp(now),
    project: ports.project,
    model,
    location,
    rows: open.length,
    shape,
    ...(expected && { estimate: expected, price_as_of: price.asOf }),
  };
  const manifest = input.files[0] && (await manifestOf(input.files[0], ports.workspace));
  return { spec, token, chosen, online, input, rows, whole, manifest, kept, open, price, expected, entry };
}

/** What need not be asked again: answers, and refusals that the request itself has earned. */
async function keptAnswers(token: string, ports: Ports): Promise<Map<number, OutputRow>> {
  const { rows = [] } = (await readKept(token, ports)) ?? {};
  return new Map(rows.flatMap((row, index) => (row && isFinal(row) ? [[index, row] as const] : [])));
}

function isFinal(row: OutputRow): boolean {
  const { outcome, error } = classifyRow(row);
  return error === undefined || (outcome === 'error_permanent' && error.code === 400);
}

/** Each time that a preview is paid for is an entry of its own, and wants consent of its own. */
async function freshToken(token: string, ledger: Ledger): Promise<string> {
  for (let time = 1; ; time++) {
    const numbered = time === 1 ? token : hash({ token, time });
    if ((await ledger.find(numbered)) === undefined) return numbered;
  }
}

const hash = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 40);
