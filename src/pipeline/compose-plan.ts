import { type ConversionReport, lineConverter } from '../batch/convert-line.ts';
import type { GenerateContentRequest } from '../batch/request-row.ts';
import type { ResponseSchema } from '../batch/response-schema.ts';
import { UserError } from '../support/errors.ts';
import { list } from '../support/text.ts';
import type { Row, Table } from '../tables/table.ts';
import { type MediaPorts, type MediaTally, mediaParts } from './compose-media.ts';
import { compileRequest, type RequestSpec } from './compose-request.ts';
import { type RowKeys, rowKeys } from './row-keys.ts';

export interface PlanSpec extends RequestSpec {
  /** Column whose values become the keys; rows are numbered without it. */
  keyColumn?: string | undefined;
}

/** How the rows of a table become requests. */
export interface ComposePlan {
  keys: RowKeys;
  requestOf(row: Row): GenerateContentRequest | Promise<GenerateContentRequest>;
  /** True where `requestOf` waits for media. */
  waits: boolean;
  /** Columns that say what a row asks about, and all that are used. */
  columns: { prompt: readonly string[]; all: readonly string[] };
  responseSchema?: ResponseSchema | undefined;
  /** What became of schemas on their way, in sentences. */
  notes: string[];
  /** For the manifest, once the rows have been read. */
  facts(): { media?: MediaTally | undefined; conversion?: ConversionReport | undefined };
}

/**
 * A table becomes requests by its prompt and media; without either its rows are lines of another service's batch,
 * which are converted. Throws what specs, templates and keys throw, and `nothing_to_ask`.
 */
export function composePlan(spec: PlanSpec, table: Table, ports: MediaPorts): ComposePlan {
  if (spec.prompt === undefined && !spec.media?.length) return conversionPlan(spec, table);
  const media = spec.media?.length ? mediaParts(ports) : undefined;
  const { columns, requestOf, responseSchema, notes } = compileRequest(spec, table, media);
  return {
    keys: rowKeys(spec.keyColumn, table),
    requestOf,
    waits: media !== undefined,
    columns,
    responseSchema,
    notes,
    facts: () => ({ media: media?.tally() }),
  };
}

/** Where each service's lines have their own id. */
const KEYS = ['custom_id', 'key'];
const BODIES = ['body', 'params', 'request', 'messages'];

function conversionPlan(spec: PlanSpec, table: Table): ComposePlan {
  const { columns, unit } = table;
  if (!BODIES.some((name) => columns.includes(name))) throw nothingToConvert();
  refuseOthers(spec);
  const converter = lineConverter();
  return {
    keys: rowKeys(spec.keyColumn ?? KEYS.find((name) => columns.includes(name)), table),
    requestOf: ({ cells, place }) => converter.convert(cells, `${unit} ${place}`).request,
    waits: false,
    columns: { prompt: [], all: [] },
    notes: [],
    facts: () => ({ conversion: converter.report() }),
  };
}

const ARGUMENTS: readonly [keyof PlanSpec, string][] = [
  ['systemInstruction', 'system_instruction'],
  ['examples', 'examples'],
  ['responseSchema', 'response_schema'],
  ['generationConfig', 'generation_config'],
  ['tools', 'tools'],
  ['safetySettings', 'safety_settings'],
  ['labels', 'labels'],
];

/** Each line says for itself what it asks: nothing can be added to it without a rule for what wins. */
function refuseOthers(spec: PlanSpec): void {
  const given = ARGUMENTS.filter(([member]) => spec[member] !== undefined).map(([, name]) => name);
  if (given.length === 0) return;
  throw new UserError('conversion_takes_no_more', {
    what: `Without a prompt the lines are converted as they are, and ${list(given)} cannot be added.`,
    fix: 'Leave it out, or give a prompt or media to make requests of a table.',
  });
}

const nothingToConvert = () =>
  new UserError('nothing_to_ask', {
    what: 'There is neither a prompt nor media, and the source is no batch file of another service.',
    why: 'A batch file has lines with custom_id and body (OpenAI) or params (Anthropic).',
    fix: 'Give a prompt with {{column}} in it, or media.',
  });
