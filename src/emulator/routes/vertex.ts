import type { Hono } from 'hono';
import type { CoverageEntry } from '../coverage-entry.ts';
import { ServiceError } from '../errors.ts';
import { notFoundPage } from '../front-end.ts';
import { serviceOf } from '../hosts.ts';
import { coverageOf, param, rpcRoutes } from './rpc.ts';
import { GENERATE_ROUTES } from './vertex-generate.ts';
import { JOB_ROUTES } from './vertex-jobs.ts';
import { MODEL_ROUTES } from './vertex-models.ts';
import { OPERATION_ROUTES } from './vertex-operations.ts';
import type { VertexContext, VertexRoute } from './vertex-route.ts';

const ROUTES: readonly VertexRoute[] = [
  ...JOB_ROUTES,
  ...OPERATION_ROUTES,
  ...MODEL_ROUTES,
  ...GENERATE_ROUTES,
];

export const VERTEX_COVERAGE: CoverageEntry[] = ROUTES.map(coverageOf);

/** Vertex AI under `/v1` and `/v1beta1`: the hosts of its locations, or any host of a loopback server. */
export const vertexRoutes = (context: VertexContext): Hono =>
  rpcRoutes(ROUTES, context, {
    gate(c) {
      const location = param(c, 'location');
      const host = serviceOf(new URL(c.req.url).hostname);
      const elsewhere = location !== '' && host.service === 'vertex' && host.location !== location;
      return elsewhere ? notFoundPage(c.req.raw) : undefined;
    },
    admit: (named) => checkProject(named('project'), context),
  });

function checkProject(asked: string, { project }: VertexContext): void {
  if (asked === '' || asked === project.id || asked === project.number) return;
  throw new ServiceError(
    403,
    'PERMISSION_DENIED',
    `Permission denied on resource project ${asked} (or it may not exist). The emulator has one project: ${project.id}.`,
  );
}
