import { parseUsage } from '../batch/usage.ts';
import { GoogleApiError } from '../google/errors.ts';
import { timestamp } from '../support/clock.ts';
import { inOrder } from './in-order.ts';
import type { Actual } from './ledger.ts';
import type { Ports } from './ports.ts';
import type { OutputRow } from './preview-answers.ts';
import type { OpenRow } from './preview-plan.ts';
import type { OnlinePrice } from './preview-price.ts';

/** How far a preview has come; whole at any moment, also where it is broken off. */
export interface Asked {
  /** By the place of their rows. */
  answers: Map<number, OutputRow>;
  /** Rows that were sent and may be charged, without an answer that says how much. */
  unsure: Set<OpenRow>;
  errors: GoogleApiError[];
}

export interface AskSpec {
  /** As `generateContent` takes them. */
  model: string;
  location: string;
  /** Called after each row. */
  keep(): Promise<void>;
}

const AT_ONCE = 4;

/**
 * Asks online, each row once, and adds to `asked`. A row that Google refuses hides no other; what concerns all of them,
 * a cancel or missing credentials, ends it and is thrown.
 */
export async function askRows(
  rows: readonly OpenRow[],
  asked: Asked,
  spec: AskSpec,
  ports: Ports,
): Promise<void> {
  let done = 0;
  const ask = async (row: OpenRow) => {
    asked.answers.set(row.index, await answerTo(row, asked, spec, ports));
    await spec.keep();
  };
  for await (const _ of inOrder(rows, AT_ONCE, ask))
    ports.progress({ done: ++done, total: rows.length, message: 'Asking the model' });
}

async function answerTo(
  row: OpenRow,
  { unsure, errors }: Asked,
  { model, location }: AskSpec,
  { vertex, clock, signal }: Ports,
): Promise<OutputRow> {
  const line = (status: string, response: object = {}): OutputRow => ({
    ...(row.key !== undefined && { key: row.key }),
    status,
    processed_time: timestamp(clock.now()),
    response: { ...response },
  });
  if (!row.request) return line(statusOf(400, 'INVALID_ARGUMENT', 'The line is no request row.'));
  unsure.add(row);
  try {
    const response = await vertex.generateContent(location, model, row.request, { signal });
    unsure.delete(row);
    return line('', response);
  } catch (error) {
    if (!(error instanceof GoogleApiError)) {
      // Without credentials nothing was sent.
      if (!signal.aborted) unsure.delete(row);
      throw error;
    }
    errors.push(error);
    const refused = error.status >= 400;
    if (refused) unsure.delete(row);
    // An answer that was lost may come the next time, as one that the service was too busy for.
    return line(statusOf(refused ? error.status : 503, error.reason, error.message));
  }
}

/** As a batch writes it, so that both are read by the same code. */
const statusOf = (code: number, status: string, message: string): string =>
  `${status}: ${JSON.stringify({ error: { code, message, status } })}`;

/** What the rows came to, for the ledger; what is not sure counts at the upper end of what was expected. */
export function actualOf(
  rows: readonly OpenRow[],
  { answers, unsure }: Asked,
  price: OnlinePrice,
): Omit<Actual, 'at'> {
  const answered = rows.flatMap(({ index }) => {
    const line = answers.get(index);
    return line?.status === '' ? [parseUsage(line.response.usageMetadata)] : [];
  });
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
  const lost = price.expected([...unsure]);
  return {
    ...(lost && { usd: sum(answered.map((usage) => price.charged(usage) ?? 0)) + lost.high }),
    rows: answered.length,
    input_tokens: sum(answered.map((usage) => usage.promptTokens + usage.toolPromptTokens)),
    output_tokens: sum(answered.map((usage) => usage.candidateTokens)),
    thinking_tokens: sum(answered.map((usage) => usage.thoughtTokens)),
  };
}
