import { SERVICE_USAGE_URL } from './hosts.ts';
import type { Http } from './http.ts';
import { path } from './path.ts';
import type { CallOptions } from './vertex-calls.ts';

/** An API and whether a project may call it. Source: google/api/serviceusage/v1/resources.proto. */
export interface Service {
  /** `projects/{number}/services/{name}` */
  name?: string | undefined;
  /** `projects/{number}` */
  parent?: string | undefined;
  /** `ENABLED` or `DISABLED`. */
  state?: string | undefined;
}

export interface ServicesClient {
  /** `service` is a host, such as `aiplatform.googleapis.com`. Wants the permission `serviceusage.services.get`. */
  get(project: string, service: string, options?: CallOptions): Promise<Service>;
}

/** Service Usage over REST. Errors are `GoogleApiError`s. */
export const createServicesClient = ({ http }: { http: Http }): ServicesClient => ({
  get: (project, service, { signal } = {}) =>
    http.request<Service>({
      method: 'GET',
      url: `${SERVICE_USAGE_URL}${path`/v1/projects/${project}/services/${service}`}`,
      idempotent: true,
      signal,
    }),
});
