import type { Day } from './day.ts';

/**
 * USD per million tokens, standard (online) rates; batch is derived from them in `prices.ts`.
 * Sources: @pydantic/genai-prices 0.1.8, run for 2026-11-22 and 2027-01-02; for Gemini 4 and Nano Banana 2.1
 * public price announcements (BerriAI/litellm discussions 46238, 51436 and 44983).
 */
export interface PricePeriod {
  /** First day. */
  from: Day;
  /** First day of the next period; left out where none is known. */
  to?: Day | undefined;
  inputPerMillion: number;
  outputPerMillion: number;
  /** Of prompt tokens that were found in the implicit cache. */
  cachedInputPerMillion?: number | undefined;
  /** Where a modality has a rate of its own. */
  audioInputPerMillion?: number | undefined;
  imageInputPerMillion?: number | undefined;
  videoInputPerMillion?: number | undefined;
  imageOutputPerMillion?: number | undefined;
  /** Rates for the whole request once its prompt has more than `above` tokens. */
  longContext?:
    | {
        above: number;
        inputPerMillion: number;
        outputPerMillion: number;
        cachedInputPerMillion?: number | undefined;
      }
    | undefined;
}

export interface PriceList {
  /** In order, each one's `to` the next one's `from`. */
  periods: readonly PricePeriod[];
  /** False where half price in a batch is assumed. */
  batchSure: boolean;
}

type Rates = Omit<PricePeriod, 'from' | 'to' | 'inputPerMillion' | 'outputPerMillion'>;

/** One price since the release. */
const always = (from: Day, input: number, output: number, rates: Rates = {}): PriceList => ({
  periods: [{ from, inputPerMillion: input, outputPerMillion: output, ...rates }],
  batchSure: true,
});

/** An introductory price until the day before `change`, then twice as much. */
const doublingOn = (change: Day, from: Day, input: number, output: number, cached: number): PriceList => ({
  periods: [
    { from, to: change, inputPerMillion: input, outputPerMillion: output, cachedInputPerMillion: cached },
    {
      from: change,
      inputPerMillion: input * 2,
      outputPerMillion: output * 2,
      cachedInputPerMillion: cached * 2,
    },
  ],
  batchSure: true,
});

const assumed = (list: PriceList): PriceList => ({ ...list, batchSure: false });
const cached = (rate: number): Rates => ({ cachedInputPerMillion: rate });
const above = (tokens: number, input: number, output: number, cachedRate?: number): Rates => ({
  longContext: {
    above: tokens,
    inputPerMillion: input,
    outputPerMillion: output,
    ...(cachedRate !== undefined && cached(cachedRate)),
  },
});

/** By model id. Models that are not here have no price that could be confirmed. */
export const PRICES: Readonly<Record<string, PriceList>> = {
  'gemini-4-argon': doublingOn('2026-12-01', '2026-10-13', 2, 10, 0.1),
  'gemini-4-carbon': assumed(doublingOn('2026-12-01', '2026-11-10', 2, 10, 0.1)),
  'gemini-4-hydrogen': assumed(always('2026-11-12', 1.5, 7.5)),
  'gemini-3.8-flash': doublingOn('2027-01-01', '2026-09-02', 0.75, 3.75, 0.075),
  'gemini-3.7-flash': doublingOn('2027-01-01', '2026-08-13', 0.75, 3.75, 0.075),
  'gemini-3.6-flash': doublingOn('2027-01-01', '2026-07-21', 0.75, 3.75, 0.075),
  'gemini-3.5-flash': always('2026-05-19', 1.5, 9, cached(0.15)),
  'gemini-3.5-flash-lite': always('2026-07-21', 0.3, 2.5, cached(0.03)),
  'gemini-3.1-flash-lite': always('2026-05-07', 0.25, 1.5, { ...cached(0.025), audioInputPerMillion: 0.5 }),
  'gemini-3.1-pro-preview': always('2026-02-19', 2, 12, { ...cached(0.2), ...above(200_000, 4, 18, 0.4) }),
  'gemini-3-flash-preview': always('2025-12-17', 0.5, 3, { ...cached(0.05), audioInputPerMillion: 1 }),

  'gemini-nano-banana-2.1': assumed(always('2026-10-07', 1.5, 7.5, { imageOutputPerMillion: 30 })),
  'gemini-3-pro-image': always('2026-05-28', 2, 12, { imageOutputPerMillion: 120 }),
  'gemini-3.1-flash-image': always('2026-05-28', 0.5, 3, { imageOutputPerMillion: 60 }),
  'gemini-3.1-flash-lite-image': always('2026-06-23', 0.25, 1.5, { imageOutputPerMillion: 30 }),
  'gemini-2.5-flash-image': always('2025-10-02', 0.3, 2.5, { imageOutputPerMillion: 30 }),

  'gemini-embedding-001': always('2025-05-20', 0.15, 0),
  // Its day of release is not confirmed, only that this was its price in 2026.
  'gemini-embedding-2': assumed(
    always('2026-01', 0.2, 0, {
      imageInputPerMillion: 0.45,
      audioInputPerMillion: 6.5,
      videoInputPerMillion: 12,
    }),
  ),

  'gemini-2.5-pro': always('2025-06-17', 1.25, 10, above(200_000, 2.5, 15)),
  'gemini-2.5-flash': always('2025-06-17', 0.3, 2.5, { audioInputPerMillion: 1 }),
  'gemini-2.5-flash-lite': always('2025-07-22', 0.1, 0.4, { audioInputPerMillion: 0.3 }),
  'gemini-2.0-flash': always('2025-02-05', 0.1, 0.4, { audioInputPerMillion: 0.7 }),
  'gemini-2.0-flash-lite': always('2025-02-25', 0.075, 0.3),
  'gemini-1.5-pro-002': always('2024-09-24', 1.25, 5, above(128_000, 2.5, 10)),
  'gemini-1.5-flash-002': always('2024-09-24', 0.075, 0.3, above(128_000, 0.15, 0.6)),
};
