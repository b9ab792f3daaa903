import { isRecord } from '../support/records.ts';
import type { Auth, Caller } from './auth.ts';
import { TOKEN_INFO_URL } from './hosts.ts';
import type { Http } from './http.ts';
import { createProjectsClient, type ProjectsClient } from './projects.ts';
import { createServicesClient, type ServicesClient } from './service-usage.ts';
import type { CallOptions } from './vertex-calls.ts';

/** What surrounds the jobs of a project: who calls, the project itself, and its APIs. */
export interface CloudClient {
  /** @throws UserError with the command that mends it, where there are no credentials that work */
  caller(): Promise<Caller>;
  /** The caller's e-mail address, where it can be learned. May ask Google. @throws as `caller` does */
  callerAddress(options?: CallOptions): Promise<string | undefined>;
  projects: ProjectsClient;
  services: ServicesClient;
}

/** A nicety is not worth a wait. */
const TOKEN_INFO_TIMEOUT = 5_000;

export const createCloudClient = ({ http, auth }: { http: Http; auth: Auth }): CloudClient => ({
  projects: createProjectsClient({ http }),
  services: createServicesClient({ http }),
  caller: () => auth.caller(),
  async callerAddress({ signal } = {}) {
    const { kind, account } = await auth.caller();
    if (kind !== 'user') return account;
    // The credentials of a person do not say whose they are, but Google's token endpoint does.
    const info = await http
      .request<unknown>({
        method: 'POST',
        url: TOKEN_INFO_URL,
        idempotent: false,
        attemptTimeout: TOKEN_INFO_TIMEOUT,
        signal,
      })
      .catch(() => undefined);
    return isRecord(info) && typeof info.email === 'string' ? info.email : undefined;
  },
});
