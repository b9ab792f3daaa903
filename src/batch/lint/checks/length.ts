import { isRecord } from '../../records.ts';
import { member } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';

/** Tokens a character. English is near 1 in 4, Chinese, Japanese and Korean near 0.55. Measured with Gemma's tokenizer. */
const TOKENS_A_LETTER = 0.25;
const TOKENS_AN_IDEOGRAPH = 0.55;
/** How far the estimate may be too high. */
const MARGIN = 1.2;

/** Texts against the context window. `characters` is a cheap count of them that spares most rows the estimate. */
export function checkLength(request: JsonObject, characters: number, { context }: Target, notes: Notes): void {
  if (characters * TOKENS_AN_IDEOGRAPH < context.input * MARGIN) return;
  let ideographs = 0;
  for (const text of textsOf(request)) ideographs += text.match(IDEOGRAPHS)?.length ?? 0;
  const tokens = ideographs * TOKENS_AN_IDEOGRAPH + (characters - ideographs) * TOKENS_A_LETTER;
  if (tokens < context.input * MARGIN) return;
  const about = `about ${Math.round(tokens / 1_000).toLocaleString('en-US')},000 tokens`;
  notes.say('longer-than-context', about, `at most ${context.input.toLocaleString('en-US')}`);
}

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

function textsOf(request: JsonObject): string[] {
  const { contents } = request;
  const all = [...(Array.isArray(contents) ? contents : []), member(request, 'systemInstruction')];
  return all
    .flatMap((content) => (isRecord(content) && Array.isArray(content.parts) ? content.parts : []))
    .flatMap((part) => (isRecord(part) && typeof part.text === 'string' ? [part.text] : []));
}
