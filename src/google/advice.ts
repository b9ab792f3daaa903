import type { Problem } from './advice-facts.ts';
import { RULES } from './advice-rules.ts';

export interface Advice {
  /** Stable word for the kind of trouble: `api_disabled`, `bucket_not_found`. */
  code: string;
  why?: string | undefined;
  /** What to do, one or two sentences, the command included. */
  fix: string;
  /** The command alone. Nothing in it comes from the error without having the shape of an id. */
  command?: string | undefined;
}

/** What to do about an error of Google's. There is always an answer; the table is in `advice-rules.ts`. */
export function advise(problem: Problem): Advice {
  for (const rule of RULES) {
    if (!rule.when(problem)) continue;
    const { why, fix, command } = rule.advise(problem);
    const told = command === undefined ? fix : `${fix} \`${command}\``;
    return { code: rule.code, fix: told, ...(why && { why }), ...(command && { command }) };
  }
  return {
    code: 'google_error',
    fix: 'Try again in a few minutes; if it stays, look at the message and at https://status.cloud.google.com.',
  };
}
