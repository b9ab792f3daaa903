import { checkLabels } from '../batch/labels.ts';
import type { GenerateContentRequest, GenerationConfig } from '../batch/request-row.ts';
import type { ResponseSchema } from '../batch/response-schema.ts';
import { checkSafetySetting, type SafetySetting } from '../batch/safety-settings.ts';
import { noteTexts } from '../batch/schema/conversion.ts';
import { toResponseSchema } from '../batch/schema-subset.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { compileTool } from './request-tools.ts';

/** What is the same in every request of an input. */
export interface SettingsSpec {
  /** JSON Schema of the answers. */
  responseSchema?: Readonly<Record<string, unknown>> | undefined;
  /** Goes into each request as it is. */
  generationConfig?: Readonly<Record<string, unknown>> | undefined;
  /** In Gemini's form; parameters of functions may be JSON Schema. */
  tools?: readonly Readonly<Record<string, unknown>>[] | undefined;
  safetySettings?: readonly SafetySetting[] | undefined;
  /** Appear on the bill. */
  labels?: Readonly<Record<string, string>> | undefined;
}

export type Settings = Pick<
  GenerateContentRequest,
  'generationConfig' | 'tools' | 'safetySettings' | 'labels'
>;

export interface CompiledSettings {
  settings: Settings;
  responseSchema?: ResponseSchema | undefined;
  /** What became of schemas on their way, in sentences. */
  notes: string[];
}

/** Throws `schema_not_supported`, `conflicting_schema`, `unknown_tool`, `unknown_safety_setting` and `bad_label`. */
export function compileSettings(spec: SettingsSpec): CompiledSettings {
  const { generationConfig = {}, labels = {}, safetySettings = [], tools = [] } = spec;
  const converted = spec.responseSchema && toResponseSchema(spec.responseSchema);
  if (converted) refuseConflicts(generationConfig);
  const config: GenerationConfig = {
    ...generationConfig,
    ...(converted && { responseMimeType: 'application/json', responseSchema: converted.schema }),
  };
  const notes = noteTexts(converted?.notes ?? []).map((text) => `response_schema: ${text}`);
  const declared = tools.map((tool) => compileTool(tool, notes));
  safetySettings.forEach(checkSafetySetting);
  checkLabels(labels);
  return {
    settings: {
      ...(Object.keys(config).length > 0 && { generationConfig: config }),
      ...(declared.length > 0 && { tools: declared }),
      ...(safetySettings.length > 0 && { safetySettings: [...safetySettings] }),
      ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    },
    responseSchema: converted?.schema,
    notes,
  };
}

const SCHEMAS = ['responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema'];

function refuseConflicts(config: Readonly<Record<string, unknown>>): void {
  const schema = SCHEMAS.find((name) => config[name] !== undefined);
  const type = config.responseMimeType ?? config.response_mime_type;
  if (schema !== undefined)
    throw new UserError('conflicting_schema', {
      what: `response_schema and generation_config.${schema} both describe the answers.`,
      fix: 'Leave one of them out; response_schema takes plain JSON Schema and converts it.',
    });
  if (type !== undefined && type !== 'application/json')
    throw new UserError('conflicting_schema', {
      what: `response_schema asks for JSON, and generation_config asks for ${quoteUntrusted(String(type), 40)}.`,
      fix: 'Leave responseMimeType out: it is set for you.',
    });
}
