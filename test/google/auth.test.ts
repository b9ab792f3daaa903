import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Impersonated, OAuth2Client, UserRefreshClient } from 'google-auth-library';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuth } from '../../src/google/auth.ts';
import { explainAuthFailure } from '../../src/google/auth-errors.ts';
import { type Handler, loopback, sendJson } from './support/loopback.ts';
import { failureOf } from './support/test-http.ts';

const URL_OF_API = 'https://aiplatform.googleapis.com/v1/x';

let home: string;

/** A machine with nothing on it: no credentials, no gcloud, no metadata server. */
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'auth-'));
  for (const name of Object.keys(process.env)) {
    if (/^(GOOGLE|GCLOUD|GCE|CLOUDSDK|METADATA)/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv('HOME', home);
  vi.stubEnv('APPDATA', join(home, '.config'));
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(home, { recursive: true });
});

async function credentialFile(content: unknown): Promise<string> {
  const file = join(home, 'credentials.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  return file;
}

/** What `gcloud auth application-default login` leaves behind. */
async function userLogin(more: Record<string, string> = {}): Promise<void> {
  await mkdir(join(home, '.config', 'gcloud'), { recursive: true });
  const user = {
    type: 'authorized_user',
    client_id: 'id',
    client_secret: 'S3CRET',
    refresh_token: 'R3FRESH',
  };
  const file = join(home, '.config', 'gcloud', 'application_default_credentials.json');
  await writeFile(file, JSON.stringify({ ...user, ...more }));
}

/** Google's token endpoint for users cannot be pointed elsewhere; the method is protected in the library's types. */
const grantUserTokens = () => {
  const client = UserRefreshClient.prototype as unknown as { refreshTokenNoCache(): Promise<unknown> };
  const tokens = { access_token: 'of-user', expiry_date: Date.now() + 3_600_000 };
  vi.spyOn(client, 'refreshTokenNoCache').mockResolvedValue({ tokens, res: null });
};

async function metadataServer() {
  const server = await loopback((seen, response) => {
    response.setHeader('metadata-flavor', 'Google');
    if (seen.path.endsWith('/project/project-id')) response.end('metadata-project');
    else if (seen.path.endsWith('/token')) {
      sendJson(response, { access_token: 'of-machine', expires_in: 3600, token_type: 'Bearer' });
    } else response.end(seen.path.endsWith('/email') ? 'machine@acme.iam.gserviceaccount.com' : '');
  });
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${server.port}`);
  return server;
}

/** Workload identity federation, whose token endpoint is named in the credential file. */
async function federation(handler: Handler) {
  const server = await loopback(handler);
  const subject = join(home, 'subject-token');
  await writeFile(subject, 'token-of-the-other-cloud');
  await credentialFile({
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `http://127.0.0.1:${server.port}/v1/token`,
    credential_source: { file: subject },
  });
  return server;
}

describe('headers', () => {
  it('come from the metadata server, and the token is kept', async () => {
    const server = await metadataServer();
    const auth = createAuth();
    expect(await auth.headers(URL_OF_API)).toEqual({ authorization: 'Bearer of-machine' });
    await auth.headers(URL_OF_API);
    expect(server.seen.filter(({ path }) => path.endsWith('/token'))).toHaveLength(1);
    expect(server.seen.some(({ path }) => path.includes('project-id'))).toBe(false);
  });

  it('come from workload identity federation', async () => {
    const server = await federation((_, response) =>
      sendJson(response, { access_token: 'federated', expires_in: 3600, token_type: 'Bearer' }),
    );
    expect(await createAuth().headers(URL_OF_API)).toEqual({ authorization: 'Bearer federated' });
    expect(server.seen[0]!.body.toString()).toContain('token-of-the-other-cloud');
    expect(server.seen[0]!.body.toString()).toContain(encodeURIComponent('auth/cloud-platform'));
  });

  it('name the quota project that was asked for', async () => {
    await metadataServer();
    const headers = await createAuth({ quotaProject: 'pays' }).headers(URL_OF_API);
    expect(headers).toMatchObject({ 'x-goog-user-project': 'pays' });
  });

  it.each([
    [{}, {}, undefined],
    [{}, { GOOGLE_CLOUD_PROJECT: 'mine' }, 'mine'],
    [{ quota_project_id: 'of-file' }, { GOOGLE_CLOUD_PROJECT: 'mine' }, 'of-file'],
  ])('name a quota project for a user: file %o, environment %o', async (file, env, expected) => {
    await userLogin(file);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    grantUserTokens();
    const headers = await createAuth().headers(URL_OF_API);
    expect(headers.authorization).toBe('Bearer of-user');
    expect(headers['x-goog-user-project']).toBe(expected);
  });

  it('are found after the person has logged in, without a restart', async () => {
    const auth = createAuth();
    await failureOf(auth.headers(URL_OF_API));
    await userLogin();
    grantUserTokens();
    expect(await auth.headers(URL_OF_API)).toMatchObject({ authorization: 'Bearer of-user' });
  });
});

