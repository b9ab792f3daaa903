import { isRecord } from '../support/records.ts';
import { anthropicParts } from './convert/anthropic-content.ts';
import { anthropicConfig, anthropicTools } from './convert/anthropic-settings.ts';
import {
  type Converted,
  lineConversion,
  notConverted,
  type SchemaCache,
  schemaCache,
} from './convert/conversion.ts';
import { contentsOf, type Turn } from './convert/turns.ts';

/**
 * One line of an Anthropic message batch, `{custom_id, params}`, or of a Claude batch on Vertex AI,
 * `{custom_id, request}`, as a Gemini request. Settings without a counterpart are in `dropped`; `model` is not, since
 * the job names the model. Throws a UserError `line_not_converted` where leaving something out would ask for
 * something else, and `schema_not_supported`.
 */
export function convertAnthropicLine(
  line: Readonly<Record<string, unknown>>,
  schemas: SchemaCache = schemaCache(),
): Converted {
  const { custom_id: id } = line;
  const path = isRecord(line.params) ? 'params' : 'request';
  const params = line[path];
  if (!isRecord(params) || !Array.isArray(params.messages))
    throw notConverted(`${path}.messages`, 'It is not a list of messages.', 'Give the line its messages.');
  const conversion = lineConversion(schemas);
  const blocks = { ...conversion, names: new Map<unknown, string>() };
  const system = anthropicParts(params.system, `${path}.system`, blocks);
  const turns: Turn[] = params.messages.map((message: unknown, index) => {
    const at = `${path}.messages[${index}]`;
    const { role, content } = isRecord(message) ? message : {};
    if (role !== 'user' && role !== 'assistant' && role !== 'system')
      throw notConverted(`${at}.role`, 'It is neither user nor assistant.', 'Correct it.');
    const parts = anthropicParts(content, `${at}.content`, blocks);
    return { role: role === 'assistant' ? 'model' : role, parts, path: at };
  });
  const contents = contentsOf(
    [{ role: 'system', parts: system, path: `${path}.system` }, ...turns],
    `${path}.messages`,
    conversion,
  );
  const generationConfig = anthropicConfig(params, path, conversion);
  return {
    ...(typeof id === 'string' && { key: id }),
    request: {
      ...contents,
      ...anthropicTools(params, path, conversion),
      ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    },
    dropped: conversion.dropped,
  };
}
