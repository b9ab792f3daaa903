import type { Range } from '../batch/tokens-range.ts';

/** What a person is asked to agree to. */
export interface Spending {
  /** What would be done: equal tokens are the same deed, and a changed argument makes another. */
  token: string;
  /** Tokens of its parts, where the ledger may know some of them already. */
  parts?: readonly string[] | undefined;
  /** What it may cost; left out where no price is known. */
  usd?: Range | undefined;
  /** What would be done and what it costs, in a sentence or two for the person. */
  question: string;
  /** The caller's `confirm` argument: the proof of an earlier answer. */
  confirm?: string | undefined;
}

/** What a client that cannot ask gets instead of the deed. */
export interface Unconfirmed {
  /** Goes into the same call's `confirm` argument once the person has agreed. */
  confirm: string;
  /** RFC 3339; the value is of no use after it. */
  validUntil: string;
}

/**
 * Returns nothing where the person agreed, and a `confirm` value where the client cannot ask.
 * Throws `consent_declined`, `consent_expired`, `consent_invalid`, `plan_changed`; nothing was done then.
 */
export type Consent = (spending: Spending) => Promise<Unconfirmed | undefined>;
