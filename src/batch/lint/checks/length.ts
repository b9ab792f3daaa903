import { isRecord } from '../../../support/records.ts';
import { countTokens } from '../../tokens.ts';
import { member } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';

/**
 * Texts against the context window. `characters` counts them all: a token has one character or more in nearly every
 * script, which spares most rows the estimate.
 */
export function checkLength(
  request: JsonObject,
  characters: number,
  { context }: Target,
  notes: Notes,
): void {
  if (characters <= context.input) return;
  const tokens = textsOf(request).reduce((sum, text) => sum + countTokens(text).low, 0);
  if (tokens <= context.input) return;
  const about = `${Math.round(tokens).toLocaleString('en-US')} tokens or more`;
  notes.say('longer-than-context', about, `at most ${context.input.toLocaleString('en-US')}`);
}

function textsOf(request: JsonObject): string[] {
  const { contents } = request;
  const all = [...(Array.isArray(contents) ? contents : []), member(request, 'systemInstruction')];
  return all
    .flatMap((content) => (isRecord(content) && Array.isArray(content.parts) ? content.parts : []))
    .flatMap((part) => (isRecord(part) && typeof part.text === 'string' ? [part.text] : []));
}
