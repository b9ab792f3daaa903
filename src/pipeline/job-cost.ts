import { costOfUsage } from '../batch/cost.ts';
import type { Prices } from '../batch/cost-prices.ts';
import type { Day } from '../batch/day.ts';
import { plus, type Range } from '../batch/tokens-range.ts';
import type { Usage } from '../batch/usage.ts';
import { type JobFacts, rowsDone } from './job-facts.ts';
import { type Actual, type LedgerEntry, settled } from './ledger.ts';
import type { Ports } from './ports.ts';

/** What answers used together, and USD for it where there is a price. */
export type Used = Omit<Actual, 'at'>;

/** Adds up the usage of a job's rows. It is not documented whose day's price counts; the last one is taken. */
export function meter(model: string | undefined, on: Day, prices: Prices) {
  const used = { rows: 0, input_tokens: 0, output_tokens: 0, thinking_tokens: 0 };
  let usd = model !== undefined && prices.on(model, on) ? 0 : undefined;
  return {
    add: (usage: Usage): void => {
      const input = usage.promptTokens + usage.toolPromptTokens;
      if (input + usage.candidateTokens + usage.thoughtTokens === 0) return;
      used.rows += 1;
      used.input_tokens += input;
      used.output_tokens += usage.candidateTokens;
      used.thinking_tokens += usage.thoughtTokens;
      if (usd !== undefined && model !== undefined) usd += costOfUsage({ id: model }, usage, on, prices) ?? 0;
    },
    read: (): Used => (usd === undefined ? used : { ...used, usd }),
  };
}

export interface JobCost {
  /** USD expected when it was submitted. */
  committed?: Range | undefined;
  /** USD of the rows that are done, at what a row was expected to cost. */
  soFar?: number | undefined;
  /** USD of what its answers say that they used. */
  actual?: number | undefined;
}

/**
 * What a job costs, from its entry in the ledger and from what its answers used, where they were read. The entry is
 * settled with that, once, so that the next estimate knows better.
 */
export async function jobCost(
  facts: JobFacts,
  used: Used | undefined,
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
): Promise<JobCost> {
  const entry = facts.token === undefined ? undefined : await ledger.find(facts.token);
  const own = entry && isOf(entry, facts) ? entry : undefined;
  if (own && used && !own.actual) {
    // The status is told also where nothing can be written; then the next look settles it.
    await ledger.write(settled(own, used, clock.now())).catch(() => undefined);
  }
  const committed = own?.estimate;
  const actual = used?.usd ?? own?.actual?.usd;
  const done = rowsDone(facts.rows) ?? (facts.started === undefined ? 0 : undefined);
  const total = facts.rows?.total ?? own?.rows;
  const soFar = committed && done !== undefined && total ? (committed.likely * done) / total : undefined;
  return { committed, actual, soFar: actual === undefined ? soFar : undefined };
}

/** The id decides: an entry may hold the project's id where the job holds its number. */
const isOf = ({ job }: LedgerEntry, { id }: JobFacts): boolean => job === undefined || job.endsWith(`/${id}`);

/** Of several jobs; what is not known of each is not known of all. */
export function sumOfCosts(costs: readonly JobCost[]): JobCost {
  const sum = (of: (cost: JobCost) => number | undefined): number | undefined =>
    costs.reduce<number | undefined>((total, cost) => {
      const one = of(cost);
      return total === undefined || one === undefined ? undefined : total + one;
    }, 0);
  const committed = costs.reduce<Range | undefined>(
    (total, cost) => (total && cost.committed ? plus(total, cost.committed) : undefined),
    { low: 0, likely: 0, high: 0 },
  );
  const actual = sum((cost) => cost.actual);
  const soFar = actual === undefined ? sum((cost) => cost.actual ?? cost.soFar) : undefined;
  return { committed, actual, soFar };
}
