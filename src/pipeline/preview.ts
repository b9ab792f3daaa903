import { type AnswerRow, readAnswerRow } from '../batch/answer-row.ts';
import { commitSpending } from './commit-spending.ts';
import { type Estimate, estimateInput } from './estimate.ts';
import { settled } from './ledger.ts';
import type { Ports } from './ports.ts';
import { keptFile, writeKept } from './preview-answers.ts';
import { type Asked, actualOf, askRows } from './preview-ask.ts';
import type { PickedRow } from './preview-pick.ts';
import type { PreviewPlan } from './preview-plan.ts';

export interface PreviewRow extends PickedRow {
  answer: AnswerRow;
  /** It was sent and may be charged, but its answer got lost. */
  unsure: boolean;
}

export interface Preview {
  rows: PreviewRow[];
  /** Absolute path of the answers in full. */
  file: string;
  /** USD that this call cost; left out where no price is known. */
  usd?: number | undefined;
  /** Of the whole batch, by what is known now. */
  estimate: Estimate;
}

/**
 * Runs the rows of a plan online, each once, with the very requests that a batch sends. Answers are kept in the
 * workspace as they come, and charged in the ledger, so that a preview that breaks off goes on where it stopped. Call
 * it only after `authorize`. Throws `over_day_limit`, and Google's error where it let no row through.
 */
export async function runPreview(plan: PreviewPlan, ports: Ports): Promise<Preview> {
  const { spec, rows, kept, open, input, chosen } = plan;
  const asked: Asked = { answers: new Map(kept), unsure: new Set(), errors: [] };
  for (const { index } of open) asked.answers.delete(index);
  const usd = open.length > 0 ? await spend(plan, asked, ports) : 0;
  const [error] = asked.errors;
  const answered = [...asked.answers.values()].some(({ status }) => status === '');
  // Permissions, quota, a model that is not there: the rows have nothing to do with it.
  if (error && !answered && asked.errors.every(({ status }) => status !== 400)) throw error;
  const unsure = new Set([...asked.unsure].map(({ index }) => index));
  return {
    rows: rows.map((row, index) => ({
      ...row,
      answer: readAnswerRow({ ...asked.answers.get(index), request: row.request }),
      unsure: unsure.has(index),
    })),
    file: keptFile(plan.token, ports),
    usd,
    estimate: await estimateInput(input, chosen, { input: spec.input }, ports),
  };
}

/** USD that it came to. Whatever ends it, what was answered is written down. */
async function spend(plan: PreviewPlan, asked: Asked, ports: Ports): Promise<number | undefined> {
  const { entry, open, price, online, chosen } = plan;
  const { ledger, clock } = ports;
  let usd: number | undefined;
  await commitSpending(entry, ports);
  try {
    const keep = keeper(plan, asked, ports);
    await askRows(open, asked, { model: online, location: chosen.location, keep }, ports);
  } finally {
    const actual = actualOf(open, asked, price);
    usd = actual.usd;
    const charged = actual.rows > 0 || asked.unsure.size > 0;
    await (charged ? ledger.write(settled(entry, actual, clock.now())) : ledger.remove(entry.token));
  }
  return usd;
}

/**
 * Writes all answers so far, one write after the other: rows are answered in any order. An answer that was paid for
 * gives way to a newer one, not to a failure.
 */
function keeper({ token, chosen, rows, kept }: PreviewPlan, { answers }: Asked, ports: Ports) {
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    const lines = rows.map((_, index) => {
      const line = answers.get(index);
      return line?.status === '' ? line : (kept.get(index) ?? line ?? null);
    });
    return writeKept({ token, model: chosen.resource, location: chosen.location, rows: lines }, ports);
  };
  return () => {
    writing = writing.then(write);
    return writing;
  };
}
