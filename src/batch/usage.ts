import { isRecord } from '../support/records.ts';

/** Tokens of one row. Output that is billed is candidates plus thoughts. */
export interface Usage {
  /** All that was read, from the cache too. */
  promptTokens: number;
  /** Part of the prompt that was found in the cache. */
  cachedTokens: number;
  candidateTokens: number;
  thoughtTokens: number;
  toolPromptTokens: number;
  /** By modality (`TEXT`, `AUDIO`, `IMAGE`, …), where the answer says so: some have prices of their own. */
  promptByModality?: Record<string, number> | undefined;
  candidatesByModality?: Record<string, number> | undefined;
}

/** Gemini's `usageMetadata`. Absent or odd counts are zero. */
export function parseUsage(metadata: unknown): Usage {
  const usage = isRecord(metadata) ? metadata : {};
  const prompt = byModality(usage.promptTokensDetails);
  const candidates = byModality(usage.candidatesTokensDetails);
  const parsed: Usage = {
    promptTokens: tokens(usage.promptTokenCount),
    cachedTokens: tokens(usage.cachedContentTokenCount),
    candidateTokens: tokens(usage.candidatesTokenCount),
    thoughtTokens: tokens(usage.thoughtsTokenCount),
    toolPromptTokens: tokens(usage.toolUsePromptTokenCount),
  };
  if (prompt) parsed.promptByModality = prompt;
  if (candidates) parsed.candidatesByModality = candidates;
  return parsed;
}

/** Claude's `usage`: its input leaves out what was read from the cache or written to it. Thoughts are output. */
export function parseClaudeUsage(given: unknown): Usage {
  const usage = isRecord(given) ? given : {};
  const cached = tokens(usage.cache_read_input_tokens);
  return {
    promptTokens: tokens(usage.input_tokens) + tokens(usage.cache_creation_input_tokens) + cached,
    cachedTokens: cached,
    candidateTokens: tokens(usage.output_tokens),
    thoughtTokens: 0,
    toolPromptTokens: 0,
  };
}

/** OpenAI's `usage`: its completion holds the reasoning. */
export function parseOpenAiUsage(given: unknown): Usage {
  const usage = isRecord(given) ? given : {};
  const prompt = isRecord(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const completion = isRecord(usage.completion_tokens_details) ? usage.completion_tokens_details : {};
  const thoughts = tokens(completion.reasoning_tokens);
  return {
    promptTokens: tokens(usage.prompt_tokens),
    cachedTokens: tokens(prompt.cached_tokens),
    candidateTokens: Math.max(0, tokens(usage.completion_tokens) - thoughts),
    thoughtTokens: thoughts,
    toolPromptTokens: 0,
  };
}

/** Of a row that has a prompt and no generated tokens: an embedding. */
export const promptUsage = (count: unknown): Usage => ({
  promptTokens: tokens(count),
  cachedTokens: 0,
  candidateTokens: 0,
  thoughtTokens: 0,
  toolPromptTokens: 0,
});

/** BigQuery may hand a count over as text. */
function tokens(count: unknown): number {
  const number = typeof count === 'string' ? Number(count) : count;
  return typeof number === 'number' && Number.isFinite(number) && number > 0 ? Math.round(number) : 0;
}

function byModality(details: unknown): Record<string, number> | undefined {
  if (!Array.isArray(details) || details.length === 0) return undefined;
  const sums: Record<string, number> = {};
  for (const detail of details) {
    if (!isRecord(detail) || typeof detail.modality !== 'string') continue;
    const before = Object.hasOwn(sums, detail.modality) ? (sums[detail.modality] ?? 0) : 0;
    sums[detail.modality] = before + tokens(detail.tokenCount);
  }
  return sums;
}