describe('the caller', () => {
  it('is the service account of the machine', async () => {
    await metadataServer();
    expect(await createAuth().caller()).toEqual({
      kind: 'attached_service_account',
      account: 'machine@acme.iam.gserviceaccount.com',
    });
  });

  it('is a person, whose name the credentials do not hold', async () => {
    await userLogin({ quota_project_id: 'of-file' });
    grantUserTokens();
    const caller = await createAuth().caller();
    expect(caller).toEqual({ kind: 'user', quotaProject: 'of-file' });
    expect(JSON.stringify(caller)).not.toMatch(/S3CRET|R3FRESH/);
  });

  it('is a federation', async () => {
    await federation((_, response) =>
      sendJson(response, { access_token: 'federated', expires_in: 3600, token_type: 'Bearer' }),
    );
    expect(await createAuth().caller()).toEqual({ kind: 'federation' });
  });

  it('is nobody without credentials that work', async () => {
    expect(await failureOf(createAuth().caller())).toMatchObject({ code: 'no_credentials' });
    await federation((_, response) => sendJson(response, { error: 'invalid_target' }, 400));
    expect(await failureOf(createAuth().caller())).toMatchObject({ code: 'credentials_refused' });
  });
});

describe('the project', () => {
  it('is asked of the metadata server only when told to', async () => {
    const server = await metadataServer();
    const auth = createAuth();
    expect(await auth.projectId()).toBeUndefined();
    expect(server.seen).toHaveLength(0);
    expect(await auth.projectId({ metadata: true })).toBe('metadata-project');
  });
});

describe('what is wrong with credentials, and the command that mends it', () => {
  it('none', async () => {
    const error = await failureOf(createAuth().headers(URL_OF_API));
    expect(error).toMatchObject({
      name: 'UserError',
      code: 'no_credentials',
      fix: expect.stringContaining('gcloud auth application-default login'),
    });
  });

  it.each(['{"type": "authorized_user", "client_secret": "S3CRET', '{"type": "authorized_user"}'])(
    'a broken file: %s',
    async (content) => {
      const file = await credentialFile(content);
      const error = await failureOf(createAuth().headers(URL_OF_API));
      expect(error).toMatchObject({ code: 'bad_credentials_file', what: expect.stringContaining(file) });
      expect(error.message).not.toContain('S3CRET');
    },
  );

  it('a file that is not there', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(home, 'nowhere.json'));
    expect(await failureOf(createAuth().headers(URL_OF_API))).toMatchObject({ code: 'bad_credentials_file' });
  });

  it('expired or revoked', async () => {
    const server = await loopback((_, response) =>
      sendJson(
        response,
        { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
        400,
      ),
    );
    const oauth2TokenUrl = `http://127.0.0.1:${server.port}/token`;
    const client = new OAuth2Client({
      clientId: 'id',
      clientSecret: 'S3CRET',
      endpoints: { oauth2TokenUrl },
    });
    client.setCredentials({ refresh_token: 'R3FRESH' });
    const error = explainAuthFailure(await failureOf(client.getRequestHeaders(URL_OF_API)));
    expect(error).toMatchObject({
      code: 'credentials_expired',
      why: 'Google says: Token has been expired or revoked.',
      fix: expect.stringContaining('gcloud auth application-default login'),
    });
    const told = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join();
    expect(told).not.toMatch(/S3CRET|R3FRESH/);
  });

  it('a federation that Google refuses', async () => {
    await federation((_, response) =>
      sendJson(response, { error: 'invalid_target', error_description: 'The provider is disabled.' }, 400),
    );
    expect(await failureOf(createAuth().headers(URL_OF_API))).toMatchObject({
      code: 'credentials_refused',
      why: expect.stringContaining('The provider is disabled'),
    });
  });

  it('not allowed to impersonate', async () => {
    const server = await loopback((_, response) =>
      sendJson(response, { error: { code: 403, status: 'PERMISSION_DENIED', message: 'denied' } }, 403),
    );
    const sourceClient = new OAuth2Client();
    sourceClient.setCredentials({ access_token: 'S3CRET', expiry_date: Date.now() + 3_600_000 });
    const endpoint = `http://127.0.0.1:${server.port}`;
    const targetPrincipal = 'batch@acme.iam.gserviceaccount.com';
    const client = new Impersonated({ sourceClient, targetPrincipal, targetScopes: ['x'], endpoint });
    const failure = await failureOf(client.getRequestHeaders());
    expect(explainAuthFailure(failure, { impersonate: targetPrincipal })).toMatchObject({
      code: 'impersonation_refused',
      fix: expect.stringContaining(
        `gcloud iam service-accounts add-iam-policy-binding ${targetPrincipal} --member=user:YOUR_ADDRESS --role=roles/iam.serviceAccountTokenCreator`,
      ),
    });
  });

  it('a machine without a service account', async () => {
    const server = await loopback((_, response) => {
      response.writeHead(404, { 'metadata-flavor': 'Google' }).end('no such account');
    });
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    vi.stubEnv('GCE_METADATA_HOST', `127.0.0.1:${server.port}`);
    expect(await failureOf(createAuth().headers(URL_OF_API))).toMatchObject({ code: 'no_service_account' });
  });

  it('a token endpoint that does not answer is a network error, and may be tried again', async () => {
    const client = new OAuth2Client({ endpoints: { oauth2TokenUrl: 'http://127.0.0.1:1/token' } });
    client.setCredentials({ refresh_token: 'R3FRESH' });
    const error = explainAuthFailure(await failureOf(client.getRequestHeaders()));
    expect(error).toMatchObject({
      name: 'GoogleApiError',
      reason: 'NETWORK',
      retryable: true,
      path: '/token',
    });
  });
});
