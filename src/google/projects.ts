import { RESOURCE_MANAGER_URL } from './hosts.ts';
import type { Http } from './http.ts';
import type { Policy } from './iam-policy.ts';
import { path } from './path.ts';
import type { CallOptions } from './vertex-calls.ts';

/** Source: the resource `Project` of Cloud Resource Manager v1. */
export interface Project {
  projectId?: string | undefined;
  /** int64, kept as text. */
  projectNumber?: string | undefined;
  /** `ACTIVE`, `DELETE_REQUESTED` or `DELETE_IN_PROGRESS`. */
  lifecycleState?: string | undefined;
}

/** A project is named by its id or its number. One that does not exist answers 403, as one that may not be seen. */
export interface ProjectsClient {
  /** Wants the permission `resourcemanager.projects.get`. */
  get(project: string, options?: CallOptions): Promise<Project>;
  /** Which of these permissions the caller has on the project. Needs none itself. */
  testIamPermissions(
    project: string,
    permissions: readonly string[],
    options?: CallOptions,
  ): Promise<string[]>;
  /** Wants the permission `resourcemanager.projects.getIamPolicy`. */
  getIamPolicy(project: string, options?: CallOptions): Promise<Policy>;
}

/** Cloud Resource Manager over REST. Errors are `GoogleApiError`s. */
export function createProjectsClient({ http }: { http: Http }): ProjectsClient {
  const post = <T>(at: string, json: object, { signal }: CallOptions) =>
    http.request<T>({
      method: 'POST',
      url: RESOURCE_MANAGER_URL + at,
      body: { json },
      // Both posts only read.
      idempotent: true,
      signal,
    });

  return {
    get: (project, { signal } = {}) =>
      http.request<Project>({
        method: 'GET',
        url: `${RESOURCE_MANAGER_URL}${path`/v1/projects/${project}`}`,
        idempotent: true,
        signal,
      }),
    async testIamPermissions(project, permissions, options = {}) {
      const at = `${path`/v1/projects/${project}`}:testIamPermissions`;
      return (await post<{ permissions?: string[] }>(at, { permissions }, options)).permissions ?? [];
    },
    getIamPolicy: (project, options = {}) =>
      post<Policy>(
        `${path`/v1/projects/${project}`}:getIamPolicy`,
        // Answers of an older version leave conditions out.
        { options: { requestedPolicyVersion: 3 } },
        options,
      ),
  };
}
