import type { Hono } from 'hono';
import type { Project } from '../context.ts';
import type { CoverageEntry } from '../coverage-entry.ts';
import { invalidArgument, ServiceError } from '../errors.ts';
import { type Json, type JsonObject, type Message, readMessage } from '../messages/messages.ts';
import { coverageOf, type RpcCall, type RpcRoute, rpcRoutes } from './rpc.ts';

/** What the routes of Cloud Resource Manager stand on. */
export interface ResourceManagerContext {
  project: Project;
}

const TEST = 'test/contract/projects.test.ts';
const MOST_PERMISSIONS = 100;

const ROUTES: readonly RpcRoute<ResourceManagerContext>[] = [
  {
    service: 'resource-manager',
    rpc: 'cloudresourcemanager.projects.get',
    method: 'GET',
    path: '/v1/projects/:project{[^/:]+}',
    fidelity:
      'The one project, by id or number, always active; without times, labels and parent. Any other is 403, as on the real service.',
    test: TEST,
    handle(call, { project }) {
      permit(call.param('project'), 'resourcemanager.projects.get', project);
      return {
        projectNumber: project.number,
        projectId: project.id,
        lifecycleState: 'ACTIVE',
        name: project.id,
      };
    },
  },
  {
    service: 'resource-manager',
    rpc: 'cloudresourcemanager.projects.testIamPermissions',
    method: 'POST',
    path: '/v1/projects/:call{[^/:]+:testIamPermissions}',
    fidelity:
      'Whoever has a token may do everything, so every permission that is asked for comes back; wildcards and what has not the shape of a permission are 400.',
    test: TEST,
    handle(call, { project }) {
      permit(projectOf(call), undefined, project);
      const { permissions = [] } = read(call.body, testIamPermissionsRequest) as { permissions?: string[] };
      const wrong = permissions.find((name) => !/^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/.test(name));
      if (wrong !== undefined) throw invalidArgument(`Permission ${wrong} is not valid for this resource.`);
      if (permissions.length > MOST_PERMISSIONS)
        throw invalidArgument('Request contains an invalid argument.');
      return permissions.length > 0 ? { permissions: [...new Set(permissions)] } : {};
    },
  },
  {
    service: 'resource-manager',
    rpc: 'cloudresourcemanager.projects.getIamPolicy',
    method: 'POST',
    path: '/v1/projects/:call{[^/:]+:getIamPolicy}',
    fidelity:
      "One binding: the role of Vertex AI's service agent. There are no owners, as the emulator knows no identities, and no setIamPolicy.",
    test: TEST,
    handle(call, { project }) {
      permit(projectOf(call), 'resourcemanager.projects.getIamPolicy', project);
      const { options } = read(call.body, getIamPolicyRequest) as {
        options?: { requestedPolicyVersion?: number };
      };
      if (![0, 1, 3].includes(options?.requestedPolicyVersion ?? 0))
        throw invalidArgument('Request contains an invalid argument.');
      const agent = `serviceAccount:service-${project.number}@gcp-sa-aiplatform.iam.gserviceaccount.com`;
      return {
        version: 1,
        etag: 'BwXemulated0=',
        bindings: [{ role: 'roles/aiplatform.serviceAgent', members: [agent] }],
      };
    },
  },
];

export const RESOURCE_MANAGER_COVERAGE: CoverageEntry[] = ROUTES.map(coverageOf);

/** Cloud Resource Manager: its own host, or any host of a loopback server. */
export const resourceManagerRoutes = (context: ResourceManagerContext): Hono => rpcRoutes(ROUTES, context);

const projectOf = (call: RpcCall): string => call.param('call').replace(/:\w+$/, '');

/** A project that is not there is told from one that may not be seen by nobody. */
function permit(asked: string, permission: string | undefined, { id, number }: Project): void {
  if (asked === id || asked === number) return;
  throw new ServiceError(
    403,
    'PERMISSION_DENIED',
    permission === undefined
      ? 'The caller does not have permission'
      : `Permission '${permission}' denied on resource '//cloudresourcemanager.googleapis.com/projects/${asked}' (or it may not exist).`,
  );
}

// Source: google/iam/v1/iam_policy.proto; `resource` is in the path.
const testIamPermissionsRequest: Message = {
  name: 'TestIamPermissionsRequest',
  fields: () => ({ permissions: { repeated: 'string' } }),
};
const getPolicyOptions: Message = {
  name: 'GetPolicyOptions',
  fields: () => ({ requestedPolicyVersion: 'integer' }),
};
const getIamPolicyRequest: Message = {
  name: 'GetIamPolicyRequest',
  fields: () => ({ options: { message: getPolicyOptions } }),
};

function read(body: Json, message: Message): JsonObject {
  const problems: string[] = [];
  const request = readMessage(body, message, problems);
  if (problems.length > 0) throw invalidArgument(problems.join('\n'));
  return request;
}
