import { isRecord } from '../support/records.ts';
import {
  type Converted,
  lineConversion,
  notConverted,
  type SchemaCache,
  schemaCache,
} from './convert/conversion.ts';
import { openAiTurns } from './convert/openai-messages.ts';
import { responsesAsChat } from './convert/openai-responses.ts';
import { openAiConfig, openAiTools } from './convert/openai-settings.ts';
import { contentsOf } from './convert/turns.ts';

/**
 * One line of an OpenAI batch, `{custom_id, method, url, body}` for `/v1/chat/completions` or `/v1/responses`, as a
 * Gemini request. Settings without a counterpart are in `dropped`; `model` is not, since the job names the model.
 * Throws a UserError `line_not_converted` where leaving something out would ask for something else, and
 * `schema_not_supported`.
 */
export function convertOpenAiLine(
  line: Readonly<Record<string, unknown>>,
  schemas: SchemaCache = schemaCache(),
): Converted {
  const { custom_id: id, url } = line;
  const given = isRecord(line.body) ? line.body : line;
  if (typeof url === 'string' && !/\/(chat\/completions|responses)\/?$/.test(url))
    throw notConverted(
      'url',
      `${JSON.stringify(url.slice(0, 60))} is neither /v1/chat/completions nor /v1/responses.`,
      'Convert only lines that ask a chat model.',
    );
  const conversion = lineConversion(schemas);
  const body = 'input' in given ? responsesAsChat(given, 'body', conversion) : given;
  const turns = openAiTurns(body.messages, 'body.messages', conversion);
  const contents = contentsOf(turns, 'body.messages', conversion);
  const generationConfig = openAiConfig(body, 'body', conversion);
  return {
    ...(typeof id === 'string' && { key: id }),
    request: {
      ...contents,
      ...openAiTools(body, 'body', conversion),
      ...(Object.keys(generationConfig).length > 0 && { generationConfig }),
    },
    dropped: conversion.dropped,
  };
}
