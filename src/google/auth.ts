import type { AuthClient } from 'google-auth-library';
import { explainAuthFailure } from './auth-errors.ts';
import { findProject } from './project-id.ts';

/** Google's own scope for Vertex AI, Cloud Storage and BigQuery together. */
export const CLOUD_PLATFORM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Whose credentials are used. Nothing in it is secret. */
export interface Caller {
  kind:
    | 'user'
    | 'service_account_key'
    | 'attached_service_account'
    | 'federation'
    | 'impersonation'
    | 'token';
  /** E-mail address, where the credentials themselves say it; those of a person do not. */
  account?: string | undefined;
  /** Project whose quota the calls use, where one is sent. */
  quotaProject?: string | undefined;
}

export interface Auth {
  /**
   * Headers that authorise a call to `url`, the quota project among them.
   * @throws UserError with the command that mends it: no credentials, expired, refused, not allowed to impersonate
   */
  headers(url: string): Promise<Record<string, string>>;
  /** Who calls, once a token shows that the credentials work. @throws as `headers` does */
  caller(): Promise<Caller>;
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

  async function withCredentials<T>(use: (credentials: Credentials) => Promise<T>): Promise<T> {
    try {
      opened ??= open();
      return await use(await opened);
    } catch (error) {
      // The next call looks again: a person may have logged in meanwhile.
      opened = undefined;
      throw explainAuthFailure(error, { impersonate });
    }
  }

  return {
    projectId,
    headers: (url) =>
      withCredentials(async ({ client, quotaProject: project }) => {
        const headers = Object.fromEntries(await client.getRequestHeaders(url));
        return project ? { ...headers, 'x-goog-user-project': project } : headers;
      }),
    caller: () =>
      withCredentials(async ({ client, quotaProject: project = client.quotaProjectId }) => {
        await client.getRequestHeaders();
        return { ...(await identify(client)), ...(project && { quotaProject: project }) };
      }),
  };
}

async function identify(client: AuthClient): Promise<Caller> {
  const library = await import('google-auth-library');
  if (client instanceof library.Impersonated)
    return { kind: 'impersonation', account: client.getTargetPrincipal() };
  if (client instanceof library.JWT) return { kind: 'service_account_key', account: client.email };
  if (client instanceof library.UserRefreshClient) return { kind: 'user' };
  if (client instanceof library.Compute) {
    const account = await library.gcpMetadata
      .instance<unknown>('service-accounts/default/email')
      .catch(() => undefined);
    return { kind: 'attached_service_account', ...(typeof account === 'string' && { account }) };
  }
  const account =
    client instanceof library.BaseExternalAccountClient ? client.getServiceAccountEmail() : undefined;
  return { kind: 'federation', ...(account && { account }) };
}

interface Credentials {
  client: AuthClient;
  quotaProject: string | undefined;
}

/** A fixed bearer token: the emulator's side, and tests. */
export const staticAuth = (token: string): Auth => ({
  headers: async () => ({ authorization: `Bearer ${token}` }),
  caller: async () => ({ kind: 'token' }),
  projectId: async () => undefined,
});
