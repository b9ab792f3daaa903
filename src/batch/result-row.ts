import { isRecord } from '../support/records.ts';
import { type FinishReason, outcomeOfFinish } from './finish-reasons.ts';
import type { Outcome } from './outcomes.ts';
import { isRetriable, parseStatus, type RowError } from './row-status.ts';
import { parseUsage, type Usage } from './usage.ts';

/** What one output line says. `schema_mismatch` and `missing` are for the caller, who knows schema and input. */
export interface ResultRow {
  outcome: Exclude<Outcome, 'schema_mismatch' | 'missing'>;
  /** As Vertex AI wrote it, also where it is not known here. */
  finishReason?: FinishReason | (string & {}) | undefined;
  /** Why the prompt was refused. */
  blockReason?: string | undefined;
  error?: RowError | undefined;
  /** The first candidate's text without its thoughts; left out where there is none. */
  text?: string | undefined;
  /** The parsed text, where JSON was asked for and it parses. */
  json?: unknown;
  /** Thinking used up the output limit before the answer began. */
  starved?: true | undefined;
  usage: Usage;
}

/**
 * Reads one line of a Gemini batch output, parsed. `ok` means all of: empty status, a candidate that finished
 * with STOP and has content, and JSON where JSON was asked for. Never throws, whatever the line holds.
 */
export function classifyRow(line: unknown, { wantsJson = false }: { wantsJson?: boolean } = {}): ResultRow {
  const row = isRecord(line) ? line : {};
  const response = isRecord(row.response) ? row.response : {};
  const usage = parseUsage(response.usageMetadata);
  const error = parseStatus(row.status);
  if (error) return { outcome: isRetriable(error) ? 'error_retriable' : 'error_permanent', error, usage };

  const candidate = Array.isArray(response.candidates) ? response.candidates[0] : undefined;
  return isRecord(candidate) ? fromCandidate(candidate, usage, wantsJson) : withoutCandidate(response, usage);
}

function withoutCandidate(response: Record<string, unknown>, usage: Usage): ResultRow {
  const feedback = isRecord(response.promptFeedback) ? response.promptFeedback : {};
  const { blockReason } = feedback;
  return typeof blockReason === 'string' && blockReason
    ? { outcome: 'blocked', blockReason, usage }
    : { outcome: 'empty', usage };
}

function fromCandidate(candidate: Record<string, unknown>, usage: Usage, wantsJson: boolean): ResultRow {
  const finishReason = typeof candidate.finishReason === 'string' ? candidate.finishReason : '';
  const { text, hasOther } = readParts(candidate.content);
  const said = /\S/.test(text);
  // Written member by member: this runs once a row, and spreads cost more than the rest of it.
  const row: ResultRow = { outcome: outcomeOfFinish(finishReason), usage };
  if (finishReason) row.finishReason = finishReason;
  if (text) row.text = text;
  if (row.outcome === 'truncated' && !said && usage.thoughtTokens > 0) row.starved = true;
  if (row.outcome !== 'ok') return row;
  if (!said && !hasOther) row.outcome = 'empty';
  else if (wantsJson && said) {
    try {
      row.json = JSON.parse(text);
    } catch {
      row.outcome = 'invalid_json';
    }
  }
  return row;
}

/** Text of the answer, and whether it holds anything else: a function call, an image. */
function readParts(content: unknown): { text: string; hasOther: boolean } {
  const parts = isRecord(content) && Array.isArray(content.parts) ? content.parts : [];
  let text = '';
  let hasOther = false;
  for (const part of parts) {
    if (!isRecord(part) || part.thought === true) continue;
    if (typeof part.text === 'string') text += part.text;
    hasOther ||= isRecord(part.functionCall) || isRecord(part.inlineData) || isRecord(part.fileData);
  }
  return { text, hasOther };
}
