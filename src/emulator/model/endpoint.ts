import { isObject, type Json, type JsonObject } from '../messages/messages.ts';
import type { Content, GenerateRequest, GenerationConfig } from '../messages/request.ts';
import type { PublisherModel } from '../models.ts';
import { usage } from './model.ts';
import type { OnlineModel } from './online.ts';
import { promptTokens, textTokens } from './tokens.ts';

/** What the endpoint said, as a row's status and an online error tell it. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/**
 * A real model behind an OpenAI-compatible chat API. Only text goes there: media is named by its URI.
 * A schema is passed on as `response_format`, which local servers keep more or less.
 */
export function endpointModel(baseUrl: string): OnlineModel {
  const base = baseUrl.replace(/\/+$/, '');
  let served: Promise<string> | undefined;

  return async (request, model, { forced, signal }) => {
    if (forced.blockReason !== undefined) {
      const feedback = { blockReason: forced.blockReason, blockReasonMessage: 'The prompt was blocked.' };
      return {
        promptFeedback: feedback,
        modelVersion: model.id,
        usageMetadata: usage(promptTokens(request), 0, 0),
      };
    }
    served ??= firstModel(base, signal);
    const name = await served.catch((error: unknown) => {
      served = undefined;
      throw error;
    });
    const completion = await post(`${base}/chat/completions`, chatRequest(request, name), signal);
    return responseOf(completion, request, model, forced.finishReason);
  };
}

async function firstModel(base: string, signal: AbortSignal): Promise<string> {
  const { data } = await exchange(`${base}/models`, { signal });
  const first = Array.isArray(data) ? data[0] : undefined;
  if (isObject(first) && typeof first.id === 'string') return first.id;
  throw new EndpointError(503, `The model endpoint ${base} serves no model.`);
}

const post = (url: string, body: JsonObject, signal: AbortSignal): Promise<JsonObject> =>
  exchange(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });

async function exchange(url: string, init: RequestInit): Promise<JsonObject> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    throw new EndpointError(503, `The model endpoint ${url} cannot be reached.`, error);
  }
  const text = await response.text();
  if (!response.ok) {
    throw new EndpointError(
      response.status,
      `The model endpoint answered ${response.status}: ${text.slice(0, 200)}`,
    );
  }
  const json = parse(text);
  if (!isObject(json)) throw new EndpointError(502, `The model endpoint ${url} answered no JSON object.`);
  return json;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function chatRequest(
  { contents = [], systemInstruction, generationConfig = {} }: GenerateRequest,
  model: string,
) {
  const { temperature, topP, maxOutputTokens, stopSequences } = generationConfig;
  const system = systemInstruction === undefined ? [] : [message('system', systemInstruction)];
  const request: JsonObject = {
    model,
    messages: [
      ...system,
      ...contents.map((content) => message(content.role === 'model' ? 'assistant' : 'user', content)),
    ],
    stream: false,
  };
  if (temperature !== undefined) request.temperature = temperature;
  if (topP !== undefined) request.top_p = topP;
  if (maxOutputTokens !== undefined) request.max_tokens = maxOutputTokens;
  if (stopSequences !== undefined) request.stop = stopSequences;
  const format = responseFormat(generationConfig);
  if (format !== undefined) request.response_format = format;
  return request;
}

const message = (role: string, { parts = [] }: Content): JsonObject => ({
  role,
  content: parts.map((part) => part.text ?? part.fileData?.fileUri ?? '').join('\n'),
});

function responseFormat(config: GenerationConfig): JsonObject | undefined {
  if (config.responseMimeType !== 'application/json') return undefined;
  const schema = config.responseJsonSchema ?? (config.responseSchema as JsonObject | undefined);
  if (!isObject(schema)) return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name: 'answer', schema: jsonSchema(schema) } };
}

/** Google's `Schema` in the words of JSON Schema; a JSON Schema comes through as it is. */
function jsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(jsonSchema);
  if (!isObject(schema)) return schema;
  const { nullable, propertyOrdering: _, ...rest } = schema;
  const mapped = (members: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [name, jsonSchema(value)]));
  const converted = mapped(rest);
  if (isObject(schema.properties)) converted.properties = mapped(schema.properties);
  if (typeof schema.type === 'string') {
    const type = schema.type.toLowerCase();
    converted.type = nullable === true ? [type, 'null'] : type;
  }
  return converted;
}

function responseOf(
  { choices, usage: counted }: JsonObject,
  request: GenerateRequest,
  model: PublisherModel,
  forced: string | undefined,
): JsonObject {
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  const said = isObject(choice) && isObject(choice.message) ? choice.message.content : undefined;
  const text = typeof said === 'string' ? said : '';
  const finishReason =
    forced ?? (isObject(choice) && choice.finish_reason === 'length' ? 'MAX_TOKENS' : 'STOP');
  const prompt = promptTokens(request);
  const counts = isObject(counted) ? counted : {};
  if (typeof counts.prompt_tokens === 'number') {
    prompt.total = counts.prompt_tokens;
    prompt.details = [{ modality: 'TEXT', tokenCount: counts.prompt_tokens }];
  }
  const answered = typeof counts.completion_tokens === 'number' ? counts.completion_tokens : textTokens(text);
  const content: JsonObject = text === '' ? { role: 'model' } : { role: 'model', parts: [{ text }] };
  return {
    candidates: [{ content, finishReason }],
    modelVersion: model.id,
    usageMetadata: usage(prompt, answered, 0),
  };
}
