import { z } from 'zod';
import { modelById } from '../../batch/catalogue.ts';
import type { RequestRow } from '../../batch/request-row.ts';
import { compose } from '../../pipeline/compose.ts';
import { count, quoteUntrusted } from '../../support/text.ts';
import { defineTool } from '../define.ts';
import { generationConfig, rowLimit } from '../fields.ts';
import { composeNotes, isTooLarge } from './compose-notes.ts';

const SUGGESTED_MODEL = 'gemini-3.5-flash-lite';
const DEFAULT_SEED = 1;
const MOST_COLUMNS_SHOWN = 50;
const MOST_TEXT_SHOWN = 600;

export const composeBatchInput = defineTool({
  name: 'compose_batch_input',
  title: 'Compose batch input',
  toolset: 'inputs',
  effect: 'create',
  description:
    'Turns a table (CSV, TSV, JSON array, JSONL, also .gz; Parquet, XLSX) and a prompt with {{column}} placeholders into a JSONL file of Gemini request rows, one a row, with keys and a manifest. Safe to repeat: the same call finds its file again.',
  input: z.strictObject({
    source: z.string().min(1).describe('Local path, or gs://bucket/object, also with *.'),
    sheet: z
      .union([z.string().min(1), z.number().int().min(1)])
      .optional()
      .describe('XLSX: name, or number from 1.'),
    where: z
      .string()
      .min(1)
      .optional()
      .describe("SQL condition on columns, such as stars >= 4 AND lang = 'de'. Empty cells are NULL."),
    sample: z
      .strictObject({ rows: rowLimit, seed: z.number().int().optional() })
      .optional()
      .describe('Random rows, in order; the same seed draws the same.'),
    prompt: z.string().min(1).describe('Text with {{column}}; {{{{ is a literal {{.'),
    system_instruction: z.string().min(1).optional().describe('May have {{column}} too.'),
    key_column: z
      .string()
      .min(1)
      .optional()
      .describe('Unique column for the keys. Default: rows are numbered.'),
    limit: rowLimit.optional().describe('Only the first rows.'),
    generation_config: generationConfig
      .optional()
      .describe('REST names: maxOutputTokens, temperature, responseMimeType, responseSchema …'),
  }),
  output: z.object({
    input_id: z.string(),
    file: z.string(),
    rows: z.number(),
    rows_in_source: z.number(),
    skipped: z.number(),
    bytes: z.number(),
    columns: z.array(z.string()),
    empty_values: z.record(z.string(), z.number()),
    first_request: z.looseObject({}),
    notes: z.array(z.string()),
  }),
  run: async (input, context) => {
    const composed = await compose(
      {
        source: input.source,
        sheet: input.sheet,
        where: input.where,
        sample: input.sample && { rows: input.sample.rows, seed: input.sample.seed ?? DEFAULT_SEED },
        prompt: input.prompt,
        systemInstruction: input.system_instruction,
        keyColumn: input.key_column,
        limit: input.limit,
        generationConfig: input.generation_config,
      },
      context,
    );
    const { manifest, file, reused } = composed;
    const limits = modelById(SUGGESTED_MODEL)?.limits ?? {};
    const from =
      manifest.rows_in === manifest.rows_out
        ? ''
        : ` from ${manifest.rows_in.toLocaleString('en-US')} in the source`;
    return {
      data: {
        input_id: manifest.id,
        file,
        rows: manifest.rows_out,
        rows_in_source: manifest.rows_in,
        skipped: manifest.skipped.count,
        bytes: manifest.bytes,
        columns: manifest.source.columns.slice(0, MOST_COLUMNS_SHOWN).map((name) => quoteUntrusted(name, 80)),
        empty_values: manifest.empty_values,
        first_request: shown(composed.firstRequest),
        notes: composeNotes(composed, limits),
      },
      summary: reused
        ? `This input was composed before and is still there: ${count(manifest.rows_out, 'request row')}${from}.`
        : `Composed ${count(manifest.rows_out, 'request row')}${from}.`,
      next:
        context.hasTool('create_batch_job') && !isTooLarge(manifest, limits)
          ? {
              tool: 'create_batch_job',
              arguments: { input: file, model: SUGGESTED_MODEL },
              reason: 'start a job on it; any model of list_supported_models can stand in its place',
            }
          : undefined,
    };
  },
});

/** The row as it will be sent, with its texts, which hold cells, quoted and cut. */
function shown({ key, request }: RequestRow): Record<string, unknown> {
  const quoted = (content: RequestRow['request']['contents'][number]) => ({
    ...content,
    parts: content.parts.map(({ text = '', ...part }) => ({
      ...part,
      text: quoteUntrusted(text, MOST_TEXT_SHOWN),
    })),
  });
  const { contents, systemInstruction, ...rest } = request;
  return {
    key: /^r-\d+$/.test(key) ? key : quoteUntrusted(key),
    request: {
      contents: contents.map(quoted),
      ...(systemInstruction && { systemInstruction: quoted(systemInstruction) }),
      ...rest,
    },
  };
}
