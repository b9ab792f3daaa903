import { isRecord } from '../../support/records.ts';
import type { GenerateContentRequest, GenerationConfig } from '../request-row.ts';
import { dropOthers, isEmpty, type LineConversion, notConverted } from './conversion.ts';
import { callingConfig, functionDeclaration } from './functions.ts';

type Params = Readonly<Record<string, unknown>>;

/** Settings that mean the same under another name. */
const NUMBERS: Readonly<Record<string, string>> = {
  max_tokens: 'maxOutputTokens',
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
};
const KNOWN = new Set([
  ...Object.keys(NUMBERS),
  ...['model', 'anthropic_version', 'messages', 'system', 'stop_sequences', 'thinking', 'stream'],
  ...['tools', 'tool_choice', 'output_config', 'output_format'],
]);
const REASONS: Readonly<Record<string, string>> = {
  metadata: 'has no counterpart; labels of the job are the nearest',
  service_tier: 'is decided by the batch',
  mcp_servers: 'are reached by Anthropic only',
  container: 'runs at Anthropic only',
};
const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'XHIGH'];

/** `generationConfig` of a message, with what has no counterpart told. */
export function anthropicConfig(params: Params, path: string, conversion: LineConversion): GenerationConfig {
  const config: GenerationConfig = {};
  for (const [name, target] of Object.entries(NUMBERS))
    if (typeof params[name] === 'number') config[target] = params[name];
  const stop = params.stop_sequences;
  if (Array.isArray(stop) && stop.length > 0) config.stopSequences = stop.map(String);
  const output = isRecord(params.output_config) ? params.output_config : {};
  const { format = params.output_format, effort, ...others } = output;
  dropOthers(others, `${path}.output_config`, new Set(), {}, conversion);
  Object.assign(config, thinkingOf(params.thinking, effort, path, conversion));
  Object.assign(config, formatOf(format, path, conversion));
  dropOthers(params, path, KNOWN, REASONS, conversion);
  return config;
}

/** A budget and a level exclude each other in Gemini: a budget that is given in tokens wins. */
function thinkingOf(
  thinking: unknown,
  effort: unknown,
  path: string,
  { drop }: LineConversion,
): Pick<GenerationConfig, 'thinkingConfig'> {
  const { type, budget_tokens: budget } = isRecord(thinking) ? thinking : {};
  const level = String(effort ?? '').toUpperCase();
  if (type === 'disabled') drop(`${path}.thinking`, 'cannot be switched off in every Gemini model');
  if (type === 'enabled' && typeof budget === 'number') {
    if (!isEmpty(effort)) drop(`${path}.output_config.effort`, 'yields to the budget of thinking');
    return { thinkingConfig: { thinkingBudget: budget } };
  }
  if (LEVELS.includes(level)) return { thinkingConfig: { thinkingLevel: level } };
  if (!isEmpty(effort)) drop(`${path}.output_config.effort`, 'names no thinking level of Gemini');
  return {};
}

function formatOf(format: unknown, path: string, conversion: LineConversion): GenerationConfig {
  if (!isRecord(format)) return {};
  const at = `${path}.output_config.format`;
  if (format.type !== 'json_schema')
    throw notConverted(at, 'It is no json_schema.', 'Give it a JSON Schema.');
  return {
    responseMimeType: 'application/json',
    responseSchema: conversion.schema(format.schema, `${at}.schema`),
  };
}

/** `tools` and `toolConfig`; tools that run at Anthropic are told. */
export function anthropicTools(
  { tools, tool_choice: choice }: Params,
  path: string,
  conversion: LineConversion,
): Pick<GenerateContentRequest, 'tools' | 'toolConfig'> {
  const functionDeclarations = (Array.isArray(tools) ? tools : []).flatMap((tool: unknown, index) => {
    const at = `${path}.tools[${index}]`;
    const {
      type,
      name,
      description,
      input_schema: parameters,
      cache_control: cache,
    } = isRecord(tool) ? tool : {};
    if (cache) conversion.drop(`${at}.cache_control`, 'has no counterpart: Gemini caches by itself');
    if (type === undefined || type === 'custom')
      return [functionDeclaration({ name, description, parameters }, `${at}.input_schema`, conversion)];
    conversion.drop(at, 'is a tool that runs at Anthropic');
    return [];
  });
  if (functionDeclarations.length === 0) return {};
  const toolConfig = isRecord(choice) ? choiceOf(choice, `${path}.tool_choice`, conversion) : undefined;
  return { tools: [{ functionDeclarations }], ...(toolConfig && { toolConfig }) };
}

function choiceOf(choice: Params, path: string, { drop }: LineConversion) {
  if (choice.disable_parallel_tool_use === true)
    drop(`${path}.disable_parallel_tool_use`, 'has no counterpart');
  switch (choice.type) {
    case 'any':
      return callingConfig('ANY');
    case 'none':
      return callingConfig('NONE');
    case 'tool':
      return callingConfig('ANY', [String(choice.name)]);
    default:
      return undefined;
  }
}
