/**
 * Why the model stopped, and how such a row counts.
 * Source: FinishReason in @google/genai 3.1.0. Nothing but STOP is a whole answer.
 */
const COUNTS_AS = {
  STOP: 'ok',
  MAX_TOKENS: 'truncated',
  // Gemini 4 stops at 65,536 tokens a request and hands out a token to go on with; a batch row cannot use it.
  CONTINUATION: 'truncated',
  // The proto: "if empty, the model has not stopped generating".
  FINISH_REASON_UNSPECIFIED: 'truncated',
  SAFETY: 'blocked',
  RECITATION: 'blocked',
  LANGUAGE: 'blocked',
  BLOCKLIST: 'blocked',
  PROHIBITED_CONTENT: 'blocked',
  SPII: 'blocked',
  IMAGE_SAFETY: 'blocked',
  IMAGE_PROHIBITED_CONTENT: 'blocked',
  IMAGE_RECITATION: 'blocked',
  MALFORMED_FUNCTION_CALL: 'empty',
  UNEXPECTED_TOOL_CALL: 'empty',
  TOO_MANY_TOOL_CALLS: 'empty',
  MALFORMED_RESPONSE: 'empty',
  NO_IMAGE: 'empty',
  IMAGE_OTHER: 'empty',
  OTHER: 'empty',
} as const;

export type FinishReason = keyof typeof COUNTS_AS;

export const FINISH_REASONS = Object.keys(COUNTS_AS) as FinishReason[];

/** A reason that is not known here is no STOP, so its row is not `ok`. */
export function outcomeOfFinish(reason: string): 'ok' | 'truncated' | 'blocked' | 'empty' {
  if (reason === '') return COUNTS_AS.FINISH_REASON_UNSPECIFIED;
  return Object.hasOwn(COUNTS_AS, reason) ? COUNTS_AS[reason as FinishReason] : 'empty';
}
