import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserRefreshClient } from 'google-auth-library';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/app.ts';
import { manualClock } from '../support/manual-clock.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';

// A session that believes to be at Google: real credentials, and the emulator at Google's addresses.

let home: string;
let google: Emulator;
let session: TestSession;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vertex-batch-google-'));
  for (const name of Object.keys(process.env))
    if (/^(GOOGLE|GCLOUD|GCE|CLOUDSDK|METADATA)/i.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', home);
  vi.stubEnv('APPDATA', join(home, '.config'));
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  google = createEmulator({ folder: join(home, 'google'), clock: manualClock(), project: 'acme-prod' });
});
afterEach(async () => {
  await session.close();
  await google.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(home, { recursive: true });
});

/** What `gcloud auth application-default login` leaves behind; the token endpoint of users cannot be moved. */
async function login(more: Record<string, string> = {}): Promise<void> {
  const user = {
    type: 'authorized_user',
    client_id: 'id',
    client_secret: 'S3CRET',
    refresh_token: 'R3FRESH',
  };
  await mkdir(join(home, '.config', 'gcloud'), { recursive: true });
  const file = join(home, '.config', 'gcloud', 'application_default_credentials.json');
  await writeFile(file, JSON.stringify({ ...user, ...more }));
  const client = UserRefreshClient.prototype as unknown as { refreshTokenNoCache(): Promise<unknown> };
  const tokens = { access_token: 'T0KEN', expiry_date: Date.now() + 3_600_000 };
  vi.spyOn(client, 'refreshTokenNoCache').mockResolvedValue({ tokens, res: null });
}

const OWNER = { email: 'ada@example.com', email_verified: 'true', scope: 'openid email', expires_in: '3000' };

async function checkSetup(settings: object, args: Record<string, unknown> = {}, owner: object = OWNER) {
  const { sent, network } = traffic(({ url }) =>
    url.hostname === 'oauth2.googleapis.com' ? Promise.resolve(Response.json(owner)) : undefined,
  );
  session = await startSession({
    settings: { backend: 'auto', project: 'acme-prod', ...settings },
    network: () => network((url, init) => google.fetch(new Request(url, init))),
  });
  const reply = await session.call('check_setup', args);
  expect(reply.isError, reply.text).toBe(false);
  const line = (check: string) => reply.data.checks.find((one: { check: string }) => one.check === check);
  return { reply, line, sent };
}

test('a whole reply: a person’s login, a project, a bucket', async () => {
  await login({ quota_project_id: 'acme-prod' });
  const { reply } = await checkSetup({ bucket: 'gs://emulated-bucket' }, { model: 'gemini-3.8-flash' });
  expect(reply.data).toMatchObject({ ready: true });
  expect(reply.summary).not.toMatch(/emulator/i);
  expect(reply.text).not.toMatch(/S3CRET|R3FRESH|T0KEN/);
  expect(reply).toMatchSnapshot();
});

test('without credentials one line fails, with the command, and nothing is sent', async () => {
  const { reply, line, sent } = await checkSetup({ bucket: 'gs://acme' }, { model: 'gemini-3.8-flash' });
  expect(line('credentials')).toEqual({
    check: 'credentials',
    state: 'failed',
    says: expect.stringContaining('No Google credentials were found.'),
    fix: 'gcloud auth application-default login',
  });
  expect(reply.summary).toMatch(/^1 of 10 checks failed: No Google credentials/);
  const others = reply.data.checks.filter(({ check }: { check: string }) => check !== 'credentials');
  expect(new Set(others.map(({ state }: { state: string }) => state))).toEqual(new Set(['skipped']));
  expect(line('model').says).toContain('gemini-3.8-flash is GA in global');
  expect(sent).toEqual([]);
});

test('without a bucket the command makes one that suits the jobs', async () => {
  await login({ quota_project_id: 'acme-prod' });
  const { line } = await checkSetup({ location: 'us-east1' });
  expect(line('bucket')).toEqual({
    check: 'bucket',
    state: 'failed',
    says: 'No bucket is configured for inputs and outputs: start the server with --bucket.',
    fix: 'gcloud storage buckets create gs://acme-prod-batch --project=acme-prod --location=us-east1',
  });
});

test('without a quota project a person is warned', async () => {
  await login();
  const { line } = await checkSetup({});
  expect(line('credentials')).toMatchObject({
    state: 'warning',
    says: expect.stringContaining('ada@example.com, without a quota project'),
    fix: 'gcloud auth application-default set-quota-project acme-prod',
  });
});

test('a project that is not there is granted to the caller by name', async () => {
  await login({ quota_project_id: 'acme-prod' });
  const { line } = await checkSetup({ project: 'acme-typo' });
  expect(line('project')).toMatchObject({
    state: 'warning',
    fix: 'gcloud projects add-iam-policy-binding acme-typo --member=user:ada@example.com --role=roles/browser',
  });
});

test('an address that would be more than an address in a command is left out', async () => {
  await login({ quota_project_id: 'acme-prod' });
  const { line } = await checkSetup({ project: 'acme-typo' }, {}, { email: 'ada@example.com;rm -rf ~' });
  expect(line('credentials').says).toBe('The login of a person; quota is that of acme-prod.');
  expect(line('project').fix).toContain('--member=user:YOUR_ADDRESS ');
});
