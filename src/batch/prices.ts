import type { Model } from './catalogue-types.ts';
import type { Day } from './day.ts';
import { PRICES, type PricePeriod } from './price-list.ts';

export type { PricePeriod } from './price-list.ts';

/** What a batch token costs of a standard one. Source: the batch inference page, "50% discount". */
export const BATCH_FACTOR = 0.5;

/** The standard price on a day; undefined where none is known for that day. USD per million tokens. */
export const priceOn = (model: Pick<Model, 'id'>, on: Day): PricePeriod | undefined =>
  periods(model).find(({ from, to }) => on >= from && (to === undefined || on < to));

/** True where Vertex AI itself says that this model is half price in a batch. */
export const batchPriceSure = (model: Pick<Model, 'id'>): boolean => PRICES[model.id]?.batchSure ?? false;

/**
 * The batch price on a day. Cached input stays at its standard rate: a cache hit is 90 % off, that discount and the
 * batch discount do not add up, and the cache wins for the tokens that it covers.
 */
export function batchPriceOn(model: Pick<Model, 'id'>, on: Day): PricePeriod | undefined {
  const price = priceOn(model, on);
  return price && halved(price);
}

/** Standard prices that take effect after a day, in order. Which day counts for a job is not documented. */
export const priceChangesAfter = (model: Pick<Model, 'id'>, on: Day): PricePeriod[] =>
  periods(model).filter(({ from }) => from > on);

/** As `priceChangesAfter`, in batch prices. */
export const batchPriceChangesAfter = (model: Pick<Model, 'id'>, on: Day): PricePeriod[] =>
  priceChangesAfter(model, on).map(halved);

const periods = (model: Pick<Model, 'id'>): readonly PricePeriod[] => PRICES[model.id]?.periods ?? [];

const UNCHANGED = new Set(['from', 'to', 'cachedInputPerMillion', 'above']);

/** Every rate times the factor; half of a decimal in binary is exact, so nothing is rounded here. */
function halved<Rates extends object>(rates: Rates): Rates {
  return Object.fromEntries(
    Object.entries(rates).map(([name, value]) => {
      if (UNCHANGED.has(name)) return [name, value];
      return [name, typeof value === 'number' ? value * BATCH_FACTOR : value && halved(value)];
    }),
  ) as Rates;
}
