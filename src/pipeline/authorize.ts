import { usd } from '../batch/cost-words.ts';
import type { Range } from '../batch/tokens-range.ts';
import type { Settings } from '../settings.ts';
import { UserError } from '../support/errors.ts';
import type { Spending, Unconfirmed } from './consent.ts';
import type { Ports } from './ports.ts';
import { reconcileLedger } from './reconcile-ledger.ts';

type Authority = Pick<Ports, 'settings' | 'emulated' | 'consent' | 'ledger' | 'clock' | 'vertex' | 'signal'>;

/**
 * The one gate before money: limits first, since no consent passes them, then the person.
 * Limits are held against the upper end of the estimate. Returns a `confirm` value where nobody could be asked yet.
 * Throws `over_job_limit`, `over_day_limit`, `price_unknown` and what `Consent` throws.
 */
export async function authorize(spending: Spending, ports: Authority): Promise<Unconfirmed | undefined> {
  const { settings, emulated } = ports;
  refuseOverJobLimit(spending.usd, settings);
  await refuseOverDayLimit(spending, ports);
  // What nobody is billed for needs no consent, unless a limit was set to try it out.
  const unasked = settings.askAboveUsd ?? (emulated ? Number.POSITIVE_INFINITY : 0);
  if ((spending.usd?.high ?? Number.MAX_VALUE) <= unasked) return undefined;
  return ports.consent(spending);
}

/** Throws `over_job_limit` and `price_unknown`. Also for the rest of what was agreed to before. */
export function refuseOverJobLimit(price: Range | undefined, { maxJobUsd, maxDayUsd }: Settings): void {
  if (maxJobUsd === undefined && maxDayUsd === undefined) return;
  if (!price)
    throw new UserError('price_unknown', {
      what: 'No price is known for this model, so it cannot be held against the limit.',
      why: 'This server was started with --max-job-usd or --max-day-usd.',
      fix: 'Give its price in a file with --prices, or choose a model that list_supported_models has a price for.',
    });
  if (maxJobUsd === undefined || price.high <= maxJobUsd) return;
  throw new UserError('over_job_limit', {
    what: `This may cost up to ${usd(price.high)}.`,
    why: `This server allows at most ${usd(maxJobUsd)} for one submit (--max-job-usd), whoever agrees to it.`,
    fix: 'Send fewer rows, lower maxOutputTokens, or choose a cheaper model; estimate_batch_cost shows what helps.',
  });
}

async function refuseOverDayLimit(
  { token, parts = [], usd: price }: Spending,
  ports: Authority,
): Promise<void> {
  const { maxDayUsd } = ports.settings;
  if (maxDayUsd === undefined || !price) return;
  const spent = () => ports.ledger.spentToday({ except: [token, ...parts] });
  if ((await spent()) + price.high <= maxDayUsd) return;
  await reconcileLedger(ports);
  if ((await spent()) + price.high > maxDayUsd) throw overDayLimit(price.high, await spent(), maxDayUsd);
}

/** Also thrown where another submit was quicker. */
export const overDayLimit = (price: number, spent: number, most: number) =>
  new UserError('over_day_limit', {
    what: `This may cost up to ${usd(price)}, and today's jobs come to ${usd(spent)} already.`,
    why: `This server allows at most ${usd(most)} a day (--max-day-usd, days in UTC), whoever agrees to it.`,
    fix: 'Wait for tomorrow, or send fewer rows.',
  });
