import { atPlace } from '../batch/at-place.ts';
import type { Content, GenerateContentRequest, Part } from '../batch/request-row.ts';
import type { ResponseSchema } from '../batch/response-schema.ts';
import { compileAnswerCheck } from '../batch/validate-answer.ts';
import { UserError } from '../support/errors.ts';
import { nameColumns } from '../tables/columns.ts';
import type { Row, Table } from '../tables/table.ts';
import type { MediaParts } from './compose-media.ts';
import { compileMedia, type MediaReferences } from './media-references.ts';
import { compileSettings, type SettingsSpec } from './request-settings.ts';
import { compileTemplate, type Template } from './template.ts';

/** What every request of an input is made of. Texts may have `{{column}}` in them. */
export interface RequestSpec extends SettingsSpec {
  /** May be left out where there are media. */
  prompt?: string | undefined;
  systemInstruction?: string | undefined;
  /** Come before the prompt, in this order; see `compileMedia`. */
  media?: readonly string[] | undefined;
  /** Turns that show what is wanted, before the prompt. */
  examples?: readonly { user: string; model: string }[] | undefined;
}

export interface CompiledRequest {
  columns: {
    /** Columns that say what a row asks about: those of the prompt and of the media. */
    prompt: readonly string[];
    all: readonly string[];
  };
  /** A promise only where media have to be looked at. */
  requestOf(row: Row): GenerateContentRequest | Promise<GenerateContentRequest>;
  /** As it goes into the requests. */
  responseSchema?: ResponseSchema | undefined;
  /** What became of schemas on their way, in sentences. */
  notes: string[];
}

/**
 * Compiles a spec against a table's columns. Throws what templates, schemas and settings throw,
 * `template_without_column`, `nothing_to_ask`, `empty_example` and `example_not_as_asked`.
 */
export function compileRequest(
  spec: RequestSpec,
  { columns, unit }: Pick<Table, 'columns' | 'unit'>,
  mediaParts?: MediaParts,
): CompiledRequest {
  const template = (text: string, what: string) => compileTemplate(text, columns, what);
  const prompt = spec.prompt === undefined ? undefined : template(spec.prompt, 'The prompt');
  const media = (spec.media ?? []).map((text) => compileMedia(text, columns));
  if (!prompt && media.length === 0) throw nothingToAsk();
  const { settings, responseSchema, notes } = compileSettings(spec);
  const system =
    spec.systemInstruction === undefined
      ? undefined
      : template(spec.systemInstruction, 'The system instruction');
  const turns = (spec.examples ?? []).map(({ user, model }, index) => {
    const name = `Example ${index + 1}`;
    if (user.trim() === '' || model.trim() === '') throw emptyExample(name);
    const answer = template(model, name);
    if (responseSchema) checkExample(answer, responseSchema, name);
    return { user: template(user, name), model: answer };
  });
  const asked = distinct([...(prompt ? [prompt] : []), ...media]);
  if (asked.length === 0) throw withoutColumn(columns);

  const requestWith = (cells: Row['cells'], parts: readonly Part[]): GenerateContentRequest => ({
    contents: [
      ...turns.flatMap(({ user, model }) => [turn('user', user, cells), turn('model', model, cells)]),
      { role: 'user', parts: [...parts, ...(prompt ? [{ text: prompt.fill(cells) }] : [])] },
    ],
    ...(system && { systemInstruction: { parts: [{ text: system.fill(cells) }] } }),
    ...settings,
  });
  return {
    columns: {
      prompt: asked,
      all: distinct([
        ...(prompt ? [prompt] : []),
        ...(system ? [system] : []),
        ...media,
        ...turns.flatMap(({ user, model }) => [user, model]),
      ]),
    },
    requestOf:
      media.length === 0
        ? ({ cells }) => requestWith(cells, [])
        : async ({ cells, place }) => {
            try {
              const parts = await partsOf(media, cells, mediaParts);
              if (parts.length === 0 && !prompt) throw nothingInRow();
              return requestWith(cells, parts);
            } catch (error) {
              throw atPlace(error, `${unit} ${place}`);
            }
          },
    responseSchema,
    notes,
  };
}

const turn = (role: 'user' | 'model', template: Template, cells: Row['cells']): Content => ({
  role,
  parts: [{ text: template.fill(cells) }],
});

const distinct = (used: readonly { columns: readonly string[] }[]): string[] => [
  ...new Set(used.flatMap(({ columns }) => columns)),
];

async function partsOf(
  media: readonly MediaReferences[],
  cells: Row['cells'],
  mediaParts: MediaParts | undefined,
): Promise<Part[]> {
  if (!mediaParts) throw new Error('media without a way to read them');
  return mediaParts.partsOf(media.flatMap(({ itemsOf }) => itemsOf(cells)));
}

/** An example that breaks the schema teaches the model to break it. Those with columns in them are not known yet. */
function checkExample({ columns, fill }: Template, schema: ResponseSchema, name: string): void {
  if (columns.length > 0) return;
  let found: { path: string; expected: string } | undefined;
  try {
    found = compileAnswerCheck(schema)(JSON.parse(fill({})));
  } catch {
    found = { path: '$', expected: 'JSON' };
  }
  if (!found) return;
  throw new UserError('example_not_as_asked', {
    what: `${name} does not answer as response_schema asks: at ${found.path} there should be ${found.expected}.`,
    why: 'The model follows examples more closely than a schema.',
    fix: 'Write its model text as the JSON that is wanted.',
  });
}

const emptyExample = (name: string) =>
  new UserError('empty_example', {
    what: `${name} has an empty text.`,
    why: 'Vertex AI refuses requests with empty texts.',
    fix: 'Give it both a user and a model text.',
  });

const nothingToAsk = () =>
  new UserError('nothing_to_ask', {
    what: 'There is neither a prompt nor media.',
    fix: 'Give a prompt with {{column}} in it, or media.',
  });

const nothingInRow = () =>
  new UserError('nothing_to_ask', {
    what: 'The row names no medium, and there is no prompt.',
    fix: 'Give a prompt too, or leave such rows out.',
  });

const withoutColumn = (columns: readonly string[]) =>
  new UserError('template_without_column', {
    what: 'The prompt names no column, so every row would send the same request.',
    why: nameColumns(columns),
    fix: 'Put at least one of them into it as {{column}}.',
  });
