import { fieldNames, type Message } from './messages.ts';
import {
  FILE_DATA,
  GENERATION_CONFIG,
  IMAGE_CONFIG,
  PART,
  REQUEST,
  THINKING_CONFIG,
  TOOL,
  TOOL_CONFIG,
} from './request-messages.ts';

/** Where a message stands in a row: the names on the way to it. */
export type Place = readonly string[];

const PLACES: readonly [Message, Place][] = [
  [REQUEST, ['request']],
  [GENERATION_CONFIG, ['request', 'generationConfig']],
  [THINKING_CONFIG, ['request', 'generationConfig', 'thinkingConfig']],
  [IMAGE_CONFIG, ['request', 'generationConfig', 'imageConfig']],
  [TOOL_CONFIG, ['request', 'toolConfig']],
  [TOOL, ['request', 'tools[]']],
  [PART, ['request', 'contents[]', 'parts[]']],
  [FILE_DATA, ['request', 'contents[]', 'parts[]', 'fileData']],
];

/** Field → where it belongs. A name of several messages belongs to the outermost. */
export const HOMES: ReadonlyMap<string, Place> = new Map(
  PLACES.toReversed().flatMap(([message, place]) =>
    fieldNames(message).map((name) => [name, place] as const),
  ),
);

/** Members that a misplaced one can be moved between without a doubt. */
export const MOVABLE: readonly [Message, Place][] = PLACES.filter(
  ([, place]) => !place.some((name) => name.endsWith('[]')),
);

/** Options of the client in `@google/genai`'s GenerateContentConfig; the API never sees them. */
export const SDK_ONLY: ReadonlySet<string> = new Set([
  'httpOptions',
  'abortSignal',
  'automaticFunctionCalling',
  'shouldReturnHttpResponse',
  'automaticContinuation',
]);

/** What other APIs call it: folded name → what to write here. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['messages', 'contents'],
  ['prompt', 'contents'],
  ['input', 'contents'],
  ['system', 'systemInstruction'],
  ['instructions', 'systemInstruction'],
  ['maxtokens', 'generationConfig.maxOutputTokens'],
  ['maxcompletiontokens', 'generationConfig.maxOutputTokens'],
  ['maxoutput', 'generationConfig.maxOutputTokens'],
  ['stop', 'generationConfig.stopSequences'],
  ['n', 'generationConfig.candidateCount'],
  ['jsonschema', 'generationConfig.responseSchema'],
  ['schema', 'generationConfig.responseSchema'],
  ['reasoningeffort', 'generationConfig.thinkingConfig.thinkingLevel'],
  ['thinking', 'generationConfig.thinkingConfig'],
  ['parameters', 'generationConfig'],
  ['imageurl', 'fileData.fileUri'],
  ['content', 'parts'],
  ['url', 'fileUri'],
  ['uri', 'fileUri'],
  ['key', 'a key beside "request"'],
  ['customid', 'a key beside "request"'],
]);

/** Letters and digits alone, in lower case: what is left of a name when spelling is taken away. */
const fold = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

export const foreignName = (name: string): string | undefined => FOREIGN.get(fold(name));

const FOLDED = new WeakMap<Message, Map<string, string>>();

/** The field that is meant where only case, separators or a plural s differ. */
export function sameName(name: string, message: Message): string | undefined {
  let folded = FOLDED.get(message);
  if (!folded) {
    folded = new Map(fieldNames(message).map((field) => [singular(fold(field)), field]));
    FOLDED.set(message, folded);
  }
  return folded.get(singular(fold(name)));
}

const singular = (name: string): string => name.replace(/s$/, '');
