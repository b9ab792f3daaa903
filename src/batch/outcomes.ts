/** How a row ended. Each row of the input has exactly one of these, and they add up to its rows. */
export const OUTCOMES = [
  'ok',
  'truncated',
  'blocked',
  'empty',
  'invalid_json',
  'schema_mismatch',
  'error_retriable',
  'error_permanent',
  'missing',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface OutcomeFacts {
  /** One plain sentence. */
  meaning: string;
  /** What sending the row again can do: `same` may work as it is, `changed` only after a repair, `never` is pointless. */
  retry: 'same' | 'changed' | 'never';
}

export const OUTCOME_FACTS: Record<Outcome, OutcomeFacts> = {
  ok: { meaning: 'The model gave a whole answer.', retry: 'never' },
  truncated: {
    meaning: 'The answer stopped at the output limit; thinking counts against it too.',
    retry: 'changed',
  },
  blocked: {
    meaning: 'The prompt or the answer was stopped by a safety or policy filter.',
    retry: 'changed',
  },
  empty: { meaning: 'The model ended without a usable answer.', retry: 'same' },
  invalid_json: { meaning: 'JSON was asked for and the answer does not parse.', retry: 'same' },
  schema_mismatch: { meaning: 'The answer is JSON but does not fit the schema.', retry: 'same' },
  error_retriable: {
    meaning: 'The row failed for a passing reason: quota, overload, set-up.',
    retry: 'same',
  },
  error_permanent: { meaning: 'The row was refused and would be again as it stands.', retry: 'changed' },
  missing: { meaning: 'The output holds no line for this row.', retry: 'same' },
};

/** Findings beside the tally: output lines that belong to no row of their own. */
export const FINDING_MEANINGS = {
  duplicate: 'A second output line for a row that already has one.',
  unmatched: 'An output line that fits no row of the input.',
} as const;
export type Finding = keyof typeof FINDING_MEANINGS;

export type Tally = Record<Outcome, number>;

export const emptyTally = (): Tally => Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Tally;

/** The rows that a tally accounts for. */
export const tallyTotal = (tally: Tally): number =>
  OUTCOMES.reduce((total, outcome) => total + tally[outcome], 0);
