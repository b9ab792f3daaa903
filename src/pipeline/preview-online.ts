import { parseModelName, resourceName } from '../batch/model-name.ts';
import { UserError } from '../support/errors.ts';
import type { ChosenModel } from './choose-model.ts';
import type { Ports } from './ports.ts';

/**
 * What `generateContent` is called on for the model of a batch: the model itself, and for a tuned one the endpoint that
 * it is deployed to. Throws `not_previewable` and `not_deployed`.
 */
export async function onlineModel(
  asked: string,
  { format, resource }: ChosenModel,
  { vertex, signal }: Pick<Ports, 'vertex' | 'signal'>,
): Promise<string> {
  if (format !== 'gemini') throw notPreviewable(resource);
  const given = parseModelName(asked);
  if (given.kind === 'publisher') return resource;
  if (given.kind === 'endpoint') return resourceName(given);
  const { deployedModels } = await vertex.models.get(resource, { signal });
  const endpoint = deployedModels?.find((deployed) => deployed.endpoint)?.endpoint;
  if (endpoint) return endpoint;
  throw new UserError('not_deployed', {
    what: `The tuned model ${given.id} is deployed to no endpoint.`,
    why: 'A batch runs on the model, but online calls, which a preview makes, need an endpoint.',
    fix: 'Deploy it, or preview with the model that it was tuned from.',
  });
}

const notPreviewable = (resource: string) =>
  new UserError('not_previewable', {
    what: `There is no preview for ${resource.split('/').at(-1)}.`,
    why: 'A preview sends rows through generateContent, which only Gemini models answer.',
    fix: 'For a look at answers run a job of a few rows: compose_batch_input with limit: 3, then create_batch_job. estimate_batch_cost says what the whole costs.',
  });
