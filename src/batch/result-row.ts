import { parseAnswer } from './answers/json-text.ts';
import { type ReadLine, readReply } from './answers/read-reply.ts';
import type { Mismatch } from './answers/scalar-checks.ts';
import { type Asked, checkOf, type Wanted, wantedOf } from './answers/wanted.ts';
import type { FinishReason } from './finish-reasons.ts';
import type { Outcome } from './outcomes.ts';
import { isRetriable, type RowError } from './row-status.ts';
import type { Usage } from './usage.ts';

/** What one output line says. `missing` is for the caller, who knows the input. */
export interface ResultRow {
  outcome: Exclude<Outcome, 'missing'>;
  /** As the model said it, also where it is not known here. */
  finishReason?: FinishReason | (string & {}) | undefined;
  /** Why the prompt was refused. */
  blockReason?: string | undefined;
  error?: RowError | undefined;
  /** The first candidate's text without its thoughts; left out where there is none. */
  text?: string | undefined;
  /** The parsed text, where JSON was asked for and it parses. */
  json?: unknown;
  /** Where the answer first leaves its schema. */
  mismatch?: Mismatch | undefined;
  /** Thinking used up the output limit before the answer began. */
  starved?: true | undefined;
  usage: Usage;
}

/**
 * Reads one line of a batch output, parsed, in any of the formats. `ok` means all of: no error, an answer that came
 * to its end and holds something, and JSON that fits its schema where these were asked for. The first of several
 * candidates decides. Never throws, whatever the line holds.
 */
export const classifyRow = (line: unknown, asked: Asked = {}): ResultRow =>
  classifyReply(readReply(line), asked);

export function classifyReply(line: ReadLine, asked: Asked): ResultRow {
  const { reply, error } = line;
  const { usage } = reply;
  if (error) return { outcome: isRetriable(error) ? 'error_retriable' : 'error_permanent', error, usage };

  const [text = ''] = reply.candidates;
  const said = /\S/.test(text);
  // Written member by member: this runs once a row, and spreads cost more than the rest of it.
  const row: ResultRow = { outcome: reply.outcome, usage };
  if (reply.finishReason) row.finishReason = reply.finishReason;
  if (reply.blockReason) row.blockReason = reply.blockReason;
  if (text) row.text = text;
  if (row.outcome === 'truncated' && !said && (usage.thoughtTokens > 0 || reply.thought)) row.starved = true;
  if (row.outcome !== 'ok') return row;
  if (said) checkText(row, text, wantedOf(line, asked));
  else if (!reply.calls && !reply.media && !reply.embedding) row.outcome = 'empty';
  return row;
}

function checkText(row: ResultRow, text: string, { form, schema }: Wanted): void {
  if (form === 'text') return;
  const value = form === 'word' ? text.trim() : parseAnswer(text);
  if (value === undefined) {
    row.outcome = 'invalid_json';
    return;
  }
  if (form === 'json') row.json = value;
  const mismatch = schema && checkOf(schema)(value);
  if (!mismatch) return;
  row.outcome = 'schema_mismatch';
  row.mismatch = mismatch;
}
