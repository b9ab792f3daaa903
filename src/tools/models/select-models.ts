import { isLive, MODELS, type Modality, type Model, stageOn } from '../../batch/catalogue.ts';
import type { Day } from '../../batch/day.ts';
import { modelProblem, resolveModel } from '../../batch/find-model.ts';
import { UserError } from '../../support/errors.ts';
import { quoteUntrusted } from '../../support/text.ts';

export const STAGES = ['live', 'all', 'retired', 'ga', 'preview'] as const;

export interface Selection {
  query?: string | undefined;
  stage: (typeof STAGES)[number];
  modality?: Modality | undefined;
  location?: string | undefined;
}

export interface Selected {
  models: Model[];
  /** One model was named, so all about it is wanted. */
  exact: boolean;
  /** Partners' models that fit but stand back in a list that nobody narrowed. */
  leftOut: number;
}

/**
 * Models that a person asks for. A whole name finds its model whatever its stage; a part of one finds all that hold it.
 * Throws `unknown_model` with the nearest names where nothing fits the query at all.
 */
export function selectModels(selection: Selection, on: Day): Selected {
  const { query } = selection;
  const fits = MODELS.filter((model) => fitsFilters(model, selection, on));
  if (query === undefined) {
    const shown = selection.stage === 'all' ? fits : fits.filter(({ publisher }) => publisher === 'google');
    // Asked for a location that only partners' models are in, these are the answer.
    const models = shown.length > 0 ? shown : fits;
    return { models, exact: false, leftOut: fits.length - models.length };
  }
  const named = resolve(query, on);
  if (named) return { models: [named], exact: true, leftOut: 0 };
  const models = holding(query, fits);
  if (models.length === 0 && holding(query, MODELS).length === 0) throw unknown(query, on);
  return { models, exact: models.length === 1, leftOut: 0 };
}

function fitsFilters(model: Model, { stage, modality, location }: Selection, on: Day): boolean {
  const inStage =
    stage === 'all' ||
    (stage === 'live' ? isLive(model, on) : stageOn(model, on).replace('short_lived_', '') === stage);
  const { input, output } = model.modalities;
  return (
    inStage &&
    (modality === undefined || input.includes(modality) || output.includes(modality)) &&
    (location === undefined || model.locations.includes(location))
  );
}

function resolve(query: string, on: Day): Model | undefined {
  try {
    const resolution = resolveModel(query, on);
    return 'model' in resolution ? resolution.model : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function holding(query: string, models: readonly Model[]): Model[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter(({ id, family, publisher, aliases }) => {
    const text = [id, family, publisher, ...aliases].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function unknown(query: string, on: Day): UserError {
  const problem = modelProblem(resolveModel(query, on));
  if (problem) return problem;
  return new UserError('unknown_model', {
    what: `${quoteUntrusted(query, 120)} is a model of your own project.`,
    why: 'The catalogue lists only models that are published to everybody.',
    fix: 'Give its resource name as `model` where a job is created.',
  });
}
