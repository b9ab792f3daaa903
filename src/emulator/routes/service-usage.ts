import type { Hono } from 'hono';
import type { Project } from '../context.ts';
import type { CoverageEntry } from '../coverage-entry.ts';
import { ServiceError } from '../errors.ts';
import { coverageOf, type RpcRoute, rpcRoutes } from './rpc.ts';

/** What the routes of Service Usage stand on. */
export interface ServiceUsageContext {
  project: Project;
}

/** Enabled is what answers here; an API that nobody emulates would be a promise. */
const SERVICES: Record<string, { title: string; state: 'ENABLED' | 'DISABLED' }> = {
  'aiplatform.googleapis.com': { title: 'Vertex AI API', state: 'ENABLED' },
  'bigquery.googleapis.com': { title: 'BigQuery API', state: 'DISABLED' },
  'cloudresourcemanager.googleapis.com': { title: 'Cloud Resource Manager API', state: 'ENABLED' },
  'serviceusage.googleapis.com': { title: 'Service Usage API', state: 'ENABLED' },
  'storage.googleapis.com': { title: 'Cloud Storage API', state: 'ENABLED' },
};

const ROUTES: readonly RpcRoute<ServiceUsageContext>[] = [
  {
    service: 'service-usage',
    rpc: 'serviceusage.services.get',
    method: 'GET',
    path: '/v1/projects/:project/services/:name{[^/:]+}',
    fidelity:
      'ENABLED for what is emulated, DISABLED for BigQuery, 403 for every other name. Of the configuration only name and title.',
    test: 'test/emulator/service-usage.test.ts',
    handle(call, { project }) {
      const [asked, name] = [call.param('project'), call.param('name')];
      if (asked !== project.id && asked !== project.number)
        throw new ServiceError(403, 'PERMISSION_DENIED', `Permission denied to get service [${name}]`);
      const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
      if (service === undefined)
        throw new ServiceError(
          403,
          'PERMISSION_DENIED',
          `Not found or permission denied for service(s): ${name}.`,
        );
      const parent = `projects/${project.number}`;
      const { title, state } = service;
      return { name: `${parent}/services/${name}`, config: { name, title }, state, parent };
    },
  },
];

export const SERVICE_USAGE_COVERAGE: CoverageEntry[] = ROUTES.map(coverageOf);

/** Service Usage: its own host, or any host of a loopback server. */
export const serviceUsageRoutes = (context: ServiceUsageContext): Hono => rpcRoutes(ROUTES, context);
