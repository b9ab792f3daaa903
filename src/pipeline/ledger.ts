import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dayOf } from '../batch/day.ts';
import { type Clock, timestamp } from '../support/clock.ts';
import type { Workspace } from './workspace.ts';

const usdRange = z.object({ low: z.number(), likely: z.number(), high: z.number() });

/** One thing that costs: a batch prediction job, or a preview. */
const entrySchema = z.object({
  /** Of the submit; its entry is found by it, so that the same job is never counted twice. */
  token: z.string(),
  kind: z.enum(['job', 'preview']),
  /** When it was committed, RFC 3339; decides whose day it is. */
  at: z.string(),
  /** Id of the project that pays. */
  project: z.string(),
  /** Resource name. Missing while a create is not answered. */
  job: z.string().optional(),
  run: z.string().optional(),
  /** Resource name. */
  model: z.string(),
  location: z.string(),
  rows: z.number().optional(),
  /** What requests of one kind have in common; see `requestShape`. */
  shape: z.string().optional(),
  /** USD expected when it was committed, and the day of the prices. */
  estimate: usdRange.optional(),
  price_as_of: z.string().optional(),
  /** What it came to, once its answers were read. */
  actual: z
    .object({
      at: z.string(),
      usd: z.number().optional(),
      /** Rows with an answer, and their tokens together. */
      rows: z.number(),
      input_tokens: z.number(),
      output_tokens: z.number(),
      thinking_tokens: z.number(),
    })
    .optional(),
});
export type LedgerEntry = z.infer<typeof entrySchema>;
export type Actual = NonNullable<LedgerEntry['actual']>;

/** What was committed and what was paid: a file a job, so that no two processes write to the same one. */
export interface Ledger {
  /** Writes an entry, or writes over the one with its token. */
  write(entry: LedgerEntry): Promise<void>;
  find(token: string): Promise<LedgerEntry | undefined>;
  remove(token: string): Promise<void>;
  /** All entries, or those of one day (UTC), oldest day first. */
  entries(day?: string): Promise<LedgerEntry[]>;
  /** USD of today's entries: what they came to, or else the upper end of what was expected. */
  spentToday(options?: { except?: readonly string[] }): Promise<number>;
}

export function createLedger(folder: string, { workspace, clock }: LedgerPorts): Ledger {
  const names = async () => (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const named = async (token: string) => (await names()).find((name) => name.endsWith(`-${token}.json`));
  const read = async (name: string): Promise<LedgerEntry | undefined> =>
    entrySchema.safeParse(await workspace.readJson(join(folder, name)).catch(() => undefined)).data;

  const entries = async (day = '') => {
    const found = (await names()).filter((name) => name.startsWith(day)).sort();
    const all = await Promise.all(found.map(read));
    return all.filter((entry) => entry !== undefined);
  };
  return {
    write: async (entry) => {
      const earlier = await named(entry.token);
      const name = `${entry.at.slice(0, 10)}-${entry.token}.json`;
      await workspace.writeJson(join(folder, name), entry);
      // Committed yesterday and not started, then again today: it is today that pays.
      if (earlier !== undefined && earlier !== name) await rm(join(folder, earlier), { force: true });
    },
    find: async (token) => {
      const name = await named(token);
      return name === undefined ? undefined : read(name);
    },
    remove: async (token) => {
      const name = await named(token);
      if (name !== undefined) await rm(join(folder, name), { force: true });
    },
    entries,
    spentToday: async ({ except = [] } = {}) => {
      const today = await entries(dayOf(clock.now()));
      return today
        .filter(({ token }) => !except.includes(token))
        .reduce((sum, { actual, estimate }) => sum + (actual?.usd ?? estimate?.high ?? 0), 0);
    },
  };
}

interface LedgerPorts {
  workspace: Workspace;
  clock: Clock;
}

/** The entry with what it came to; unchanged where that is written already. */
export const settled = (entry: LedgerEntry, actual: Omit<Actual, 'at'>, now: number): LedgerEntry =>
  entry.actual ? entry : { ...entry, actual: { at: timestamp(now), ...actual } };
