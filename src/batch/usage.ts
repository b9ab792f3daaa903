import { isRecord } from '../support/records.ts';

/** Tokens of one row, from `usageMetadata`. Output that is billed is candidates plus thoughts. */
export interface Usage {
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

/** Absent or odd counts are zero. */
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
