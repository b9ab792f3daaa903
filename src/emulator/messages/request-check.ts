import { namesObject } from '../gs-uri.ts';
import type { PublisherModel } from '../models.ts';
import { generateContentRequest, PART_DATA, TOOL_KINDS } from './content.ts';
import { type Json, type JsonObject, readMessage } from './messages.ts';
import type { Content, GenerateRequest, GenerationConfig } from './request.ts';
import { checkJsonSchema, checkSchema } from './request-schema.ts';

/**
 * A request as the service reads it, or what is wrong with it in the service's words.
 * `batch` adds what only rows of a batch are refused for.
 */
export function readGenerateRequest(
  json: Json,
  options: { model: PublisherModel; batch: boolean },
): { request: GenerateRequest } | { problem: string } {
  const problems: string[] = [];
  const request = readMessage(json, generateContentRequest, problems) as GenerateRequest & JsonObject;
  if (problems.length > 0) return { problem: problems.join('\n') };
  const problem = problemWith(request, options.model, options.batch);
  return problem === undefined ? { request } : { problem };
}

function problemWith(request: GenerateRequest, model: PublisherModel, batch: boolean): string | undefined {
  if (batch && request.cachedContent)
    return 'Explicit caching (cached_content) is not supported in batch prediction.';
  return (
    problemWithContents(request) ??
    problemWithTools(request) ??
    problemWithConfig(request.generationConfig ?? {}, model, batch)
  );
}

function problemWithContents({ contents, systemInstruction }: GenerateRequest): string | undefined {
  if (contents === undefined || contents.length === 0) {
    return 'Unable to submit request because at least one contents field is required.';
  }
  for (const [index, content] of contents.entries()) {
    if (content.role !== 'user' && content.role !== 'model') return 'Please use a valid role: user, model.';
    const problem = problemWithParts(content, `contents[${index}]`);
    if (problem !== undefined) return problem;
  }
  return systemInstruction === undefined
    ? undefined
    : problemWithParts(systemInstruction, 'system_instruction');
}

function problemWithParts({ parts }: Content, where: string): string | undefined {
  if (parts === undefined || parts.length === 0) {
    return 'Unable to submit request because it must include at least one parts field, which describes the prompt input.';
  }
  for (const [index, part] of parts.entries()) {
    const at = `${where}.parts[${index}]`;
    if (!PART_DATA.some((name) => part[name as keyof typeof part] !== undefined)) {
      return `${at}.data: required oneof field 'data' must have one initialized field`;
    }
    if (part.text === '') {
      return 'Unable to submit request because it has an empty text parameter. Add a value to the parameter and try again.';
    }
    const media = part.fileData ?? part.inlineData;
    if (media !== undefined && !media.mimeType) {
      return `Unable to submit request because it must have a mimeType parameter at ${at}. Add a value to the parameter and try again.`;
    }
    const { fileUri = '' } = part.fileData ?? {};
    if (part.fileData !== undefined && !namesObject(fileUri) && !/^https?:\/\/\S+$/.test(fileUri)) {
      return `Unable to submit request because it has a fileUri parameter with value ${fileUri} at ${at}, which is not supported.`;
    }
  }
  return undefined;
}

function problemWithTools({ tools = [], toolConfig }: GenerateRequest): string | undefined {
  const names: string[] = [];
  for (const [index, tool] of tools.entries()) {
    if (!TOOL_KINDS.some((kind) => tool[kind as keyof typeof tool] !== undefined)) {
      return `tools[${index}].tool_type: required one_of 'tool_type' must have one initialized field`;
    }
    for (const [at, declaration] of (tool.functionDeclarations ?? []).entries()) {
      const where = `tools[${index}].function_declarations[${at}]`;
      if (!/^[A-Za-z_][\w.:-]{0,63}$/.test(declaration.name ?? '')) {
        return `${where}.name: Invalid function name. Must start with a letter or an underscore, of at most 64 characters.`;
      }
      names.push(declaration.name ?? '');
      const problem = declaration.parameters && checkSchema(declaration.parameters, `${where}.parameters`);
      if (problem !== undefined) return problem;
    }
  }
  const { mode, allowedFunctionNames = [] } = toolConfig?.functionCallingConfig ?? {};
  if (mode === 'ANY' && names.length === 0) {
    return 'Function calling config is set without function_declarations.';
  }
  const unknown = allowedFunctionNames.find((name) => !names.includes(name));
  return unknown === undefined
    ? undefined
    : `tool_config.function_calling_config.allowed_function_names: '${unknown}' is not a declared function.`;
}

const RANGES = {
  temperature: [0, 2],
  topP: [0, 1],
  candidateCount: [1, 8],
} as const;

function problemWithConfig(
  config: GenerationConfig,
  model: PublisherModel,
  batch: boolean,
): string | undefined {
  const ranges = { ...RANGES, maxOutputTokens: [1, model.maxOutputTokens] as const };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = config[name as keyof typeof ranges];
    if (value !== undefined && (value < least || value > most)) {
      return `Unable to submit request because it has a ${name} value of ${value} but the supported range is from ${least} (inclusive) to ${most + 1} (exclusive). Update the value and try again.`;
    }
  }
  return problemWithThinking(config, model) ?? problemWithSchemas(config, batch);
}

function problemWithThinking(
  { thinkingConfig }: GenerationConfig,
  model: PublisherModel,
): string | undefined {
  const { thinkingBudget, thinkingLevel } = thinkingConfig ?? {};
  if (thinkingBudget !== undefined && thinkingLevel !== undefined) {
    return 'You can only set only one of thinking budget and thinking level.';
  }
  if (thinkingBudget !== undefined && !model.budget) {
    return `Thinking budget is not supported for ${model.id}. Use thinking level instead.`;
  }
  if (thinkingLevel !== undefined && !model.levels.includes(thinkingLevel)) {
    return `Thinking level ${thinkingLevel} is not supported for ${model.id}.`;
  }
  return undefined;
}

const STRUCTURED = ['application/json', 'text/x.enum'];

function problemWithSchemas(config: GenerationConfig, batch: boolean): string | undefined {
  const { responseSchema, responseJsonSchema, responseMimeType = 'text/plain' } = config;
  if (responseSchema === undefined && responseJsonSchema === undefined) return undefined;
  if (responseSchema !== undefined && responseJsonSchema !== undefined) {
    return 'Only one of response_schema and response_json_schema may be set.';
  }
  if (!STRUCTURED.includes(responseMimeType)) {
    return `Unable to submit request because a response schema is not supported with the response mime type ${responseMimeType}. Use application/json or text/x.enum.`;
  }
  return responseSchema !== undefined
    ? checkSchema(responseSchema, 'generation_config.response_schema', { batch })
    : checkJsonSchema(responseJsonSchema ?? null, 'generation_config.response_json_schema', { batch });
}
