import { timestamp } from '../../support/clock.ts';
import { invalidArgument, ServiceError } from '../errors.ts';
import { pageSize } from '../jobs/list.ts';
import type { JsonObject } from '../messages/messages.ts';
import { modelAt, modelsAt, type PublisherModel } from '../models.ts';
import { PARENT, VERSION, type VertexCall, type VertexContext, vertexRoute } from './vertex-route.ts';

const TEST = 'test/contract/aiplatform.test.ts';

export const MODEL_ROUTES = [
  vertexRoute({
    rpc: 'publishers.models.get',
    method: 'GET',
    path: `${VERSION}/publishers/:publisher/models/:model{[^/:]+}`,
    fidelity:
      'Name, version, launch stage; no templates or actions. Retired models are a 404. Only Google publishes.',
    test: TEST,
    queries: ['view', 'languageCode'],
    handle: get,
  }),
  vertexRoute({
    rpc: 'publishers.models.list',
    method: 'GET',
    path: '/v1beta1/publishers/:publisher/models',
    fidelity: 'Paged, without filter; v1beta1 only, as on the real service.',
    test: TEST,
    queries: ['filter', 'pageSize', 'pageToken', 'view', 'orderBy', 'languageCode', 'listAllVersions'],
    handle: list,
  }),
  vertexRoute({
    rpc: 'projects.locations.models.get',
    method: 'GET',
    path: `${PARENT}/models/:model{[0-9]+}`,
    fidelity: 'The tuned models that the emulator was started with.',
    test: TEST,
    handle: getTuned,
  }),
];

function get(call: VertexCall, { clock }: VertexContext): JsonObject {
  const [publisher, id] = [call.param('publisher'), call.param('model').replace(/@.*$/, '')];
  const model = publisher === 'google' ? modelAt(id, clock.now()) : undefined;
  if (model === undefined) {
    throw new ServiceError(
      404,
      'NOT_FOUND',
      `Publisher Model \`publishers/${publisher}/models/${id}\` not found.`,
    );
  }
  return publisherModelView(model);
}

function list(call: VertexCall, { clock }: VertexContext): JsonObject {
  if (call.query('filter'))
    throw new ServiceError(501, 'UNIMPLEMENTED', 'The filter of models is not emulated.');
  const models = call.param('publisher') === 'google' ? modelsAt(clock.now()) : [];
  const token = call.query('pageToken');
  const from = token ? models.findIndex(({ id }) => id === token) : 0;
  if (from === -1) throw invalidArgument(`Invalid page token: ${token}.`);
  const size = pageSize(call.query('pageSize'));
  const page = models.slice(from, from + size);
  const next = models[from + size];
  return {
    ...(page.length > 0 ? { publisherModels: page.map(publisherModelView) } : {}),
    ...(next === undefined ? {} : { nextPageToken: next.id }),
  };
}

const publisherModelView = ({ id, stage }: PublisherModel): JsonObject => ({
  name: `publishers/google/models/${id}`,
  versionId: 'default',
  openSourceCategory: 'PROPRIETARY',
  launchStage: stage,
  versionState: 'VERSION_STATE_STABLE',
  publisherModelTemplate: `projects/{project}/locations/{location}/publishers/google/models/${id}@default`,
});

function getTuned(call: VertexCall, { tunedModels, project, clock }: VertexContext): JsonObject {
  const [location, id] = [call.param('location'), call.param('model')];
  const model = tunedModels.find((one) => one.id === id && one.location === location);
  if (model === undefined) {
    throw new ServiceError(
      404,
      'NOT_FOUND',
      `The Model does not exist: projects/${call.param('project')}/locations/${location}/models/${id}`,
    );
  }
  return {
    name: `projects/${project.number}/locations/${location}/models/${id}`,
    displayName: model.displayName,
    versionId: '1',
    versionAliases: ['default'],
    baseModelSource: { modelGardenSource: { publicModelName: `publishers/google/models/${model.base}` } },
    createTime: timestamp(clock.now()),
  };
}
