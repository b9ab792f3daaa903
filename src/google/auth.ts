import type { AuthClient } from 'google-auth-library';
import { explainAuthFailure } from './auth-errors.ts';
import { findProject } from './project-id.ts';

/** Google's own scope for Vertex AI, Cloud Storage and BigQuery together. */
export const CLOUD_PLATFORM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

export interface Auth {
  /**
   * Headers that authorise a call to `url`, the quota project among them.
   * @throws UserError with the command that mends it: no credentials, expired, refused, not allowed to impersonate
   */
  headers(url: string): Promise<Record<string, string>>;
  /** The project that the surroundings name. Touches the network only with `metadata`. */
  projectId(options?: { metadata?: boolean }): Promise<string | undefined>;
}

export interface AuthOptions {
  /** E-mail address of the service account to act as. */
  impersonate?: string | undefined;
  /** Project for quota and, with user credentials, for whether APIs are enabled. */
  quotaProject?: string | undefined;
  scopes?: readonly string[] | undefined;
}

/**
 * Application Default Credentials, impersonation and workload identity federation through
 * `google-auth-library`, which is loaded by the first call that needs a header: it takes 0.1 s.
 */
export function createAuth(options: AuthOptions = {}): Auth {
  const { impersonate, quotaProject } = options;
  const scopes = [...(options.scopes ?? [CLOUD_PLATFORM_SCOPE])];
  const projectId: Auth['projectId'] = async (how) => (await findProject(how))?.id;
  let opened: Promise<Credentials> | undefined;

  async function open(): Promise<Credentials> {
    const { GoogleAuth, Impersonated, UserRefreshClient } = await import('google-auth-library');
    // With a project given, whichever, the library does not start gcloud and ask the network to learn one.
    const source = await new GoogleAuth({ scopes, projectId: 'unused' }).getClient();
    if (impersonate !== undefined) {
      const client = new Impersonated({
        sourceClient: source,
        targetPrincipal: impersonate,
        targetScopes: scopes,
      });
      return { client, quotaProject };
    }
    // Without one, Google counts a user's calls against gcloud's own project and refuses them.
    const ofUser = source instanceof UserRefreshClient && !source.quotaProjectId;
    return { client: source, quotaProject: quotaProject ?? (ofUser ? await projectId() : undefined) };
  }

  return {
    projectId,
    async headers(url) {
      try {
        opened ??= open();
        const credentials = await opened;
        const headers = Object.fromEntries(await credentials.client.getRequestHeaders(url));
        return credentials.quotaProject
          ? { ...headers, 'x-goog-user-project': credentials.quotaProject }
          : headers;
      } catch (error) {
        // The next call looks again: a person may have logged in meanwhile.
        opened = undefined;
        throw explainAuthFailure(error, { impersonate });
      }
    },
  };
}

interface Credentials {
  client: AuthClient;
  quotaProject: string | undefined;
}

/** A fixed bearer token: the emulator's side, and tests. */
export const staticAuth = (token: string): Auth => ({
  headers: async () => ({ authorization: `Bearer ${token}` }),
  projectId: async () => undefined,
});
