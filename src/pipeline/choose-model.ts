import { lifecycleWarning, type Model, type RowFormat } from '../batch/catalogue.ts';
import { dayOf } from '../batch/day.ts';
import { modelProblem, pickLocation, type Resolution, resolveModel } from '../batch/find-model.ts';
import { parseModelName, resourceName } from '../batch/model-name.ts';
import { allowedBy, assertAllowed, isAllowed } from '../google/allowlist.ts';
import { UserError } from '../support/errors.ts';
import type { Ports } from './ports.ts';

export interface ChosenModel {
  /** What the job's `model` field takes. */
  resource: string;
  location: string;
  /** What its jobs take. */
  format: RowFormat;
  limits: Model['limits'];
  /** What a person should know of the choice, such as another location than the configured one. */
  notes: string[];
}

/**
 * Model and location of a job, so that they fit each other. A location given in the call is kept or refused;
 * a configured one gives way to where the model is offered.
 * Throws `bad_model_name`, `unknown_model`, `retired_model`, `location_without_model`, `endpoint_without_model`, `not_allowed`.
 */
export async function chooseModel(
  asked: { model: string; location?: string | undefined },
  ports: Ports,
): Promise<ChosenModel> {
  const day = dayOf(ports.clock.now());
  const resolution = resolveModel(asked.model, day);
  const problem = modelProblem(resolution, asked.location ?? namedLocation(resolution));
  if (problem) throw problem;
  if (resolution.kind === 'own') {
    const { id, location, project } = resolution.name;
    const allowed = allowedBy(ports.settings);
    assertAllowed('models', id, allowed);
    assertAllowed('locations', location, allowed);
    if (project !== ports.project) assertAllowed('projects', project, allowed);
    return ownModel(resolution.name, ports);
  }
  if (resolution.kind !== 'live') throw new Error(`${resolution.kind} model passed the check`);
  const { model, name } = resolution;
  const allowed = allowedBy(ports.settings);
  assertAllowed('models', model.id, allowed);
  const insisted = asked.location ?? name.location;
  const preferred = insisted ?? ports.settings.location;
  const offered = model.locations.filter((one) => isAllowed(allowed.locations, one));
  const fits = (one: string) => isAllowed(allowed.locations, one) && !modelProblem(resolution, one);
  const kept = preferred !== undefined && (insisted !== undefined || fits(preferred));
  const location = kept
    ? preferred
    : pickLocation({ locations: offered.length ? offered : model.locations }, preferred);
  assertAllowed('locations', location, allowed);
  const moved = preferred !== undefined && location !== preferred;
  const warning = lifecycleWarning(model, day);
  const notes = [
    ...(moved ? [`${model.id} is not offered in ${preferred}; the job goes to ${location}.`] : []),
    ...(warning ? [warning] : []),
  ];
  const { limits, rowFormat: format } = model;
  return { resource: resourceName(name), location, format, limits, notes };
}

const namedLocation = (resolution: Resolution) =>
  resolution.kind === 'live' ? resolution.name.location : undefined;

/** A tuned model is taken as it is; its endpoint is exchanged for the model deployed there, which batch wants. */
async function ownModel(
  name: Extract<Resolution, { kind: 'own' }>['name'],
  ports: Ports,
): Promise<ChosenModel> {
  // Only Gemini models are tuned on Vertex AI and run in batches.
  const facts = { location: name.location, format: 'gemini', limits: {} } as const;
  if (name.kind === 'tuned') return { ...facts, resource: resourceName(name), notes: [] };
  const endpoint = await ports.vertex.endpoints.get(resourceName(name), { signal: ports.signal });
  const deployed = endpoint.deployedModels?.find(({ model }) => model)?.model;
  if (!deployed)
    throw new UserError('endpoint_without_model', {
      what: `The endpoint ${name.id} has no model deployed.`,
      why: 'A batch job runs on a model, not on an endpoint.',
      fix: 'Name the tuned model: projects/PROJECT/locations/LOCATION/models/ID.',
    });
  return {
    ...facts,
    resource: resourceName(parseModelName(deployed)),
    notes: [`The endpoint ${name.id} was given; the job runs on the model deployed there.`],
  };
}
