import { UserError } from '../support/errors.ts';
import { list, nearest, quoteUntrusted } from '../support/text.ts';
import { CATALOGUE_AS_OF, isLive, MODELS, type Model, modelById, type Successor } from './catalogue.ts';
import type { Day } from './day.ts';
import { type ModelName, parseModelName, publisherOf } from './model-name.ts';

type Published = Extract<ModelName, { kind: 'publisher' }>;
type Own = Exclude<ModelName, { kind: 'publisher' }>;

export type Resolution =
  | { kind: 'live'; name: Published; model: Model }
  | { kind: 'retired'; name: Published; model: Model; successors: LiveSuccessor[] }
  /** Not in the catalogue; `near` holds live ids that look like it. It may still exist: the catalogue has a date. */
  | { kind: 'unknown'; name: Published; near: string[] }
  /** A project's own tuned model, or its endpoint: nothing is known about it here. */
  | { kind: 'own'; name: Own };

export interface LiveSuccessor {
  model: Model;
  reason: Successor['reason'];
}

/** What a person means by a model name, on a day. Throws a UserError `bad_model_name`. */
export function resolveModel(text: string, on: Day): Resolution {
  const given = parseModelName(text);
  if (given.kind !== 'publisher') return { kind: 'own', name: given };
  const model = modelById(given.id);
  if (!model || model.publisher !== given.publisher)
    return { kind: 'unknown', name: given, near: nearLive(given, on) };
  // Vertex AI knows ids, not the aliases that people use.
  const name = { ...given, id: model.id };
  if (isLive(model, on)) return { kind: 'live', name, model };
  return { kind: 'retired', name, model, successors: liveSuccessors(model, on) };
}

/** Where a wrong publisher is the whole mistake, the id itself is the nearest name. */
function nearLive(name: Published, on: Day): string[] {
  const live = MODELS.filter((model) => isLive(model, on));
  const same = live.find((model) => model.id === name.id);
  if (same) return [same.id];
  const family = live.filter((model) => model.publisher === publisherOf(name.id));
  return nearest(
    name.id,
    family.map((model) => model.id),
  );
}

/** What to use instead: successors that live, and for those that do not, theirs. Best first, each once. */
export function liveSuccessors(model: Model, on: Day, seen = new Set([model.id])): LiveSuccessor[] {
  return model.successors.flatMap(({ id, reason }) => {
    const next = modelById(id);
    if (!next || seen.has(next.id)) return [];
    seen.add(next.id);
    return isLive(next, on) ? [{ model: next, reason }] : liveSuccessors(next, on, seen);
  });
}

/**
 * Why a job on this model and location cannot work; undefined where nothing speaks against it.
 * Codes: `unknown_model`, `retired_model`, `location_without_model`.
 * A location is refused where the sources rule it out, or where the model's list of locations is confirmed without it.
 */
export function modelProblem(resolution: Resolution, location?: string): UserError | undefined {
  switch (resolution.kind) {
    case 'unknown':
      return unknownModel(resolution);
    case 'retired':
      return retiredModel(resolution);
    case 'own':
      return location === undefined ? undefined : ownModelElsewhere(resolution.name, location);
    case 'live':
      return location === undefined ? undefined : locationWithoutModel(resolution.model, location);
  }
}

function unknownModel({ name, near }: Extract<Resolution, { kind: 'unknown' }>): UserError {
  return new UserError('unknown_model', {
    what: `The model ${quoteUntrusted(name.id, 80)} of ${quoteUntrusted(name.publisher, 40)} is not known.`,
    why: `The catalogue of ${CATALOGUE_AS_OF} does not list it for batch jobs.`,
    fix: near.length > 0 ? `Did you mean ${or(near)}?` : 'list_supported_models shows what there is.',
  });
}

function retiredModel({ model, successors }: Extract<Resolution, { kind: 'retired' }>): UserError {
  return new UserError('retired_model', {
    what: `${model.id} was retired ${when(model.retires?.date ?? '')}.`,
    why: 'Vertex AI answers 404 for a retired model.',
    fix:
      successors.length > 0
        ? `Use ${successors.map(describeSuccessor).join(', or ')}.`
        : 'list_supported_models shows what there is now.',
  });
}

const FOR_REASON = { quality: ' for quality', cost: ' for cost', closest: ' as the closest' } as const;

/** `gemini-3.8-flash for quality`. */
export const describeSuccessor = ({ model, reason }: LiveSuccessor): string =>
  `${model.id}${FOR_REASON[reason]}`;

const when = (date: Day): string => `${date.length === 7 ? 'in' : 'on'} ${date}`;
const or = (names: readonly string[]): string => list(names).replace(/ and (?=[^ ]+$)/, ' or ');

function locationWithoutModel(model: Model, location: string): UserError | undefined {
  const ruledOut = model.notIn?.includes(location) ?? false;
  if (!ruledOut && (!model.locationsSure || model.locations.includes(location))) return undefined;
  return new UserError('location_without_model', {
    what: `${model.id} is not offered in ${quoteUntrusted(location, 40)}.`,
    why: `It is offered in ${list(model.locations)}${model.locationsSure ? '' : ', as far as is known'}.`,
    fix: `Use ${pickLocation(model, location)}, or leave the location out.`,
  });
}

function ownModelElsewhere(name: Own, location: string): UserError | undefined {
  if (name.location === location) return undefined;
  return new UserError('location_without_model', {
    what: `The tuned model ${name.id} is in ${name.location}, not in ${quoteUntrusted(location, 40)}.`,
    why: 'A batch job on a tuned model runs where the model is; the global endpoint does not take tuned models.',
    fix: `Use ${name.location}.`,
  });
}

/**
 * The location to run a model in: the preferred one where the model is offered there, else the multi-region
 * around it, so that data stays in its jurisdiction, else the model's first.
 */
export function pickLocation(model: Pick<Model, 'locations'>, preferred?: string): string {
  const { locations } = model;
  const around = preferred?.startsWith('us-') ? 'us' : preferred?.startsWith('europe-') ? 'eu' : undefined;
  const wanted = [preferred, around].find(
    (location) => location !== undefined && locations.includes(location),
  );
  return wanted ?? locations[0] ?? 'global';
}
