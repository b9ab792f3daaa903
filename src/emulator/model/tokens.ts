import type { Content, GenerateRequest, Part } from '../messages/request.ts';

/** About four characters a token; scripts without spaces about 0.6 token a character. */
const DENSE = /[\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF00-\uFFEF]/g;

export function textTokens(text: string): number {
  if (text === '') return 0;
  const dense = text.match(DENSE)?.length ?? 0;
  return Math.max(1, Math.ceil((text.length - dense) / 4 + dense * 0.6));
}

/** A picture or page costs a fixed number; length in time is not known here, so audio and video do too. */
const MEDIA_TOKENS: Record<Modality, number> = {
  TEXT: 0,
  IMAGE: 1_120,
  DOCUMENT: 560,
  AUDIO: 960,
  VIDEO: 2_100,
};

type Modality = 'TEXT' | 'IMAGE' | 'DOCUMENT' | 'AUDIO' | 'VIDEO';

export interface ModalityTokens {
  modality: Modality;
  tokenCount: number;
}

export interface PromptTokens {
  total: number;
  details: ModalityTokens[];
}

/** Tokens of everything that the model reads: contents, system instruction and function declarations. */
export function promptTokens(request: GenerateRequest): PromptTokens {
  const counts = new Map<Modality, number>();
  const add = (modality: Modality, tokens: number) => {
    if (tokens > 0) counts.set(modality, (counts.get(modality) ?? 0) + tokens);
  };
  const addContent = ({ parts = [] }: Content) => {
    for (const part of parts) add(modalityOf(part), partTokens(part));
  };
  for (const content of request.contents ?? []) addContent(content);
  if (request.systemInstruction !== undefined) addContent(request.systemInstruction);
  for (const tool of request.tools ?? []) {
    if (tool.functionDeclarations) add('TEXT', textTokens(JSON.stringify(tool.functionDeclarations)));
  }
  const details = [...counts].map(([modality, tokenCount]) => ({ modality, tokenCount }));
  return { total: details.reduce((sum, { tokenCount }) => sum + tokenCount, 0), details };
}

function partTokens(part: Part): number {
  if (part.text !== undefined) return textTokens(part.text);
  const modality = modalityOf(part);
  return modality === 'TEXT' ? textTokens(JSON.stringify(part)) : MEDIA_TOKENS[modality];
}

function modalityOf(part: Part): Modality {
  const type = (part.inlineData ?? part.fileData)?.mimeType ?? 'text/plain';
  if (type === 'application/pdf') return 'DOCUMENT';
  const [family] = type.split('/');
  if (family === 'image') return 'IMAGE';
  if (family === 'audio') return 'AUDIO';
  return family === 'video' ? 'VIDEO' : 'TEXT';
}

/** The text cut to a number of tokens. */
export function cutToTokens(text: string, tokens: number): string {
  let end = Math.min(text.length, tokens * 4);
  while (end > 0 && textTokens(text.slice(0, end)) > tokens) end = Math.floor(end * 0.9);
  const inPair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return text.slice(0, inPair ? end - 1 : end);
}
