import { isRecord } from '../../support/records.ts';
import type { JsonObject } from './rule.ts';
import type { RuleId } from './rules.ts';

/** A line as a row, or the rule that says why it is none. */
export type ReadLine = { row: JsonObject } | { rule: RuleId; value?: string | undefined };

export const BYTE_ORDER_MARK = '\uFEFF';

/** Never throws. `text` is not blank, and has no line end and no byte order mark. */
export function readLine(text: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { rule: whyNotJson(text), value: text };
  }
  return isRecord(value) ? { row: value } : { rule: 'not-an-object', value: text };
}

function whyNotJson(text: string): RuleId {
  const trimmed = text.trim();
  if (trimmed === '{' || trimmed === '[') return 'pretty-printed';
  return withoutComma(text) === undefined ? 'not-json' : 'trailing-comma';
}

/** The line without a comma at its end, where that makes JSON of it. */
export function withoutComma(text: string): string | undefined {
  const trimmed = text.trimEnd();
  if (!trimmed.endsWith('},')) return undefined;
  const rest = trimmed.slice(0, -1);
  try {
    JSON.parse(rest);
    return rest;
  } catch {
    return undefined;
  }
}
