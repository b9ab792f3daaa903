import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** One input of a job: an object at a generation, a table, or local content by its hash. */
export interface PlannedInput {
  /** `gs://…` or `bq://…`; left out where only the content is known. */
  uri?: string | undefined;
  /** Pins what a `gs://` uri meant when the plan was made. */
  generation?: string | undefined;
  /** Lower-case hex of the content. */
  sha256?: string | undefined;
}

/** What makes two submits the same submit. */
export interface SubmitPlan {
  /** Resource name, `publishers/google/models/…`. */
  model: string;
  location: string;
  inputs: readonly PlannedInput[];
  /** Root under which the output goes, before the part that differs from run to run. */
  output: string;
  labels?: Readonly<Record<string, string>> | undefined;
  kmsKey?: string | undefined;
  /** Set only to run the same plan again on purpose. */
  nonce?: string | undefined;
}

/**
 * The identity of a submit: 40 hex characters of a SHA-256, which fits a label value.
 * The order of inputs does not matter, nor does the order of labels.
 */
export function submitToken(plan: SubmitPlan): string {
  const inputs = [...plan.inputs].map((input) => canonicalJson(input)).sort();
  return createHash('sha256')
    .update(canonicalJson({ ...plan, inputs }))
    .digest('hex')
    .slice(0, 40);
}

/** The short name of the run that a token starts: shared by its shards and retries as a label. */
export const runId = (token: string): string => `run-${token.slice(0, 10)}`;
