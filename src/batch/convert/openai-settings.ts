import { isRecord } from '../../support/records.ts';
import type { GenerateContentRequest, GenerationConfig, Tool } from '../request-row.ts';
import { dropOthers, isEmpty, type LineConversion, notConverted } from './conversion.ts';
import { callingConfig, functionDeclaration } from './functions.ts';

type Body = Readonly<Record<string, unknown>>;

/** Settings that mean the same under another name. */
const NUMBERS: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'topP',
  seed: 'seed',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
  top_logprobs: 'logprobs',
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  max_output_tokens: 'maxOutputTokens',
};
const KNOWN = new Set([
  ...Object.keys(NUMBERS),
  ...[
    'model',
    'messages',
    'n',
    'stop',
    'logprobs',
    'response_format',
    'reasoning_effort',
    'tools',
    'tool_choice',
  ],
  ...['functions', 'stream'],
]);
const REASONS: Readonly<Record<string, string>> = {
  parallel_tool_calls: 'is always allowed by Gemini',
  user: 'has no counterpart; labels of the job are the nearest',
  metadata: 'has no counterpart; labels of the job are the nearest',
  service_tier: 'is decided by the batch',
  web_search_options: 'has no counterpart; the tool googleSearch is the nearest',
};
const LEVELS = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH'];

/** `generationConfig` of a chat completion, with what has no counterpart told. */
export function openAiConfig(body: Body, path: string, conversion: LineConversion): GenerationConfig {
  const config: GenerationConfig = {};
  for (const [name, target] of Object.entries(NUMBERS))
    if (typeof body[name] === 'number') config[target] = body[name];
  if (typeof body.n === 'number' && body.n > 1) config.candidateCount = body.n;
  if (body.logprobs === true) config.responseLogprobs = true;
  const stop = typeof body.stop === 'string' ? [body.stop] : body.stop;
  if (Array.isArray(stop) && stop.length > 0) config.stopSequences = stop.map(String);
  Object.assign(config, thinkingOf(body.reasoning_effort, path, conversion));
  Object.assign(config, formatOf(body.response_format, `${path}.response_format`, conversion));
  dropOthers(body, path, KNOWN, REASONS, conversion);
  return config;
}

function thinkingOf(effort: unknown, path: string, { drop }: LineConversion): GenerationConfig {
  if (isEmpty(effort)) return {};
  const level = String(effort).toUpperCase();
  if (LEVELS.includes(level)) return { thinkingConfig: { thinkingLevel: level } };
  drop(`${path}.reasoning_effort`, 'names no thinking level of Gemini');
  return {};
}

function formatOf(format: unknown, path: string, conversion: LineConversion): GenerationConfig {
  if (!isRecord(format) || format.type === 'text') return {};
  const json = { responseMimeType: 'application/json' };
  if (format.type === 'json_object') return json;
  const { schema } = isRecord(format.json_schema) ? format.json_schema : format;
  if (format.type === 'json_schema' && schema !== undefined)
    return { ...json, responseSchema: conversion.schema(schema, `${path}.schema`) };
  throw notConverted(path, 'It is none of text, json_object and json_schema.', 'Ask for one of these.');
}

/** `tools` and `toolConfig`; tools that run at OpenAI are told. */
export function openAiTools(
  body: Body,
  path: string,
  conversion: LineConversion,
): Pick<GenerateContentRequest, 'tools' | 'toolConfig'> {
  const functions = Array.isArray(body.functions)
    ? body.functions.map((one) => ({ type: 'function', function: one }))
    : [];
  const listed = [...(Array.isArray(body.tools) ? body.tools : []), ...functions];
  const functionDeclarations = listed.flatMap((tool: unknown, index) => {
    const at = `${path}.tools[${index}]`;
    const { type, function: nested } = isRecord(tool) ? tool : {};
    if (type !== 'function') {
      conversion.drop(at, 'is a tool that runs at OpenAI');
      return [];
    }
    const { name, description, parameters } = isRecord(nested) ? nested : (tool as Record<string, unknown>);
    return [functionDeclaration({ name, description, parameters }, `${at}.parameters`, conversion)];
  });
  if (functionDeclarations.length === 0) return {};
  const tools: Tool[] = [{ functionDeclarations }];
  const toolConfig = choiceOf(body.tool_choice, `${path}.tool_choice`, conversion);
  return { tools, ...(toolConfig && { toolConfig }) };
}

function choiceOf(choice: unknown, path: string, { drop }: LineConversion) {
  if (choice === 'none') return callingConfig('NONE');
  if (choice === 'required') return callingConfig('ANY');
  if (isEmpty(choice) || choice === 'auto') return undefined;
  const { name } =
    isRecord(choice) && isRecord(choice.function) ? choice.function : (choice as { name?: unknown });
  if (typeof name === 'string') return callingConfig('ANY', [name]);
  drop(path, 'has no counterpart');
  return undefined;
}
