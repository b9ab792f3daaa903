import { exactly, NONE, plus, product, type Range, times } from './tokens-range.ts';

/**
 * What pictures, pages, sound and film count as. For Gemini 3: the table of the media resolution page of the Gemini
 * API, as public articles and code repeat it [B]. For Gemini 2: 258 a tile, page or frame, as public code has it [B];
 * its lower resolutions are not confirmed [C]. That Gemini 4 counts as Gemini 3 does is an assumption [C]. The numbers
 * of Gemini 3 are the most that a model spends, and mostly what it spends.
 */
export type Modality = 'text' | 'image' | 'audio' | 'video';
export type MediaTokens = Partial<Record<Modality, Range>>;

/** What had to be guessed because only the file itself says it. */
export type Guess =
  | 'length of audio'
  | 'length of video'
  | 'pages of documents'
  | 'size of pictures'
  | 'text of files';

export interface Media {
  mimeType: string;
  /** Size of inline data; undefined for files that are named and not looked at. */
  bytes?: number | undefined;
  /** Of a video, where the part says which piece is meant. */
  seconds?: number | undefined;
  /** Frames a second; 1 by default. */
  fps?: number | undefined;
  /** `MEDIA_RESOLUTION_LOW` … as the part or else the request says it. */
  resolution?: string | undefined;
}

interface Rules {
  image: Levels;
  page: Levels;
  frame: Levels;
}
interface Levels {
  low: number;
  medium: number;
  high: number;
  ultra_high: number;
  unspecified: number | Range;
}

/** 258 a tile: one for a picture up to 384 pixels a side, six for 960 × 540. */
const TILE = 258;
const GEMINI_2: Rules = {
  image: {
    low: 64,
    medium: 256,
    high: 256,
    ultra_high: 256,
    unspecified: { low: TILE, likely: 4 * TILE, high: 12 * TILE },
  },
  page: { low: 64, medium: 256, high: 256, ultra_high: 256, unspecified: TILE },
  frame: { low: 66, medium: 258, high: 258, ultra_high: 258, unspecified: 258 },
};
const GEMINI_3: Rules = {
  image: { low: 280, medium: 560, high: 1_120, ultra_high: 2_240, unspecified: 1_120 },
  // That text which a PDF holds as text is not charged beside its pages is an assumption [C].
  page: { low: 280, medium: 560, high: 1_120, ultra_high: 2_240, unspecified: 560 },
  frame: { low: 70, medium: 70, high: 280, ultra_high: 280, unspecified: 70 },
};

/** Tokens a second: 32 by the Gemini API's audio page, as quoted in its forum [B]; 25 has been reported of Vertex AI [C]. */
const SOUND: Range = { low: 25, likely: 32, high: 32 };

/** What one picture of 1K in an answer counts as: 1,120 since Gemini 3, 1,290 before, as seen in real usage and public price tables [B]. */
export const pictureOutput = (modelId: string): number => (isGemini2(modelId) ? 1_290 : 1_120);

const isGemini2 = (modelId: string): boolean => /^gemini-[12]\./.test(modelId);

/** Seconds and pages of files that nobody has looked at: a guess, and said so. */
const UNSEEN = {
  audio: { low: 15, likely: 120, high: 1_200 },
  video: { low: 10, likely: 60, high: 600 },
  pages: { low: 1, likely: 5, high: 40 },
  text: { low: 100, likely: 2_000, high: 50_000 },
} as const satisfies Record<string, Range>;

/** Bytes a second or a page, from rich to lean, by which inline data is judged. */
const BYTES_OF = {
  audio: { low: 96_000, likely: 16_000, high: 4_000 },
  wave: { low: 176_400, likely: 32_000, high: 16_000 },
  video: { low: 1_000_000, likely: 250_000, high: 40_000 },
  page: { low: 500_000, likely: 60_000, high: 8_000 },
} as const satisfies Record<string, Range>;

/** Tokens of one medium for a model, and what about it was guessed. Text files that are inline are not media. */
export function mediaTokens(
  media: Media,
  modelId: string,
): { tokens: MediaTokens; guessed?: Guess | undefined } {
  const rules = isGemini2(modelId) ? GEMINI_2 : GEMINI_3;
  const [family] = media.mimeType.split('/');
  const level = levelOf(media.resolution);
  switch (family) {
    case 'image': {
      const tokens = rules.image[level];
      if (typeof tokens === 'number') return { tokens: { image: atMostOf(tokens) } };
      return { tokens: { image: tokens }, guessed: 'size of pictures' };
    }
    case 'audio': {
      const wave = /wav|pcm|l16/.test(media.mimeType);
      const seconds = lengthOf(media.bytes, wave ? BYTES_OF.wave : BYTES_OF.audio, UNSEEN.audio);
      return { tokens: { audio: product(SOUND, seconds) }, guessed: 'length of audio' };
    }
    case 'video':
      return videoTokens(media, rules.frame[level]);
    case 'text':
      return { tokens: { text: UNSEEN.text }, guessed: 'text of files' };
    default: {
      const pages = lengthOf(media.bytes, BYTES_OF.page, UNSEEN.pages);
      return { tokens: { image: product(range(rules.page[level]), pages) }, guessed: 'pages of documents' };
    }
  }
}

/** Frames and, where the film has sound, seconds of it. */
function videoTokens(media: Media, frame: number | Range) {
  const { seconds, bytes, fps = 1 } = media;
  const length = seconds === undefined ? lengthOf(bytes, BYTES_OF.video, UNSEEN.video) : exactly(seconds);
  return {
    tokens: {
      video: times(product(range(frame), length), fps),
      audio: { ...product(SOUND, length), low: 0 },
    },
    guessed: seconds === undefined ? ('length of video' as const) : undefined,
  };
}

function levelOf(resolution: string | undefined): keyof Levels {
  const level = resolution?.replace(/^MEDIA_RESOLUTION_/, '').toLowerCase();
  return level === 'low' || level === 'medium' || level === 'high' || level === 'ultra_high'
    ? level
    : 'unspecified';
}

function lengthOf(bytes: number | undefined, bytesOf: Range, unseen: Range): Range {
  if (bytes === undefined) return unseen;
  const at = (each: number) => Math.max(1, bytes / each);
  return { low: at(bytesOf.low), likely: at(bytesOf.likely), high: at(bytesOf.high) };
}

const range = (value: number | Range): Range => (typeof value === 'number' ? exactly(value) : value);
const atMostOf = (tokens: number): Range => ({ low: tokens * 0.9, likely: tokens, high: tokens });
/** Adds by modality. */
export function plusMedia(a: MediaTokens, b: MediaTokens): MediaTokens {
  const together: MediaTokens = { ...a };
  for (const [modality, tokens] of Object.entries(b) as [Modality, Range][])
    together[modality] = plus(together[modality] ?? NONE, tokens);
  return together;
}

export const allMedia = (tokens: MediaTokens): Range => Object.values(tokens).reduce(plus, NONE);
