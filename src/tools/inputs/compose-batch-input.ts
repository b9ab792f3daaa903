import { z } from 'zod';
import { modelById } from '../../batch/catalogue.ts';
import { type Composed, compose } from '../../pipeline/compose.ts';
import { stageFile } from '../../pipeline/stage-input.ts';
import { count, quoteUntrusted } from '../../support/text.ts';
import { defineTool, type ToolContext } from '../define.ts';
import { generationConfig, rowLimit } from '../fields.ts';
import { composeNotes } from './compose-notes.ts';
import { shownRow } from './show-request.ts';

const SUGGESTED_MODEL = 'gemini-3.5-flash-lite';
const DEFAULT_SEED = 1;
const MOST_COLUMNS_SHOWN = 50;

const object = z.record(z.string(), z.unknown());
const texts = z.record(z.string(), z.string());

export const composeBatchInput = defineTool({
  name: 'compose_batch_input',
  title: 'Compose batch input',
  toolset: 'inputs',
  effect: 'create',
  description:
    'Turns a table (CSV, TSV, JSON, JSONL, .gz; Parquet, XLSX), a prompt with {{column}} and media into JSONL of Gemini request rows with keys and a manifest. Without prompt and media it converts an OpenAI or Anthropic batch file. Safe to repeat.',
  input: z.strictObject({
    source: z
      .string()
      .min(1)
      .describe('Table, batch file, or folder of media: local path or gs:// URI, also with *.'),
    sheet: z.union([z.string(), rowLimit]).optional().describe('XLSX: name, or number.'),
    where: z.string().optional().describe("SQL condition: stars >= 4 AND lang = 'de'."),
    sample: z
      .strictObject({ rows: rowLimit, seed: z.number().int().optional() })
      .optional()
      .describe('Random rows; same seed, same rows.'),
    prompt: z.string().min(1).optional().describe('Text with {{column}}; {{{{ is a literal {{.'),
    system_instruction: z.string().min(1).optional().describe('May have {{column}} too.'),
    media: z
      .array(z.string())
      .optional()
      .describe('Columns or templates of paths or URIs; where a name has no type, "image/png {{url}}".'),
    examples: z
      .array(z.strictObject({ user: z.string(), model: z.string() }))
      .optional()
      .describe('Earlier turns.'),
    response_schema: object.optional().describe('JSON Schema.'),
    key_column: z.string().optional().describe('Unique column. Default: numbers.'),
    limit: rowLimit.optional().describe('Only the first rows.'),
    generation_config: generationConfig.optional().describe('REST names, e.g. maxOutputTokens.'),
    tools: z.array(object).optional().describe('REST form.'),
    safety_settings: texts.optional().describe('HARM_CATEGORY_…: threshold'),
    labels: texts.optional().describe('On the bill.'),
    dedupe: z.boolean().default(false).describe('Send equal requests once.'),
    upload_to: z.string().optional().describe('gs://bucket/prefix.'),
  }),
  output: z.object({
    input_id: z.string(),
    file: z.string(),
    files: z.array(z.string()).optional(),
    objects: z.array(z.string()).optional(),
    rows: z.number(),
    rows_in_source: z.number(),
    skipped: z.number(),
    duplicates: z.number().optional(),
    bytes: z.number(),
    columns: z.array(z.string()),
    empty_values: z.record(z.string(), z.number()),
    first_request: z.looseObject({}),
    notes: z.array(z.string()),
  }),
  run: async (input, context) => {
    const { maxRows, maxBytes } = modelById(SUGGESTED_MODEL)?.limits ?? {};
    const composed = await compose(
      {
        source: input.source,
        sheet: input.sheet,
        where: input.where,
        sample: input.sample && { rows: input.sample.rows, seed: input.sample.seed ?? DEFAULT_SEED },
        prompt: input.prompt,
        systemInstruction: input.system_instruction,
        media: input.media,
        examples: input.examples,
        responseSchema: input.response_schema,
        keyColumn: input.key_column,
        limit: input.limit,
        generationConfig: input.generation_config,
        tools: input.tools,
        safetySettings:
          input.safety_settings &&
          Object.entries(input.safety_settings).map(([category, threshold]) => ({ category, threshold })),
        labels: input.labels,
        dedupe: input.dedupe,
        limits: { rows: maxRows, bytes: maxBytes },
      },
      context,
    );
    const { manifest, file, files } = composed;
    const objects =
      input.upload_to === undefined ? undefined : await upload(composed, input.upload_to, context);
    return {
      data: {
        input_id: manifest.id,
        file,
        ...(files.length > 1 && { files }),
        ...(objects && { objects }),
        rows: manifest.rows_out,
        rows_in_source: manifest.rows_in,
        skipped: manifest.skipped.count,
        ...(manifest.duplicates > 0 && { duplicates: manifest.duplicates }),
        bytes: manifest.bytes,
        columns: manifest.source.columns.slice(0, MOST_COLUMNS_SHOWN).map((name) => quoteUntrusted(name, 80)),
        empty_values: manifest.empty_values,
        first_request: shownRow(composed.firstRequest, manifest.conversion !== undefined),
        notes: composeNotes(composed),
      },
      summary: summaryOf(composed),
      next: context.hasTool('create_batch_job')
        ? {
            tool: 'create_batch_job',
            arguments: { input: manifest.id, model: SUGGESTED_MODEL },
            reason: `start ${files.length > 1 ? 'its jobs' : 'a job on it'}; any model of list_supported_models can stand in its place`,
          }
        : undefined,
    };
  },
});

/** As a submit would do it: content-addressed, so that a submit under the same prefix finds them there. */
async function upload({ manifest, files }: Composed, place: string, context: ToolContext): Promise<string[]> {
  const uris: string[] = [];
  for (const [index, { sha256, bytes }] of manifest.files.entries())
    uris.push(await stageFile({ path: files[index], sha256, bytes }, place, context));
  return uris;
}

function summaryOf({ manifest, files, reused }: Composed): string {
  const { rows_in: rowsIn, rows_out: rowsOut } = manifest;
  const from = rowsIn === rowsOut ? '' : ` from ${rowsIn.toLocaleString('en-US')} in the source`;
  const what = `${count(rowsOut, 'request row')}${from}${files.length > 1 ? `, in ${files.length} files` : ''}`;
  return reused ? `This input was composed before and is still there: ${what}.` : `Composed ${what}.`;
}
