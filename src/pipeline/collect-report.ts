import { join } from 'node:path';
import { z } from 'zod';
import { OUTCOMES } from '../batch/outcomes.ts';
import type { Ports } from './ports.ts';

const count = z.number();
const texts = z.array(z.string());

/** What `summary.json` beside a results table says. */
const reportSchema = z.object({
  run: z.string(),
  /** When the table was written, RFC 3339. */
  collected: z.string(),
  /** All jobs have ended: nothing will come any more. */
  settled: z.boolean(),
  rows: count,
  /** Every row in exactly one of these. */
  tally: z.record(z.enum(OUTCOMES), count),
  findings: z.object({
    /** Second lines of rows that have one. */
    duplicate: count,
    /** Lines that fit no row. */
    unmatched: count,
    /** Lines that were cut off. */
    cut: count,
    unmatched_keys: texts,
  }),
  causes: z.array(z.object({ outcome: z.enum(OUTCOMES), cause: z.string(), rows: count })),
  samples: z.array(z.object({ key: z.string(), answer: z.string() })),
  /** USD; left out where there is no price. */
  usd: count.optional(),
  /** USD expected when the jobs were submitted. */
  estimate: z.object({ low: count, likely: count, high: count }).optional(),
  tokens: z.object({ input: count, output: count, thinking: count }),
  columns: texts,
  /** That answers were asked to keep. */
  schema: z.record(z.string(), z.unknown()).optional(),
  notes: texts,
  /** What was read of each job: while all of it is the same, there is nothing new. */
  jobs: z.array(
    z.object({
      job: z.string(),
      state: z.string(),
      rows: count,
      input: texts,
      /** `gs://bucket/object#generation`. */
      output: texts,
    }),
  ),
});
export type Report = z.infer<typeof reportSchema>;

export const rowsFile = (folder: string): string => join(folder, 'rows.parquet');
export const reportFile = (folder: string): string => join(folder, 'summary.json');

/** The report of an earlier call; undefined where there is none that can be read. */
export async function readReport(
  folder: string,
  { workspace }: Pick<Ports, 'workspace'>,
): Promise<Report | undefined> {
  return reportSchema.safeParse(await workspace.readJson(reportFile(folder)).catch(() => undefined)).data;
}
