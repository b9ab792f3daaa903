import { ServiceError } from '../errors.ts';
import { vertexRoute } from './vertex-route.ts';

export const OPERATION_ROUTES = [
  vertexRoute({
    rpc: 'projects.locations.operations.get',
    method: 'GET',
    path: '/:version{v1|v1beta1|ui}/projects/:project/locations/:location/operations/:operation{[0-9]+}',
    fidelity:
      "The operations of deletions, which are done when they begin. Google's generated clients ask under /ui.",
    test: 'test/contract/aiplatform.test.ts',
    async handle(call, { operations }) {
      const id = call.param('operation');
      const operation = await operations.get(call.param('location'), id);
      if (operation === undefined) throw new ServiceError(404, 'NOT_FOUND', `Operation not found: ${id}`);
      return operation;
    },
  }),
];
