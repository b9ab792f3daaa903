import { isRecord } from '../../support/records.ts';
import { member } from '../lint/messages.ts';
import { sameJson } from '../lint/same-json.ts';
import { type AnswerCheck, compileAnswerCheck } from '../validate-answer.ts';
import { type ReadLine, structureOf } from './read-reply.ts';
import type { AnswerSchema } from './schema-node.ts';

/** What the caller knows of the request; what it leaves out is read from the echoed one. */
export interface Asked {
  /** Compiled when it differs from the last one, so one for a file is best. Not to be changed between rows. */
  schema?: AnswerSchema | undefined;
  wantsJson?: boolean | undefined;
}

/** What an answer's text has to be. */
export interface Wanted {
  /** `word`: one value of an enum, which comes without quotes. */
  form: 'json' | 'word' | 'text';
  schema?: AnswerSchema | undefined;
}

const TEXT: Wanted = { form: 'text' };

export function wantedOf({ row, format }: ReadLine, { schema, wantsJson }: Asked): Wanted {
  if (wantsJson === false) return TEXT;
  if (wantsJson && schema) return { form: 'json', schema };
  const request = structureOf(row.request ?? row.body);
  const echoed = format === 'gemini' ? byGemini(request) : byOthers(request);
  const known = { form: echoed.form, schema: schema ?? echoed.schema };
  if (known.form === 'text' && (wantsJson || schema)) known.form = 'json';
  return known;
}

function byGemini(request: Record<string, unknown>): Wanted {
  const config = member(request, 'generationConfig');
  if (!isRecord(config)) return TEXT;
  const mimeType = member(config, 'responseMimeType');
  const schema = schemaIn(member(config, 'responseSchema')) ?? schemaIn(member(config, 'responseJsonSchema'));
  if (mimeType === 'text/x.enum') return { form: 'word', schema };
  if (mimeType === 'application/json') return { form: 'json', schema };
  return schema && !mimeType ? { form: 'json', schema } : TEXT;
}

/** `output_config.format` of Claude, once `output_format`; `response_format` of OpenAI. */
function byOthers(request: Record<string, unknown>): Wanted {
  const { output_config, output_format, response_format } = request;
  const format = (isRecord(output_config) && output_config.format) || output_format || response_format;
  if (!isRecord(format)) return TEXT;
  if (format.type === 'json_object') return { form: 'json' };
  if (format.type !== 'json_schema') return TEXT;
  const named = isRecord(format.json_schema) ? format.json_schema : format;
  return { form: 'json', schema: schemaIn(named.schema) };
}

/** Rows without a schema have one of nulls where another row of the file has one. */
const schemaIn = (value: unknown): AnswerSchema | undefined =>
  isRecord(value) && Object.values(value).some((member) => member !== null) ? value : undefined;

let last: { schema: AnswerSchema; check: AnswerCheck } | undefined;

/** The compiled check of a schema. The rows of a file share one schema, so the last one is remembered. */
export function checkOf(schema: AnswerSchema): AnswerCheck {
  try {
    if (last === undefined || !sameJson(last.schema, schema))
      last = { schema, check: compileAnswerCheck(schema) };
    return last.check;
  } catch (error) {
    // Too deep to be looked at.
    if (error instanceof RangeError) return () => undefined;
    throw error;
  }
}
