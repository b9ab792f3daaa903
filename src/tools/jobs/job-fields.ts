import { z } from 'zod';
import { OUTCOMES } from '../../batch/outcomes.ts';

/** Fields that the job tools share, so that a thing has one name and one meaning. */
export const jobArgument = z.string().min(1).describe('Resource name, bare id or console URL of the job.');

export const rowCounts = z.object({
  total: z.number().optional(),
  succeeded: z.number().optional(),
  failed: z.number().optional(),
  incomplete: z.number().optional(),
});

/** Only outcomes that occur are listed. */
export const outcomeCounts = z.partialRecord(z.enum(OUTCOMES), z.number());

/** A job in a list or after a change. */
export const jobLine = z.object({
  job: z.string(),
  state: z.string(),
  ended: z.boolean(),
  name: z.string(),
  model: z.string(),
  location: z.string(),
  run: z.string().optional(),
  created: z.string().optional(),
  rows: rowCounts.optional(),
});
