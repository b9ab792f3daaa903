import { CLASS, LAST_LATIN } from './tokens-classes.ts';

/**
 * A finite automaton over classes of characters. Each step has features, such as "the third letter of a word after
 * a space"; a token count is the sum of the weights of the features on the way. It knows no vocabulary: the weights
 * are averages, fitted to a real tokenizer by `scripts/calibrate-tokens.ts`.
 */

/** Latin words up to this length have a weight for each letter; beyond it all letters weigh the same. */
const LONGEST = 13;
const places = Array.from({ length: LONGEST }, (_, index) => index + 1);

/** Scripts of which the first character of a run and the others are told apart. */
const SCRIPTS = [
  'typographic',
  'box',
  'han',
  'hiragana',
  'katakana',
  'wide',
  'hangul',
  'cyrillic',
  'greek',
  'arabic',
  'hebrew',
  'indic',
  'southeast',
  'pair',
  'other',
] as const satisfies readonly (keyof typeof CLASS)[];
type Script = (typeof SCRIPTS)[number];

const NAMES = Object.keys(CLASS) as (keyof typeof CLASS)[];

export const FEATURES = [
  // The nth letter of a word after a space, or at the start of a line.
  ...places.map((n) => `word${n}` as const),
  // The nth letter of a word after anything else.
  ...places.map((n) => `glued${n}` as const),
  'capital',
  // From the second capital in a row on.
  'capitals',
  'accent',
  'digit',
  'space',
  'spaceBeforeDigit',
  'spaceBeforeSymbol',
  'spaceBeforeOther',
  'longSpace',
  'newline',
  'moreNewlines',
  'tab',
  'moreTabs',
  'symbol',
  'moreSymbols',
  ...SCRIPTS.flatMap((script) => [`${script}First`, `${script}More`] as const),
] as const;
export type Feature = (typeof FEATURES)[number];

/** Features that are wrong together: the error of a count is measured for each group. */
export const GROUPS = ['latin', 'signs', 'eastAsian', 'hangul', 'alphabets', 'abugidas', 'rest'] as const;
export type Group = (typeof GROUPS)[number];

const GROUP_OF_SCRIPT: Readonly<Record<Script, Group>> = {
  typographic: 'signs',
  box: 'rest',
  han: 'eastAsian',
  hiragana: 'eastAsian',
  katakana: 'eastAsian',
  wide: 'eastAsian',
  hangul: 'hangul',
  cyrillic: 'alphabets',
  greek: 'alphabets',
  arabic: 'alphabets',
  hebrew: 'alphabets',
  indic: 'abugidas',
  southeast: 'abugidas',
  pair: 'rest',
  other: 'rest',
};

export function groupOf(feature: Feature): Group {
  const script = SCRIPTS.find((name) => feature === `${name}First` || feature === `${name}More`);
  if (script) return GROUP_OF_SCRIPT[script];
  return /^(word|glued|capital|accent)/.test(feature) ? 'latin' : 'signs';
}

/** Places in a row of the tables; a power of two, so that a step is found with a shift. */
export const STRIDE_BITS = 5;

const STATES = {
  start: 0,
  /** `word + n` after n letters. */
  word: 0,
  glued: LONGEST,
  /** After one capital. */
  capitalWord: 2 * LONGEST + 1,
  capitalGlued: 2 * LONGEST + 2,
  capitals: 2 * LONGEST + 3,
  /** After one space, and after more. */
  spaces: 2 * LONGEST + 4,
  /** `other + class` for every other class. */
  other: 2 * LONGEST + 5,
} as const;
const STATE_COUNT = STATES.other + Object.keys(CLASS).length;
const SPACE = STATES.other + CLASS.space;

export interface Step {
  next: number;
  features: Feature[];
}

/** The state before the first character. */
export const START = STATES.start;

/** Every step: index is `state << STRIDE_BITS | class`. */
export const STEPS: readonly Step[] = Array.from({ length: STATE_COUNT << STRIDE_BITS }, (_, index) =>
  step(index >> STRIDE_BITS, index & ((1 << STRIDE_BITS) - 1)),
);

function step(state: number, kind: number): Step {
  if (kind <= LAST_LATIN) return letter(state, kind);
  const before = state === SPACE ? spaceBefore(kind) : [];
  if (kind === CLASS.space && (state === SPACE || state === STATES.spaces))
    return { next: STATES.spaces, features: state === SPACE ? ['longSpace'] : [] };
  const next = STATES.other + kind;
  return { next, features: [...before, ...featuresOf(kind, state === next)] };
}

/** A capital after a small letter begins another word: `getElementById` has four. */
function letter(state: number, kind: number): Step {
  const capital = (kind & 1) === 1;
  const accent: Feature[] = kind >> 1 ? ['accent'] : [];
  const { capitalWord, capitalGlued, capitals } = STATES;
  const afterCapital = state === capitalWord || state === capitalGlued || state === capitals;
  if (capital && afterCapital) return { next: capitals, features: ['capitals', ...accent] };
  const inWord = state > STATES.word && state <= 2 * LONGEST;
  if (capital || !(inWord || afterCapital)) {
    const free = isFree(state);
    const first: Feature = free ? 'word1' : 'glued1';
    if (!capital) return { next: (free ? STATES.word : STATES.glued) + 1, features: [first, ...accent] };
    return { next: free ? capitalWord : capitalGlued, features: [first, 'capital', ...accent] };
  }
  const glued = state > LONGEST && state !== capitalWord;
  const had = afterCapital ? 1 : glued ? state - STATES.glued : state;
  const n = Math.min(had + 1, LONGEST);
  return {
    next: (glued ? STATES.glued : STATES.word) + n,
    features: [glued ? `glued${n}` : `word${n}`, ...accent] as Feature[],
  };
}

/** A space before a word is part of the word's first token. */
function isFree(state: number): boolean {
  if (state === STATES.start || state === STATES.spaces) return true;
  return state >= STATES.other + CLASS.space && state <= STATES.other + CLASS.tab;
}

function spaceBefore(kind: number): Feature[] {
  if (kind === CLASS.space) return [];
  if (kind === CLASS.digit) return ['spaceBeforeDigit'];
  return [kind === CLASS.symbol ? 'spaceBeforeSymbol' : 'spaceBeforeOther'];
}

function featuresOf(kind: number, again: boolean): Feature[] {
  switch (kind) {
    case CLASS.digit:
      return ['digit'];
    case CLASS.space:
      return ['space'];
    case CLASS.newline:
      return [again ? 'moreNewlines' : 'newline'];
    case CLASS.tab:
      return [again ? 'moreTabs' : 'tab'];
    case CLASS.symbol:
      return [again ? 'moreSymbols' : 'symbol'];
    default: {
      const script = (NAMES[kind] ?? 'other') as Script;
      return [again ? `${script}More` : `${script}First`];
    }
  }
}
