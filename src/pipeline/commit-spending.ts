import { overDayLimit } from './authorize.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Ports } from './ports.ts';

/**
 * Writes down what will be spent before it is: the limit of a day then holds also for two who spend at once.
 * Throws `over_day_limit`, and leaves no entry behind then.
 */
export async function commitSpending(
  entry: LedgerEntry,
  { ledger, settings: { maxDayUsd } }: Pick<Ports, 'ledger' | 'settings'>,
): Promise<void> {
  await ledger.write(entry);
  if (maxDayUsd === undefined) return;
  const spent = await ledger.spentToday();
  if (spent <= maxDayUsd) return;
  await ledger.remove(entry.token);
  const own = entry.estimate?.high ?? 0;
  throw overDayLimit(own, spent - own, maxDayUsd);
}
