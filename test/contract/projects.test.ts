import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { v1 } from '@google-cloud/aiplatform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveVertex } from '../support/vertex-emulator.ts';

// The client wants the google-auth-library that its transport depends on.
const fromClient = createRequire(createRequire(import.meta.url).resolve('@google-cloud/aiplatform'));
const fromGax = createRequire(fromClient.resolve('google-gax'));
const { OAuth2Client } = fromGax('google-auth-library') as typeof import('google-auth-library');
const hasGcloud = spawnSync('gcloud', ['--version']).status === 0;

const PROJECT = 'emulated-project';
const AGENT = /^serviceAccount:service-\d{12}@gcp-sa-aiplatform\.iam\.gserviceaccount\.com$/;

/** The client takes plain objects; its types ask for messages. */
const plain = <T extends object>(request: T) => request as T & { toJSON(): { [name: string]: unknown } };

let emulator: Awaited<ReturnType<typeof serveVertex>>;
beforeAll(async () => {
  emulator = await serveVertex();
});
afterAll(() => emulator.close());

describe('Google’s IAM client, which reads the path of a project like any resource’s', () => {
  let client: InstanceType<typeof v1.JobServiceClient>;
  beforeAll(() => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: 'anyone', expiry_date: Date.parse('2100-01-01') });
    const { hostname, port } = new URL(emulator.url);
    client = new v1.JobServiceClient({
      fallback: true,
      apiEndpoint: hostname,
      port: Number(port),
      protocol: 'http',
      // biome-ignore lint/suspicious/noExplicitAny: two copies of the auth library have two private classes.
      authClient: authClient as any,
    });
  });
  afterAll(() => client.close());

  test('tests permissions', async () => {
    const permissions = ['aiplatform.batchPredictionJobs.create', 'storage.objects.get'];
    const [answer] = await client.testIamPermissions(plain({ resource: `projects/${PROJECT}`, permissions }));
    expect(answer.permissions).toEqual(permissions);
  });

  test('is refused wildcards, and projects that are not there', async () => {
    const ask = (resource: string, permission: string) =>
      client.testIamPermissions(plain({ resource, permissions: [permission] }));
    await expect(ask(`projects/${PROJECT}`, 'storage.*')).rejects.toThrow('storage.* is not valid');
    await expect(ask('projects/other', 'storage.objects.get')).rejects.toThrow('does not have permission');
  });

  test('reads the policy', async () => {
    const resource = `projects/${PROJECT}`;
    const [policy] = await client.getIamPolicy(plain({ resource, options: { requestedPolicyVersion: 3 } }));
    expect(policy.bindings).toMatchObject([
      { role: 'roles/aiplatform.serviceAgent', members: [expect.stringMatching(AGENT)] },
    ]);
    await expect(
      client.getIamPolicy(plain({ resource, options: { requestedPolicyVersion: 2 } })),
    ).rejects.toThrow('invalid argument');
  });
});

// An independent client, written in Python.
describe.skipIf(!hasGcloud)('gcloud projects', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'projects-gcloud-'));
    await writeFile(join(folder, 'token'), 'anyone');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function gcloud(...args: string[]) {
    const { stdout } = await promisify(execFile)('gcloud', ['projects', ...args, '--format=json'], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        CLOUDSDK_CONFIG: join(folder, 'config'),
        CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER: `${emulator.url}/`,
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'token'),
        CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
        CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
      },
    });
    return JSON.parse(stdout);
  }

  test('describes the project by id and by number', async () => {
    const project = await gcloud('describe', PROJECT);
    expect(project).toMatchObject({ projectId: PROJECT, lifecycleState: 'ACTIVE' });
    expect(project.projectNumber).toMatch(/^\d{12}$/);
    expect(await gcloud('describe', project.projectNumber)).toEqual(project);
  }, 20_000);

  test('reads the policy', async () => {
    const { bindings } = await gcloud('get-iam-policy', PROJECT);
    expect(bindings[0].members[0]).toMatch(AGENT);
  }, 20_000);

  test('cannot tell a project that is not there from one that it may not see', async () => {
    await expect(gcloud('describe', 'other')).rejects.toThrow(
      "Permission 'resourcemanager.projects.get' denied on resource '//cloudresourcemanager.googleapis.com/projects/other' (or it may not exist).",
    );
  }, 20_000);
});
