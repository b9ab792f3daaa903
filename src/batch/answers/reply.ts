import type { FinishOutcome } from '../finish-reasons.ts';
import type { Usage } from '../usage.ts';

export interface AnswerCall {
  name: string;
  /** As the model wrote them: an object, as a rule. */
  args: unknown;
  id?: string | undefined;
}

/** An image or another medium that the model made: bytes as base64, or where they are. */
export interface AnswerMedium {
  mimeType: string;
  data?: string | undefined;
  uri?: string | undefined;
}

/** What one response holds, in the same words for each format. Lists that would be empty are left out. */
export interface Reply {
  /** By the finish reason alone; what the answer holds is not looked at. */
  outcome: FinishOutcome;
  /** In the model's own words: `STOP`, `end_turn`, `stop`. */
  finishReason?: string | undefined;
  blockReason?: string | undefined;
  /** The text of each candidate without its thoughts; the first is the answer. */
  candidates: string[];
  /** True where thoughts came. */
  thought?: true | undefined;
  /** Of the first candidate, as all that follows. */
  calls?: AnswerCall[] | undefined;
  media?: AnswerMedium[] | undefined;
  embedding?: number[] | undefined;
  /** Addresses of sources. */
  citations?: string[] | undefined;
  /** The input was longer than an embedding takes, and its end was left out. */
  inputTruncated?: true | undefined;
  modelVersion?: string | undefined;
  usage: Usage;
}

export const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
