import type { GenerateRequest, Part } from '../messages/request.ts';

/** What the emulated model understands of a prompt. */
export interface Prompt {
  /** Everything that it reads, for the seed of the answer. */
  whole: string;
  /** The part that the question is about, without the instructions around it. */
  subject: string;
  /** How the subject sounds: below zero bad, above zero good. Found when asked for, as the others are. */
  mood(): number;
  /** Words that say what the subject is about. */
  words(): readonly string[];
  /** Its sentences that say anything. */
  sentences(): readonly string[];
}

export function readPrompt(request: GenerateRequest): Prompt {
  const contents = request.contents ?? [];
  const textOf = (parts: readonly Part[] = []) =>
    parts
      .map((part) => part.text ?? mediaName(part))
      .filter((text) => text !== '')
      .join('\n');
  const last = contents.findLast(({ role }) => role !== 'model');
  const lastText = textOf(last?.parts);
  const system = textOf(request.systemInstruction?.parts);
  const whole = [system, ...contents.map(({ parts }) => textOf(parts))].join('\n');
  return promptAbout(whole, subjectOf(lastText));
}

/** The same prompt with the eye on another part of it. */
export function promptAbout(whole: string, subject: string): Prompt {
  const start = subject.slice(0, READ_CHARACTERS);
  return {
    whole,
    subject,
    mood: once(() => moodOf(start)),
    words: once(() => keywords(start)),
    sentences: once(() => start.split(SENTENCE_END).filter((sentence) => /\p{L}{4}/u.test(sentence))),
  };
}

/** What a text is about shows early; long ones are not read to their end for it. */
const READ_CHARACTERS = 1_000;
const SENTENCE_END = /(?<=[.!?。！？])\s*/;

function once<T>(find: () => T): () => T {
  let found: { value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

const mediaName = (part: Part): string => part.fileData?.fileUri ?? part.inlineData?.data?.slice(0, 64) ?? '';

const QUOTED = [
  /"""([\s\S]+?)"""/,
  /```\w*\n?([\s\S]+?)```/,
  /<(\w+)>([\s\S]+?)<\/\1>/,
  /["“«「]([^"”»」]{20,})["”»」]/,
];

/** The quoted or tagged part of a prompt, else what stands behind its first heading or colon, else all of it. */
export function subjectOf(text: string): string {
  for (const pattern of QUOTED) {
    const found = pattern.exec(text)?.at(-1)?.trim();
    if (found) return found;
  }
  const paragraphs = text.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== '');
  const tail = paragraphs.length > 1 ? paragraphs.slice(1).join('\n\n') : text;
  const labelled = /^[^\n.!?。]{0,120}?[:：]\s+([\s\S]{3,})$/.exec(tail.trim());
  return (labelled?.[1] ?? tail).trim();
}

const GOOD =
  /\b(good|great|excellent|amazing|awesome|love[sd]?|loving|lovely|perfect(?:ly)?|fantastic|wonderful|best|happy|pleased|delight(?:ed|ful)?|recommend(?:ed)?|superb|brilliant|beautiful(?:ly)?|comfortable|sturdy|fast|easy|quick(?:ly)?|works|reliable|enjoy(?:ed|able)?|impress(?:ed|ive)|satisfied|friendly|helpful|thanks?|masterpiece|gripping|charming|fresh|delicious|clean)\b|良い|よい|いい|最高|素晴らし|おいし|美味し|満足|便利|快適|嬉し|好き/gi;
const BAD =
  /\b(bad|poor(?:ly)?|terrible|awful|horrible|hate[sd]?|worst|broken?|breaks|leak(?:s|ed|ing)?|refund|return(?:ed|ing)?|disappoint(?:ed|ing|ment)?|useless|waste|slow|cheap|defective|damaged|dirty|cold|rude|noisy|loud|fail(?:s|ed|ure)?|problem|issue|wrong|annoy(?:ed|ing)?|boring|dull|mess|late|missing|scratch(?:ed|es)?|uncomfortable|crash(?:es|ed)?|stopped|died|dies|never|unhappy|angry|overpriced|smells?|stale)\b|悪い|最悪|壊れ|故障|遅い|不満|残念|ひどい|高すぎ|汚い|嫌い|うるさ/gi;
const NEGATED = /\b(?:not|no|isn't|wasn't|don't|didn't|doesn't|never|hardly|without)\s+(?:\w+\s+){0,2}?$/i;

/** Good words less bad words; a negation before a word turns it round. */
export function moodOf(text: string): number {
  const sum = (pattern: RegExp, sign: number) => {
    let total = 0;
    for (const { index } of text.matchAll(pattern)) {
      total += NEGATED.test(text.slice(Math.max(0, index - 24), index)) ? -sign : sign;
    }
    return total;
  };
  return sum(GOOD, 1) + sum(BAD, -1);
}

/** The first sentence, at most so many characters, cut between words. */
export function firstSentence(text: string, most = 140): string {
  const sentence = /^[\s\S]*?[.!?。！？](?=\s|$|[^ -~])/.exec(text)?.[0] ?? text;
  const oneLine = sentence.replace(/\s+/g, ' ').trim();
  if (oneLine.length <= most) return oneLine;
  const cut = oneLine.slice(0, most - 1);
  const lastSpace = cut.lastIndexOf(' ');
  return `${cut.slice(0, lastSpace > most / 2 ? lastSpace : cut.length)}…`;
}

const STOP_WORDS = new Set(
  'about after again also another because before being between could does doing during each from have here into itself just more most only other over same should some such than that their them then there these they this those through under until very were what when where which while will with would your yours please'.split(
    ' ',
  ),
);

const MOST_KEYWORDS = 12;
const JUDGEMENT = new RegExp(`^(?:${GOOD.source}|${BAD.source})$`, 'i');

/** Words that say what a text is about: long ones that are no judgement, each once, the longest first. */
export function keywords(text: string): string[] {
  const words = new Set(text.toLowerCase().match(/\p{L}[\p{L}\p{N}'-]{3,}/gu) ?? []);
  const found: string[] = [];
  for (const word of [...words].sort(longestFirst)) {
    if (!STOP_WORDS.has(word) && !JUDGEMENT.test(word)) found.push(word);
    if (found.length === MOST_KEYWORDS) break;
  }
  return found;
}

const longestFirst = (a: string, b: string): number => b.length - a.length || (a < b ? -1 : 1);
