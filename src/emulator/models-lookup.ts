import { invalidArgument, ServiceError } from './errors.ts';
import { parseModelName } from './model/names.ts';
import { modelAt, type PublisherModel } from './models.ts';

/** A Gemini that somebody tuned in the emulated project. */
export interface TunedModel {
  /** Digits. */
  id: string;
  location: string;
  displayName: string;
  /** Id of the publisher model under it. */
  base: string;
}

export interface ModelPlace {
  /** Id of the project, for messages. */
  project: string;
  location: string;
  /** Milliseconds: models retire. */
  now: number;
}

/**
 * A publisher model that answers at a location. Throws Google's 404 for one that is unknown, retired or not there,
 * and 501 for embeddings.
 */
export function publisherModel(id: string, publisher: string, place: ModelPlace): PublisherModel {
  const model = publisher === 'google' ? modelAt(id, place.now) : undefined;
  if (model === undefined || !model.locations.includes(place.location)) {
    throw new ServiceError(
      404,
      'NOT_FOUND',
      `Publisher Model \`projects/${place.project}/locations/${place.location}/publishers/${publisher}/models/${id}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`,
    );
  }
  if (model.kind === 'embedding') {
    throw new ServiceError(501, 'UNIMPLEMENTED', `Embeddings are not emulated: ${id}.`);
  }
  return model;
}

/** The model under a job's `model` field, published or tuned. Throws 400 for no model's name, 404 for no model. */
export function modelOfJob(name: string, tuned: readonly TunedModel[], place: ModelPlace): PublisherModel {
  const parsed = parseModelName(name);
  if (parsed === undefined)
    throw invalidArgument(`Invalid resource name: ${JSON.stringify(name)} is no model.`);
  if (parsed.location !== undefined && parsed.location !== place.location) {
    throw invalidArgument(`The model ${name} is not in the location of the job, ${place.location}.`);
  }
  if (parsed.kind === 'publisher') return publisherModel(parsed.id, parsed.publisher, place);
  const own = tuned.find(({ id, location }) => id === parsed.id && location === parsed.location);
  const base = own === undefined ? undefined : modelAt(own.base, place.now);
  if (base === undefined) {
    throw new ServiceError(404, 'NOT_FOUND', `The Model does not exist: ${name}`);
  }
  return base;
}
