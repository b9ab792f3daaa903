import type { Ids } from '../../support/ids.ts';
import type { Prompt } from './prompt.ts';

const POSITIVE =
  /^(very[_ ])?(positive|pos|good|happy|satisfied|like[ds]?|favou?rable|recommend(ed)?|praise|great|excellent|fresh|approve[ds]?|ポジティブ|肯定的?|良い)$/i;
const NEGATIVE =
  /^(very[_ ])?(negative|neg|bad|unhappy|angry|dissatisfied|dislike[ds]?|unfavou?rable|complaint|poor|rotten|reject(ed)?|ネガティブ|否定的?|悪い)$/i;
const NEUTRAL = /^(neutral|mixed|ok|okay|average|unclear|unknown|other|none|中立|普通)$/i;
const HIGH = /^(high|urgent|critical|severe|p0|p1|major)$/i;
const LOW = /^(low|minor|trivial|p3|p4|none)$/i;

/** What people write when they mean a topic without naming it. */
const TOPICS: Record<string, RegExp> = {
  ship: /deliver|arriv|courier|packag|parcel|late|transit|shipp/gi,
  deliver: /deliver|arriv|courier|packag|parcel|late|transit|shipp/gi,
  bill: /bill|charg|invoice|refund|paid|payment|price|cost|subscription/gi,
  pay: /bill|charg|invoice|refund|paid|payment|price|cost/gi,
  price: /price|cost|expensive|cheap|overpriced|value|money/gi,
  refund: /refund|money back|return/gi,
  quality: /broke|leak|defect|sturdy|quality|material|crack|scratch|tear|flims/gi,
  product: /broke|leak|defect|quality|material|works|size|colou?r/gi,
  service: /support|staff|agent|service|rude|friendly|helpful|reply|replied/gi,
  support: /support|staff|agent|service|reply|replied|answer/gi,
  bug: /crash|error|bug|fail|broken|freez|stopped/gi,
  tech: /crash|error|bug|install|update|login|password|screen|battery/gi,
  account: /account|login|log in|password|sign in|email/gi,
  feature: /feature|would like|wish|could you add|request/gi,
  usab: /easy|hard|confus|intuitive|instructions|manual/gi,
};

/** The option that suits the prompt: by its mood, by its words, by its topic, and where all fail by the seed. */
export function choose(options: readonly string[], prompt: Prompt, ids: Ids): string {
  const pick = (from: readonly string[]) => from[Math.floor(ids.random() * from.length)] ?? options[0] ?? '';
  const byMood = chooseByMood(options, prompt.mood());
  if (byMood.length > 0) return pick(byMood);
  const scored = options.map((option) => ({ option, score: scoreOf(option, prompt.subject) }));
  const best = Math.max(...scored.map(({ score }) => score));
  if (best > 0) return pick(scored.filter(({ score }) => score === best).map(({ option }) => option));
  const fallback = options.filter((option) => NEUTRAL.test(option));
  return pick(fallback.length > 0 ? fallback : options);
}

/** Options that stand for the mood; none when the options are not about moods. */
function chooseByMood(options: readonly string[], mood: number): string[] {
  const positive = options.filter((option) => POSITIVE.test(option));
  const negative = options.filter((option) => NEGATIVE.test(option));
  if (positive.length > 0 && negative.length > 0) {
    const neutral = options.filter((option) => NEUTRAL.test(option));
    if (mood === 0) return neutral.length > 0 ? neutral : [...positive, ...negative];
    return byStrength(mood > 0 ? positive : negative, Math.abs(mood) > 2);
  }
  const high = options.filter((option) => HIGH.test(option));
  const low = options.filter((option) => LOW.test(option));
  if (high.length === 0 || low.length === 0) return [];
  if (mood < -1) return high;
  const between = options.filter((option) => !high.includes(option) && !low.includes(option));
  return mood < 0 && between.length > 0 ? between : low;
}

function byStrength(options: string[], strong: boolean): string[] {
  const fitting = options.filter((option) => /^very/i.test(option) === strong);
  return fitting.length > 0 ? fitting : options;
}

function scoreOf(option: string, subject: string): number {
  const words = option
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);
  const text = subject.toLowerCase();
  let score = 0;
  for (const word of words) {
    const stem = word.replace(/(ing|ed|es|s)$/, '');
    score += 2 * (text.split(stem).length - 1);
    for (const [topic, pattern] of Object.entries(TOPICS)) {
      if (word.startsWith(topic)) score += text.match(pattern)?.length ?? 0;
    }
  }
  return score;
}

/** Options that a prompt in plain words offers: "positive, negative or neutral", "one of: a, b, c". */
export function offeredOptions(text: string): string[] {
  const listed =
    /\b(?:one of|either|as|choose from|options|labels|categories)\b:?\s+((?:["'`]?[\p{L}_-]{2,24}["'`]?(?:\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s*\|\s*|\s*\/\s*)){1,12}["'`]?[\p{L}_-]{2,24}["'`]?)/iu.exec(
      text,
    )?.[1];
  if (listed === undefined) return [];
  return listed
    .split(/\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s*\|\s*|\s*\/\s*/i)
    .map((option) => option.replace(/["'`]/g, '').trim())
    .filter((option) => option !== '');
}

/** A number of the range that goes with the mood, from the worst to the best. */
export function moodOnScale(mood: number, least: number, most: number): number {
  const share = Math.max(0, Math.min(1, 0.5 + mood * 0.2));
  return least + share * (most - least);
}
