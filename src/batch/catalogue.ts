import { EMBEDDING_MODELS } from './catalogue-embeddings.ts';
import { GEMINI_MODELS } from './catalogue-gemini.ts';
import { IMAGE_MODELS } from './catalogue-images.ts';
import { PARTNER_MODELS } from './catalogue-partners.ts';
import { RETIRED_MODELS } from './catalogue-retired.ts';
import type { Model, Stage } from './catalogue-types.ts';
import { addDays, type Day } from './day.ts';

export { CATALOGUE_AS_OF } from './catalogue-sources.ts';
export type {
  Confidence,
  LaunchStage,
  Modality,
  Model,
  RowFormat,
  Stage,
  Successor,
  ThinkingLevel,
} from './catalogue-types.ts';

/** Every model that batch jobs run on, or ran on. Google's newest first, then partners', then the retired. */
export const MODELS: readonly Model[] = [
  ...GEMINI_MODELS,
  ...IMAGE_MODELS,
  ...EMBEDDING_MODELS,
  ...PARTNER_MODELS,
  ...RETIRED_MODELS,
];

const BY_ID = new Map(
  MODELS.flatMap((model) => [model.id, ...model.aliases].map((id) => [id, model] as const)),
);

/** The model of an id or an alias; the id is without publisher and version. */
export const modelById = (id: string): Model | undefined => BY_ID.get(id);

/** Every location that some model is offered in, the usual ones first. */
export const locations = (): string[] => [...new Set(MODELS.flatMap((model) => model.locations))];

/** The stage on a day. A model is retired from its retirement day on; an earliest day retires nothing. */
export function stageOn(model: Model, on: Day): Stage {
  const gone = model.retires && !model.retires.atLeast && on >= model.retires.date;
  return gone ? 'retired' : model.stage;
}

export const isLive = (model: Model, on: Day): boolean => stageOn(model, on) !== 'retired';

/**
 * What a person should know about the model's end, in one sentence; undefined while nothing is near.
 * From a month before retirement Vertex AI refuses projects that have not used the model yet.
 */
export function lifecycleWarning(model: Model, on: Day): string | undefined {
  const { retires, stage, id } = model;
  if (retires && !retires.atLeast && isLive(model, on) && on >= addDays(retires.date, -31))
    return `${id} retires on ${retires.date}; a project that has not used it yet may be refused already.`;
  if (retires?.atLeast && on >= retires.date)
    return `${id} was promised until ${retires.date} only; it may be retired by now.`;
  if (stage === 'short_lived_ga' && isLive(model, on))
    return `${id} is a short-lived release and can go at short notice.`;
  return undefined;
}
