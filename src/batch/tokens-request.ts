import { isRecord } from '../support/records.ts';
import {
  allMedia,
  type Guess,
  type Media,
  type MediaTokens,
  mediaTokens,
  plusMedia,
} from './media-tokens.ts';
import { countTokens } from './tokens.ts';
import { NONE, plus, type Range, sum } from './tokens-range.ts';

/** Tokens that one request sends, by what they are charged as. */
export interface RequestTokens {
  input: MediaTokens;
  total: Range;
  /** What only the media files themselves would say. */
  guessed: Guess[];
}

/**
 * Tokens of a request's prompt: contents, system instruction, function declarations and response schema, which all
 * count. Members may be in camelCase or snake_case, as Vertex AI takes both; what is malformed counts as nothing.
 */
export function requestTokens(request: Record<string, unknown>, modelId: string): RequestTokens {
  // Claude's messages, for instance: all text counts.
  if (!('contents' in request || 'content' in request)) {
    const total = values(request);
    return { input: { text: total }, total, guessed: [] };
  }
  const config = member(request, 'generationConfig');
  const resolution = member(config, 'mediaResolution');
  const guessed = new Set<Guess>();
  const contents = [...items(member(request, 'contents')), member(request, 'content')];
  const parts = [...contents, member(request, 'systemInstruction')].flatMap((content) =>
    items(member(content, 'parts')),
  );
  let input: MediaTokens = { text: declarations(request, config) };
  for (const part of parts) {
    const { tokens, guess } = partTokens(part, textOf(resolution), modelId);
    if (guess) guessed.add(guess);
    input = plusMedia(input, tokens);
  }
  return { input, total: allMedia(input), guessed: [...guessed] };
}

function declarations(request: unknown, config: unknown): Range {
  const functions = items(member(request, 'tools')).flatMap((tool) =>
    items(member(tool, 'functionDeclarations')),
  );
  const schemas = [member(config, 'responseSchema'), member(config, 'responseJsonSchema')];
  const tokens = sum([...functions, ...schemas].map(declarationTokens));
  // How declarations are written into the prompt is not documented.
  return { ...tokens, high: tokens.high * 1.5 };
}

/** Members of a declaration whose values the model does not read. */
const NOT_READ = new Set(['type', 'title', 'default', 'example', 'propertyOrdering']);

/** Names of properties and every text, as Google's own `local_tokenizer` of the Python SDK counts them. */
function declarationTokens(value: unknown): Range {
  if (typeof value === 'string') return countTokens(value);
  if (Array.isArray(value)) return sum(value.map(declarationTokens));
  if (!isRecord(value)) return NONE;
  return sum(
    Object.entries(value).map(([name, inner]) => {
      if (NOT_READ.has(name)) return NONE;
      if ((name === 'properties' || name === '$defs') && isRecord(inner))
        return sum(Object.entries(inner).map(([key, of]) => plus(countTokens(key), declarationTokens(of))));
      return declarationTokens(inner);
    }),
  );
}

interface PartTokens {
  tokens: MediaTokens;
  guess?: Guess | undefined;
}

function partTokens(part: unknown, resolution: string, modelId: string): PartTokens {
  const text = member(part, 'text');
  if (typeof text === 'string') return { tokens: { text: countTokens(text) } };
  const blob = member(part, 'inlineData') ?? member(part, 'fileData');
  if (!isRecord(blob)) return { tokens: { text: values(part) } };
  const mimeType = textOf(member(blob, 'mimeType'));
  const { data } = blob;
  if (typeof data === 'string' && /^text\/|\/(json|xml)$/.test(mimeType))
    return { tokens: { text: countTokens(Buffer.from(data, 'base64').toString()) } };
  const own = member(part, 'mediaResolution');
  const media: Media = {
    mimeType,
    bytes: typeof data === 'string' ? data.length * 0.75 : undefined,
    resolution: textOf(member(own, 'level')) || textOf(own) || resolution,
    ...clip(member(part, 'videoMetadata')),
  };
  const { tokens, guessed } = mediaTokens(media, modelId);
  return { tokens, guess: guessed };
}

/** Names and texts of a function call or its response. */
function values(value: unknown): Range {
  if (typeof value === 'string') return countTokens(value);
  if (typeof value === 'number') return countTokens(String(value));
  if (Array.isArray(value)) return sum(value.map(values));
  if (!isRecord(value)) return NONE;
  return sum(Object.entries(value).map(([name, inner]) => plus(countTokens(name), values(inner))));
}

/** Offsets are durations such as `90s`. */
function clip(metadata: unknown): Pick<Media, 'seconds' | 'fps'> {
  const from = Number.parseFloat(textOf(member(metadata, 'startOffset')) || '0');
  const to = Number.parseFloat(textOf(member(metadata, 'endOffset')));
  const fps = member(metadata, 'fps');
  return {
    ...(to > from && { seconds: to - from }),
    ...(typeof fps === 'number' && fps > 0 && { fps }),
  };
}

const items = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** What a request holds is anybody's JSON, and not every value can be made a string. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A member by its camelCase name, or the same in snake_case. */
export function member(value: unknown, name: string): unknown {
  if (!isRecord(value)) return undefined;
  return value[name] ?? value[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? undefined;
}
