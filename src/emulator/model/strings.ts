import type { JsonObject } from '../messages/messages.ts';
import { choose, offeredOptions } from './choice.ts';
import type { ValueContext } from './context.ts';
import { numeric } from './numbers.ts';
import { firstSentence } from './prompt.ts';

/** A text that suits the name, the description and the format of its field, within the schema's length. */
export function stringFor(node: JsonObject, name: string, context: ValueContext): string {
  const formatted = ofFormat(String(node.format ?? ''), context);
  if (formatted !== undefined) return formatted;
  const text = ofName(name, String(node.description ?? ''), context);
  const most = numeric(node.maxLength) ?? Number.POSITIVE_INFINITY;
  const least = numeric(node.minLength) ?? 0;
  return text.slice(0, most).padEnd(least, '.');
}

function ofFormat(format: string, { prompt, ids }: ValueContext): string | undefined {
  const between = (least: number, most: number) =>
    String(least + Math.floor(ids.random() * (most - least + 1))).padStart(2, '0');
  const date = () =>
    /\b\d{4}-\d\d-\d\d\b/.exec(prompt.subject)?.[0] ??
    `20${between(10, 26)}-${between(1, 12)}-${between(1, 28)}`;
  const time = () => `${between(0, 23)}:${between(0, 59)}:${between(0, 59)}Z`;
  switch (format) {
    case 'date':
      return date();
    case 'date-time':
      return `${date()}T${time()}`;
    case 'time':
      return time();
    case 'duration':
      return `PT${between(1, 59)}M`;
    case 'email':
      return `${ids.token(6)}@example.com`;
    case 'uri':
      return `https://example.com/${ids.token(8)}`;
    case 'uuid':
      return uuid(ids.random);
    default:
      return undefined;
  }
}

function uuid(random: () => number): string {
  const hex = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

function ofName(name: string, description: string, context: ValueContext): string {
  const { prompt, ids } = context;
  const options = offeredOptions(description);
  if (options.length > 1) return choose(options, prompt, ids);
  if (/sentiment|mood|tone/i.test(name)) return choose(['positive', 'negative', 'neutral'], prompt, ids);
  if (/lang/i.test(name)) return languageOf(prompt.subject);
  const words = prompt.words();
  const word = () => words[Math.floor(ids.random() * Math.min(words.length, 8))] ?? 'nothing';
  if (/keyword|tag|topic|category|label|theme|aspect|entity|genre|type/i.test(name)) return word();
  if (/title|headline|subject/i.test(name)) return titleOf(prompt.subject);
  if (/reason|why|because|explan|rationale|evidence|justif/i.test(name)) {
    return `The text says: ${firstSentence(prompt.subject, 100)}`;
  }
  if (/reply|response|answer/i.test(name)) return replyTo(prompt.mood(), word());
  if (/name|brand|product|company|city|country|person|author/i.test(name))
    return properName(prompt.subject) ?? word();
  return firstSentence(prompt.subject);
}

function languageOf(text: string): string {
  if (/[\u3040-\u30FF]/.test(text)) return 'Japanese';
  if (/[\uAC00-\uD7AF]/.test(text)) return 'Korean';
  if (/[\u4E00-\u9FFF]/.test(text)) return 'Chinese';
  if (/[\u0400-\u04FF]/.test(text)) return 'Russian';
  if (/\b(der|die|und|nicht|ist)\b/i.test(text)) return 'German';
  if (/\b(le|les|est|une|pas)\b/i.test(text)) return 'French';
  return /\b(el|los|que|una|pero)\b/i.test(text) ? 'Spanish' : 'English';
}

const titleOf = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .split(' ')
    .slice(0, 6)
    .join(' ')
    .replace(/[\s.,;:!?…]+$/, '');

/** A capitalised word or two inside a sentence. */
const properName = (text: string): string | undefined =>
  /(?<=[\p{Ll},] )\p{Lu}[\p{L}\d]+(?: \p{Lu}[\p{L}\d]+)?/u.exec(text)?.[0];

function replyTo(mood: number, word: string): string {
  if (mood < 0) return `We are sorry about the trouble with the ${word}, and will put it right.`;
  if (mood > 0) return `Thank you! We are glad that you like the ${word}.`;
  return `Thank you for telling us about the ${word}.`;
}

/** The whole answer where no schema asks for another form. */
export function plainAnswer({ prompt, ids }: Pick<ValueContext, 'prompt' | 'ids'>): string {
  const options = offeredOptions(prompt.whole);
  if (options.length > 1) return choose(options, prompt, ids);
  const sentence = firstSentence(prompt.subject);
  const words = prompt.words().slice(0, 3);
  if (words.length === 0) return `${sentence} Noted.`;
  const last = words.length > 1 ? ` and ${words.at(-1)}` : '';
  const about = `${words.slice(0, Math.max(1, words.length - 1)).join(', ')}${last}`;
  const openings = ['In short', 'Briefly', 'To sum up', 'The main point'];
  return `${openings[Math.floor(ids.random() * openings.length)]}: ${sentence} It is about ${about}.`;
}
