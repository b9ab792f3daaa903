/**
 * What a UTF-16 code unit is to a tokenizer. The Latin letters come first, so that one comparison finds a word.
 * Half of a surrogate pair counts as `pair`, whatever it spells.
 */
export const CLASS = {
  lower: 0,
  upper: 1,
  /** Lower-case Latin letters beyond ASCII, and combining marks. */
  accented: 2,
  /** Upper-case Latin letters beyond ASCII. */
  accentedUpper: 3,
  digit: 4,
  space: 5,
  newline: 6,
  tab: 7,
  symbol: 8,
  /** Quotation marks, dashes and the like beyond ASCII. */
  typographic: 9,
  han: 10,
  hiragana: 11,
  katakana: 12,
  /** Punctuation of Chinese and Japanese, and full-width forms. */
  wide: 13,
  hangul: 14,
  cyrillic: 15,
  greek: 16,
  arabic: 17,
  hebrew: 18,
  /** Devanagari and the other scripts of India, Lanka and Tibet. */
  indic: 19,
  /** Thai, Lao, Burmese and Khmer: no spaces between words. */
  southeast: 20,
  pair: 21,
  other: 22,
  /** Lines and blocks that tables are drawn with. */
  box: 23,
} as const;

export const LAST_LATIN = CLASS.accentedUpper;

type Class = (typeof CLASS)[keyof typeof CLASS];

/** First and last code unit; later lines win. */
const RANGES: readonly (readonly [number, number, Class])[] = [
  [0x0000, 0xffff, CLASS.other],
  [0x0000, 0x001f, CLASS.tab],
  [0x000a, 0x000a, CLASS.newline],
  [0x000d, 0x000d, CLASS.newline],
  [0x0020, 0x0020, CLASS.space],
  [0x0021, 0x007e, CLASS.symbol],
  [0x0030, 0x0039, CLASS.digit],
  [0x0041, 0x005a, CLASS.upper],
  [0x0061, 0x007a, CLASS.lower],
  [0x00a0, 0x00bf, CLASS.typographic],
  [0x00c0, 0x00de, CLASS.accentedUpper],
  [0x00df, 0x036f, CLASS.accented],
  [0x0370, 0x03ff, CLASS.greek],
  [0x0400, 0x052f, CLASS.cyrillic],
  [0x0590, 0x05ff, CLASS.hebrew],
  [0x0600, 0x077f, CLASS.arabic],
  [0x0900, 0x0dff, CLASS.indic],
  [0x0e00, 0x0eff, CLASS.southeast],
  [0x0f00, 0x0fff, CLASS.indic],
  [0x1000, 0x109f, CLASS.southeast],
  [0x1100, 0x11ff, CLASS.hangul],
  [0x1780, 0x17ff, CLASS.southeast],
  [0x1e00, 0x1eff, CLASS.accented],
  [0x1f00, 0x1fff, CLASS.greek],
  [0x2000, 0x2bff, CLASS.typographic],
  [0x2500, 0x259f, CLASS.box],
  [0x3000, 0x303f, CLASS.wide],
  [0x3040, 0x309f, CLASS.hiragana],
  [0x30a0, 0x30ff, CLASS.katakana],
  [0x3130, 0x318f, CLASS.hangul],
  [0x3400, 0x4dbf, CLASS.han],
  [0x4e00, 0x9fff, CLASS.han],
  [0xac00, 0xd7af, CLASS.hangul],
  [0xd800, 0xdfff, CLASS.pair],
  [0xf900, 0xfaff, CLASS.han],
  [0xfb50, 0xfdff, CLASS.arabic],
  [0xfe70, 0xfeff, CLASS.arabic],
  [0xff00, 0xffef, CLASS.wide],
];

/** Class of each code unit: 64 kB, so that the scan needs no comparison. */
export const classOf: Uint8Array = table();

function table(): Uint8Array {
  const classes = new Uint8Array(0x10000);
  for (const [first, last, value] of RANGES) classes.fill(value, first, last + 1);
  return classes;
}
