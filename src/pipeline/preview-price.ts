import { modelById } from '../batch/catalogue.ts';
import { costOfUsage } from '../batch/cost.ts';
import type { Prices } from '../batch/cost-prices.ts';
import { dayOf } from '../batch/day.ts';
import { parseModelName } from '../batch/model-name.ts';
import { type Known, outputTokens } from '../batch/tokens-output.ts';
import type { Range } from '../batch/tokens-range.ts';
import { requestTokens } from '../batch/tokens-request.ts';
import type { Usage } from '../batch/usage.ts';
import { bill } from './estimate.ts';
import type { PickedRow } from './preview-pick.ts';

/** What online calls to a model cost, in USD at its standard price; undefined where that is not known. */
export interface OnlinePrice {
  /** Rows without a request cost nothing. */
  expected(rows: readonly PickedRow[]): Range | undefined;
  charged(usage: Usage): number | undefined;
  asOf: string;
}

/** @param now milliseconds since the epoch: online calls are charged at the price of the day. */
export function onlinePrice(
  resource: string,
  { prices, known, now }: { prices: Prices; known: Known; now: number },
): OnlinePrice {
  const name = parseModelName(resource);
  const model = name.kind === 'publisher' ? modelById(name.id) : undefined;
  const id = model?.id ?? resource;
  const today = dayOf(now);
  return {
    expected: (rows) => {
      const price = prices.on(id, today);
      const counted = rows.flatMap(({ request }) => {
        if (!request) return [];
        const { input } = requestTokens(request, id);
        return [{ weight: 1, input, output: outputTokens(request, model, known) }];
      });
      return price && bill(counted, 1, price, 'standard');
    },
    charged: (usage) => costOfUsage({ id }, usage, today, prices, 'standard'),
    asOf: prices.asOf(id),
  };
}
