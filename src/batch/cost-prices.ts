import { z } from 'zod';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { CATALOGUE_AS_OF } from './catalogue.ts';
import type { Day } from './day.ts';
import { PRICES, type PriceList, type PricePeriod } from './price-list.ts';

/** Prices to calculate with, standard rates; the batch discount is applied where they are used. */
export interface Prices {
  /** The day on which they were gone through. */
  asOf(id: string): Day;
  /** Where they come from, in a few words. */
  source(id: string): string;
  /** False where half price in a batch is assumed. */
  batchSure(id: string): boolean;
  on(id: string, day: Day): PricePeriod | undefined;
  /** Those that take effect after a day, in order. */
  after(id: string, day: Day): PricePeriod[];
}

const day = z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/, 'must be a day such as 2026-12-01');
const rate = z.number().min(0);
const rates = {
  inputPerMillion: rate,
  outputPerMillion: rate,
  cachedInputPerMillion: rate.optional(),
};

/** The lists of `price-list.ts` as a file: what a person pays by contract, or a price that is newer than the release. */
const priceFile = z.strictObject({
  as_of: day,
  source: z.string().min(1).max(200).optional(),
  prices: z.record(
    z.string(),
    z.strictObject({
      periods: z
        .array(
          z.strictObject({
            from: day,
            to: day.optional(),
            ...rates,
            audioInputPerMillion: rate.optional(),
            imageInputPerMillion: rate.optional(),
            videoInputPerMillion: rate.optional(),
            imageOutputPerMillion: rate.optional(),
            longContext: z.strictObject({ above: z.number().int().min(1), ...rates }).optional(),
          }),
        )
        .min(1)
        .refine(
          (periods) =>
            periods.every(({ from, to }, at) => at === 0 || (periods[at - 1]?.to === from && to !== from)),
          'periods must follow each other: `to` of each is `from` of the next',
        ),
      batchSure: z.boolean().default(true),
    }),
  ),
});

type Lists = Readonly<Record<string, PriceList>>;

const listed = (lists: Lists, id: string): PriceList | undefined =>
  Object.hasOwn(lists, id) ? lists[id] : undefined;

function pricesOf(lists: Lists, facts: { asOf: Day; source: string }, rest?: Prices): Prices {
  const periods = (id: string): readonly PricePeriod[] => listed(lists, id)?.periods ?? [];
  const knows = (id: string) => rest === undefined || listed(lists, id) !== undefined;
  return {
    asOf: (id) => (knows(id) ? facts.asOf : (rest?.asOf(id) ?? facts.asOf)),
    source: (id) => (knows(id) ? facts.source : (rest?.source(id) ?? facts.source)),
    batchSure: (id) => listed(lists, id)?.batchSure ?? rest?.batchSure(id) ?? false,
    on: (id, on) =>
      knows(id)
        ? periods(id).find(({ from, to }) => on >= from && (to === undefined || on < to))
        : rest?.on(id, on),
    after: (id, on) =>
      knows(id) ? periods(id).filter(({ from }) => from > on) : (rest?.after(id, on) ?? []),
  };
}

/** The list that comes with the program. */
export const BUILT_IN_PRICES: Prices = pricesOf(PRICES, {
  asOf: CATALOGUE_AS_OF,
  source: 'built-in price list, from public price data and announcements',
});

/**
 * Prices of a file over the built-in ones: models in the file have the file's prices and no others.
 * Throws `bad_prices_file`, which names the first thing that is wrong.
 */
export function parsePrices(text: string, path: string): Prices {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badFile(path, 'It is not JSON.', error);
  }
  const { data, error } = priceFile.safeParse(json);
  if (!data) {
    const [issue] = error.issues;
    throw badFile(path, `At ${issue?.path.join('.') || 'the top'}: ${issue?.message}.`, error);
  }
  const source = data.source ? `${quoteUntrusted(data.source, 200)} in ${path}` : path;
  return pricesOf(data.prices, { asOf: data.as_of, source }, BUILT_IN_PRICES);
}

const badFile = (path: string, why: string, cause: unknown) =>
  new UserError('bad_prices_file', {
    what: `The price list ${path} cannot be used.`,
    why,
    fix: 'Correct it as docs say, or start without --prices: {"as_of": "2026-12-01", "prices": {"MODEL": {"periods": [{"from": "2026-12-01", "inputPerMillion": 1, "outputPerMillion": 5}]}}}.',
    cause,
  });
