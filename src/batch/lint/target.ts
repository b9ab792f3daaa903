import { type Model, type RowFormat, stageOn } from '../catalogue.ts';
import type { Day } from '../day.ts';
import { resolveModel } from '../find-model.ts';
import type { Given } from './rule.ts';

/** What a file is checked for. */
export interface Target {
  /** Known of the model; undefined for tuned ones, unknown ones, and where none was named. */
  model?: Model | undefined;
  /** The name as given, where the catalogue does not have it. */
  unknownModel?: string | undefined;
  on: Day;
  format: RowFormat;
  limits: { maxRows?: number | undefined; maxBytes?: number | undefined };
  /** Tokens. */
  context: { input: number; output: number };
  /** Bytes. */
  longestLine: number;
  /** `gs://` URIs of objects that are not there. */
  missing: ReadonlySet<string>;
}

/** Of Gemini: what is assumed where no model was named. Source: Vertex AI, batch inference, limitations. */
const GEMINI = {
  limits: { maxRows: 200_000, maxBytes: 1_000_000_000 },
  context: { input: 1_048_576, output: 65_536 },
} as const;

/** A JSON row of a BigQuery load has at most 100 MB. */
const LONGEST_LINE = 100_000_000;

/** Throws a UserError `bad_model_name`. */
export function targetOf({
  model: name,
  on,
  limits,
  longestLine = LONGEST_LINE,
  missing = [],
}: Given & { on: Day }): Target {
  const found = name === undefined ? undefined : resolveModel(name, on);
  const model = found && 'model' in found ? found.model : undefined;
  return {
    model,
    ...(found?.kind === 'unknown' && { unknownModel: found.name.id }),
    on,
    format: model?.rowFormat ?? 'gemini',
    limits: limits ?? model?.limits ?? GEMINI.limits,
    context: {
      input: model?.context?.input ?? GEMINI.context.input,
      output: model?.context?.output ?? GEMINI.context.output,
    },
    longestLine,
    missing: new Set(missing),
  };
}

export const isRetired = ({ model, on }: Target): boolean =>
  model !== undefined && stageOn(model, on) === 'retired';
