import type { Ids } from '../../support/ids.ts';
import { seededIds } from '../../support/ids.ts';
import { isObject, type Json, type JsonObject } from '../messages/messages.ts';
import type { FunctionDeclaration, GenerateRequest, SchemaNode } from '../messages/request.ts';
import type { PublisherModel } from '../models.ts';
import { choose } from './choice.ts';
import { type Prompt, readPrompt } from './prompt.ts';
import { plainAnswer } from './strings.ts';
import { thoughtTokens } from './thinking.ts';
import { cutToTokens, promptTokens, textTokens } from './tokens.ts';
import { valueFor } from './values.ts';

/** What a fault makes of an answer. */
export interface Forced {
  finishReason?: string | undefined;
  blockReason?: string | undefined;
}

/**
 * The answer to a request, a GenerateContentResponse. The same request and seed have the same answer, in a batch
 * and online, today and after a restart.
 */
export function answer(
  request: GenerateRequest,
  model: Pick<PublisherModel, 'id' | 'thinking'>,
  seed: string,
  forced: Forced = {},
): JsonObject {
  const prompt = readPrompt(request);
  const tokens = promptTokens(request);
  if (forced.blockReason !== undefined) {
    return {
      promptFeedback: { blockReason: forced.blockReason, blockReasonMessage: 'The prompt was blocked.' },
      modelVersion: model.id,
      usageMetadata: usage(tokens, 0, 0),
    };
  }
  const count = request.generationConfig?.candidateCount ?? 1;
  const candidates = Array.from({ length: count }, (_, index) => {
    const ids = seededIds(`${seed}/${model.id}/${index}/${hash(prompt.whole)}`);
    return candidate(request, model, prompt, ids, index, forced);
  });
  const sum = (of: 'answerTokens' | 'thoughtTokens') =>
    candidates.reduce((total, candidate) => total + candidate[of], 0);
  return {
    candidates: candidates.map(({ json }) => json),
    modelVersion: model.id,
    usageMetadata: usage(tokens, sum('answerTokens'), sum('thoughtTokens')),
  };
}

interface Candidate {
  json: JsonObject;
  answerTokens: number;
  thoughtTokens: number;
}

function candidate(
  request: GenerateRequest,
  model: Pick<PublisherModel, 'thinking'>,
  prompt: Prompt,
  ids: Ids,
  index: number,
  forced: Forced,
): Candidate {
  const config = request.generationConfig ?? {};
  const limit = config.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const thoughts = Math.min(limit, thoughtTokens(model, config.thinkingConfig, ids));
  const left = limit - thoughts;
  const call = functionCallFor(request, prompt, ids);
  const text = call === undefined ? stopAt(textFor(request, prompt, ids), config.stopSequences) : '';
  const wanted = call === undefined ? textTokens(text) : textTokens(JSON.stringify(call));
  const truncated = wanted > left || forced.finishReason === 'MAX_TOKENS';
  const finishReason = forced.finishReason ?? (truncated ? 'MAX_TOKENS' : 'STOP');
  const room = forced.finishReason === 'MAX_TOKENS' ? Math.min(left, Math.floor(wanted / 2)) : left;
  const withheld = finishReason !== 'STOP' && finishReason !== 'MAX_TOKENS';
  const shown =
    withheld || (truncated && call !== undefined) ? '' : truncated ? cutToTokens(text, room) : text;

  const parts: Json[] = [];
  if (config.thinkingConfig?.includeThoughts && thoughts > 0 && !withheld) {
    parts.push({ text: `Reading the request: ${prompt.subject.slice(0, 80)}`, thought: true });
  }
  if (call !== undefined && !truncated && !withheld) parts.push({ functionCall: call });
  else if (shown !== '') parts.push({ text: shown });

  const answerTokens = call !== undefined && !truncated && !withheld ? wanted : textTokens(shown);
  const json: JsonObject = {
    content: parts.length > 0 ? { role: 'model', parts } : { role: 'model' },
    finishReason,
    ...(answerTokens > 0 ? { avgLogprobs: -Math.round((0.05 + ids.random() * 0.3) * 1e4) / 1e4 } : {}),
    ...(index > 0 ? { index } : {}),
  };
  return { json, answerTokens, thoughtTokens: thoughts };
}

function textFor({ generationConfig = {} }: GenerateRequest, prompt: Prompt, ids: Ids): string {
  const schema = (generationConfig.responseSchema ?? generationConfig.responseJsonSchema) as Json | undefined;
  if (generationConfig.responseMimeType === 'text/x.enum') {
    const options = isObject(schema) && Array.isArray(schema.enum) ? schema.enum.map(String) : [];
    return choose(options, prompt, ids);
  }
  if (generationConfig.responseMimeType !== 'application/json') return plainAnswer({ prompt, ids });
  const root = isObject(schema) ? schema : { type: 'object', properties: { answer: { type: 'string' } } };
  return JSON.stringify(valueFor(root, '', { prompt, ids, root, depth: 0 }));
}

/** A call where the request demands one; nobody carries it out. */
function functionCallFor(request: GenerateRequest, prompt: Prompt, ids: Ids): JsonObject | undefined {
  const { mode, allowedFunctionNames = [] } = request.toolConfig?.functionCallingConfig ?? {};
  if (mode !== 'ANY') return undefined;
  const declared = (request.tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  const allowed = declared.filter(
    ({ name = '' }) => allowedFunctionNames.length === 0 || allowedFunctionNames.includes(name),
  );
  const chosen = choose(
    allowed.map(({ name = '' }) => name),
    prompt,
    ids,
  );
  const declaration = allowed.find(({ name }) => name === chosen);
  if (declaration === undefined) return undefined;
  const root = parametersOf(declaration);
  return { name: chosen, args: valueFor(root, '', { prompt, ids, root, depth: 0 }) };
}

function parametersOf({ parameters, parametersJsonSchema }: FunctionDeclaration): JsonObject {
  const schema = (parameters as SchemaNode & JsonObject) ?? parametersJsonSchema;
  return isObject(schema) ? schema : { type: 'object' };
}

function stopAt(text: string, sequences: readonly string[] = []): string {
  const ends = sequences.map((sequence) => text.indexOf(sequence)).filter((end) => end !== -1);
  return ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
}

/** A GenerateContentResponse.UsageMetadata; zero counts are left out, as on the wire. */
export function usage(
  prompt: ReturnType<typeof promptTokens>,
  answered: number,
  thought: number,
): JsonObject {
  return {
    promptTokenCount: prompt.total,
    ...(answered > 0 ? { candidatesTokenCount: answered } : {}),
    ...(thought > 0 ? { thoughtsTokenCount: thought } : {}),
    totalTokenCount: prompt.total + answered + thought,
    promptTokensDetails: prompt.details.map(({ modality, tokenCount }) => ({ modality, tokenCount })),
    ...(answered > 0 ? { candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: answered }] } : {}),
  };
}

/** FNV-1a over the UTF-16 units: prompts are long and many, and only their difference counts. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}
