import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { unwrap } from './unwrap.ts';

/** A model as a person named it. Nothing is said yet about whether it exists. */
export type ModelName =
  | {
      kind: 'publisher';
      publisher: string;
      /** Without version: `gemini-3.8-flash`. */
      id: string;
      /** What follows `@`: `20251001`. */
      version?: string | undefined;
      /** Where the full name said one. */
      location?: string | undefined;
    }
  | { kind: 'tuned'; project: string; location: string; id: string; version?: string | undefined }
  /** A tuned model's endpoint: a batch job wants the model that is deployed there instead. */
  | { kind: 'endpoint'; project: string; location: string; id: string };

const SEGMENT = String.raw`[A-Za-z0-9][\w.-]*`;
const VERSIONED = String.raw`(?<id>${SEGMENT})(?:@(?<version>[\w.-]+))?`;
const SCOPE = String.raw`projects\/(?<project>[^/\s]+)\/locations\/(?<location>[a-z0-9-]+)\/`;

const PUBLISHED = new RegExp(
  String.raw`(?:^|\/)(?:${SCOPE})?publishers\/(?<publisher>${SEGMENT})\/(?:models|model-garden)\/${VERSIONED}$`,
);
const TUNED = new RegExp(String.raw`(?:^|\/)${SCOPE}models\/${VERSIONED}$`);
const ENDPOINT = new RegExp(String.raw`(?:^|\/)${SCOPE}endpoints\/(?<id>${SEGMENT})$`);
/** `gemini-3.8-flash`, `models/gemini-3.8-flash`, `google/…`, `meta/…`. */
const SHORT = new RegExp(String.raw`^(?:(?<prefix>[a-z][a-z0-9-]*)\/)?${VERSIONED}$`);

/** Publishers by how their models' names begin; everything else is Google's. */
const PUBLISHERS: readonly [RegExp, string][] = [
  [/^claude-/, 'anthropic'],
  [/^llama-?\d/, 'meta'],
  [/^gpt-oss/, 'openai'],
  [/^qwen/, 'qwen'],
  [/^deepseek/, 'deepseek-ai'],
  [/^multilingual-e5/, 'intfloat'],
];

export const publisherOf = (id: string): string =>
  PUBLISHERS.find(([pattern]) => pattern.test(id))?.[1] ?? 'google';

/**
 * What a person gives for a model: its id, with or without a publisher or `models/` before it, any resource name,
 * a Model Garden address, or its name in words (`Gemini 3.8 Flash`). Throws a UserError `bad_model_name`.
 */
export function parseModelName(text: string): ModelName {
  for (const candidate of unwrap(text)) {
    const path = candidate.replace(/[?#].*$/, '');
    const name = published(path) ?? tuned(path) ?? endpoint(path) ?? short(path);
    if (name) return name;
  }
  throw new UserError('bad_model_name', {
    what: `${quoteUntrusted(text, 120)} does not name a model.`,
    why: 'A model is named by its id (gemini-3.8-flash), by publishers/PUBLISHER/models/ID, or, when tuned, by projects/PROJECT/locations/LOCATION/models/ID.',
    fix: 'Give one of these; list_supported_models shows the ids.',
  });
}

function published(path: string): ModelName | undefined {
  const found = PUBLISHED.exec(path)?.groups;
  if (!found?.publisher || !found.id) return undefined;
  return {
    kind: 'publisher',
    publisher: found.publisher,
    id: found.id,
    ...(found.version && { version: found.version }),
    ...(found.location && { location: found.location }),
  };
}

function tuned(path: string): ModelName | undefined {
  const found = TUNED.exec(path)?.groups;
  if (!found?.project || !found.location || !found.id) return undefined;
  const { project, location, id, version } = found;
  return { kind: 'tuned', project, location, id, ...(version && { version }) };
}

function endpoint(path: string): ModelName | undefined {
  const found = ENDPOINT.exec(path)?.groups;
  if (!found?.project || !found.location || !found.id) return undefined;
  return { kind: 'endpoint', project: found.project, location: found.location, id: found.id };
}

function short(text: string): ModelName | undefined {
  const found = SHORT.exec(text.toLowerCase().replace(/\s+/g, '-'))?.groups;
  // A bare number is a job or a tuned model without its project and location: neither can be guessed.
  if (!found?.id || /^\d+$/.test(found.id)) return undefined;
  const { prefix, id, version } = found;
  return {
    kind: 'publisher',
    publisher: prefix && prefix !== 'models' ? prefix : publisherOf(id),
    id,
    ...(version && { version }),
  };
}

/** The name that a job's `model` field takes. An endpoint's name is not one: resolve it to its model first. */
export function resourceName(name: ModelName): string {
  const version = name.kind !== 'endpoint' && name.version ? `@${name.version}` : '';
  if (name.kind === 'publisher') return `publishers/${name.publisher}/models/${name.id}${version}`;
  const collection = name.kind === 'tuned' ? 'models' : 'endpoints';
  return `projects/${name.project}/locations/${name.location}/${collection}/${name.id}${version}`;
}
