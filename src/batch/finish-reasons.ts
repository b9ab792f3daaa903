/** How a row counts by the reason alone for which the model stopped. */
export type FinishOutcome = 'ok' | 'truncated' | 'blocked' | 'empty';

/** Source: FinishReason in @google/genai 3.1.0. Nothing but STOP is a whole answer. */
const GEMINI = {
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
} as const satisfies Record<string, FinishOutcome>;

/** Source: `stop_reason` of Anthropic's Messages API. */
export const CLAUDE_REASONS: Readonly<Record<string, FinishOutcome>> = {
  end_turn: 'ok',
  stop_sequence: 'ok',
  tool_use: 'ok',
  max_tokens: 'truncated',
  model_context_window_exceeded: 'truncated',
  // The turn is to be gone on with, which a batch row cannot.
  pause_turn: 'truncated',
  refusal: 'blocked',
};

/** Source: `finish_reason` of OpenAI's chat completions, which the open models speak. */
export const OPENAI_REASONS: Readonly<Record<string, FinishOutcome>> = {
  stop: 'ok',
  tool_calls: 'ok',
  function_call: 'ok',
  length: 'truncated',
  content_filter: 'blocked',
};

export type FinishReason = keyof typeof GEMINI;

/** Gemini's. */
export const FINISH_REASONS = Object.keys(GEMINI) as FinishReason[];

/** No reason: the model was not done. One that is not known here is no STOP, so its row is not `ok`. */
export function outcomeOfFinish(
  reason: string,
  reasons: Readonly<Record<string, FinishOutcome>> = GEMINI,
): FinishOutcome {
  if (reason === '') return 'truncated';
  return (Object.hasOwn(reasons, reason) && reasons[reason]) || 'empty';
}
