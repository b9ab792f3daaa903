import { afterEach, describe, expect, test } from 'vitest';
import { type Called, startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { type Sent, traffic } from '../support/traffic.ts';

interface Line {
  check: string;
  state: string;
  says: string;
  fix?: string;
}

let session: TestSession;
afterEach(() => session.close());

async function checkSetup(args: Record<string, unknown> = {}, options: TestOptions = {}): Promise<Called> {
  session = await startSession(options);
  return session.call('check_setup', args);
}

/** The one line of a check, in a session where `answer` replaces single answers of Google's. */
async function lineOf(
  check: string,
  args: Record<string, unknown>,
  answer: (call: Sent) => Response | undefined = () => undefined,
): Promise<Line> {
  const { network } = traffic((call) => {
    const answered = answer(call);
    return answered && Promise.resolve(answered);
  });
  const { data, text, isError } = await checkSetup(args, { network });
  expect(isError, text).toBe(false);
  return data.checks.find((line: Line) => line.check === check);
}

const refusal = (message: string, status = 'PERMISSION_DENIED', details: object[] = []) =>
  Response.json({ error: { code: 403, message, status, details } }, { status: 403 });
const denied = () => refusal('The caller does not have permission');
const disabled = (service: string) =>
  refusal(`${service} has not been used in project 764 before or it is disabled.`, 'PERMISSION_DENIED', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'SERVICE_DISABLED',
      domain: 'googleapis.com',
      metadata: { service, consumer: 'projects/764' },
    },
  ]);

const to = (host: string, path: RegExp) => (call: Sent) =>
  call.url.hostname.startsWith(`${host}.`) && path.test(call.url.pathname);
const getsProject = to('cloudresourcemanager', /\/projects\/[^:/]+$/);
const testsProject = to('cloudresourcemanager', /:testIamPermissions$/);
const readsProjectPolicy = to('cloudresourcemanager', /:getIamPolicy$/);
const getsApi = (name: string) => to('serviceusage', new RegExp(`/services/${name}\\.googleapis\\.com$`));
const getsBucket = to('storage', /\/b\/[^/]+$/);
const testsBucket = to('storage', /\/iam\/testPermissions$/);
const readsBucketPolicy = to('storage', /\/iam$/);

test('on the emulator everything is checked, and the way to Google is told', async () => {
  const reply = await checkSetup({ model: 'gemini-3.5-flash-lite', location: 'us-central1' });
  expect(reply.isError, reply.text).toBe(false);
  expect(reply).toMatchSnapshot();
});

test('without a model, the next step is to choose one', async () => {
  const reply = await checkSetup();
  expect(reply.data.ready).toBe(true);
  expect(reply.next).toMatchObject({ tool: 'list_supported_models', arguments: {} });
});

test('several failures stand beside each other, the first leads, and the next step is the same look again', async () => {
  const faults = ['serviceusage.services.get', 'cloudresourcemanager.*'].map((rpc) => ({
    match: { rpc },
    respond: { status: 404 },
  }));
  const args = { model: 'gemini-1.5-pro-002', bucket: 'gs://no-such-bucket' };
  const { data, summary, next } = await checkSetup(args, { faults });
  expect(data.ready).toBe(false);
  const states = Object.fromEntries(data.checks.map(({ check, state }: Line) => [check, state]));
  expect(states).toEqual({
    backend: 'warning',
    credentials: 'skipped',
    project: 'failed',
    vertex_ai_api: 'failed',
    storage_api: 'failed',
    bigquery_api: 'warning',
    permissions: 'failed',
    bucket: 'failed',
    bucket_access: 'skipped',
    service_agent: 'skipped',
    model: 'failed',
  });
  expect(summary).toMatch(/^6 of 11 checks failed; the first: Google answered 404: «The emulator was told/);
  expect(next).toEqual({ tool: 'check_setup', arguments: args, reason: expect.any(String) });
});

test('what could not be looked at is counted, and not called good', async () => {
  const { network } = traffic(({ url }) =>
    /^(cloudresourcemanager|serviceusage)\./.test(url.hostname) ? Promise.resolve(denied()) : undefined,
  );
  const { data, summary } = await checkSetup({}, { network });
  expect(data.ready).toBe(true);
  expect(summary).toMatch(
    /^No check failed, though 5 could not be made; 1 warning: emulated-project may not/,
  );
});

test('a broken connection is a failed line with what to do, and hides no other', async () => {
  const faults = [{ match: { rpc: 'storage.buckets.get' }, respond: { lose: true } }];
  const { data } = await checkSetup({}, { faults });
  const lines: Line[] = data.checks.filter(({ state }: Line) => state === 'failed');
  expect(lines).toEqual([
    {
      check: 'bucket',
      state: 'failed',
      says: 'Google answered nothing: «No answer from storage.googleapis.com (ECONNRESET).».',
      fix: expect.stringContaining('firewall'),
    },
  ]);
});

describe('the project', () => {
  test('that may not be looked at is a warning: jobs may run all the same', async () => {
    expect(await lineOf('project', {}, (call) => (getsProject(call) ? denied() : undefined))).toEqual({
      check: 'project',
      state: 'warning',
      says: 'emulated-project may not be looked at, or does not exist. Google answered 403: «The caller does not have permission».',
      fix: 'gcloud projects add-iam-policy-binding emulated-project --member=user:YOUR_ADDRESS --role=roles/browser',
    });
  });

  test('whose API for looking is off says which one', async () => {
    const service = 'cloudresourcemanager.googleapis.com';
    const line = await lineOf('project', {}, (call) => (getsProject(call) ? disabled(service) : undefined));
    expect(line).toMatchObject({ state: 'warning', fix: `gcloud services enable ${service} --project=764` });
  });

  test('that is being deleted can be taken back', async () => {
    const project = { projectId: 'emulated-project', projectNumber: '1', lifecycleState: 'DELETE_REQUESTED' };
    const line = await lineOf('project', {}, (call) =>
      getsProject(call) ? Response.json(project) : undefined,
    );
    expect(line).toMatchObject({
      state: 'failed',
      says: 'emulated-project is not active: its state is DELETE_REQUESTED.',
      fix: 'gcloud projects undelete emulated-project',
    });
  });
});

describe('an API', () => {
  const off = (name: string) => (call: Sent) =>
    getsApi(name)(call) ? Response.json({ parent: 'projects/1', state: 'DISABLED' }) : undefined;

  test.each([
    ['vertex_ai_api', 'aiplatform'],
    ['storage_api', 'storage'],
  ])('%s that is off fails', async (check, name) => {
    expect(await lineOf(check, {}, off(name))).toEqual({
      check,
      state: 'failed',
      says: `${name}.googleapis.com is not enabled in emulated-project.`,
      fix: `gcloud services enable ${name}.googleapis.com --project=emulated-project`,
    });
  });

  test('of BigQuery is missed only by jobs on its tables', async () => {
    expect(await lineOf('bigquery_api', {}, off('bigquery'))).toMatchObject({
      state: 'warning',
      says: expect.stringContaining('Only jobs on BigQuery tables need it.'),
      fix: 'gcloud services enable bigquery.googleapis.com --project=emulated-project',
    });
  });

  test('that may not be looked at is skipped, with the command that makes sure', async () => {
    const line = await lineOf('vertex_ai_api', {}, (call) =>
      getsApi('aiplatform')(call) ? denied() : undefined,
    );
    expect(line).toMatchObject({
      state: 'skipped',
      fix: expect.stringMatching(/^gcloud services enable aiplatform/),
    });
  });
});

describe('permissions', () => {
  const granted = (but: string) => (call: Sent) =>
    testsProject(call)
      ? Response.json({ permissions: call.body.permissions.filter((one: string) => !one.endsWith(but)) })
      : undefined;
  const fix =
    'gcloud projects add-iam-policy-binding emulated-project --member=user:YOUR_ADDRESS --role=roles/aiplatform.user';

  test('that a job needs', async () => {
    expect(await lineOf('permissions', {}, granted('Jobs.create'))).toMatchObject({
      state: 'failed',
      says: 'The caller lacks aiplatform.batchPredictionJobs.create in emulated-project.',
      fix,
    });
  });

  test('that are only useful', async () => {
    expect(await lineOf('permissions', {}, granted('.predict'))).toMatchObject({
      state: 'warning',
      says: expect.stringContaining('lacks aiplatform.endpoints.predict'),
      fix,
    });
  });

  test('that may not be asked for', async () => {
    const line = await lineOf('permissions', {}, (call) => (testsProject(call) ? denied() : undefined));
    expect(line).toMatchObject({ state: 'skipped', fix });
  });
});

describe('the bucket', () => {
  test('that is not there', async () => {
    const args = { bucket: 'acme-batch', model: 'gemini-3.5-flash-lite', location: 'us-east1' };
    expect(await lineOf('bucket', args)).toEqual({
      check: 'bucket',
      state: 'failed',
      says: 'There is no bucket gs://acme-batch.',
      fix: 'gcloud storage buckets create gs://acme-batch --project=emulated-project --location=us-east1',
    });
  });

  test('with a name that no bucket has', async () => {
    const { data } = await checkSetup({ bucket: 'gs://Upper Case' });
    const [bucket, access, agent] = data.checks.slice(-5);
    expect(bucket).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('not a Cloud Storage URI'),
    });
    expect([access.state, agent.state]).toEqual(['skipped', 'skipped']);
  });

  test('that may not be looked at', async () => {
    expect(await lineOf('bucket', {}, (call) => (getsBucket(call) ? denied() : undefined))).toMatchObject({
      state: 'warning',
      fix: 'gcloud storage buckets add-iam-policy-binding gs://emulated-bucket --member=user:YOUR_ADDRESS --role=roles/storage.legacyBucketReader',
    });
  });

  test('in another place than the jobs', async () => {
    expect(await lineOf('bucket', { location: 'europe-west4' })).toMatchObject({
      state: 'warning',
      says: 'gs://emulated-bucket is in us: buckets of several regions have been refused for jobs in one, here europe-west4.',
    });
  });

  test('for jobs at what is no location: no command is made of it', async () => {
    const line = await lineOf('bucket', { bucket: 'acme-batch', location: 'us; rm -rf ~' });
    expect(line).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('is not a Vertex AI location'),
    });
    expect(line.fix).not.toContain('gcloud');
  });

  test('that the caller may not write to', async () => {
    const line = await lineOf('bucket_access', {}, (call) =>
      testsBucket(call)
        ? Response.json({ permissions: ['storage.objects.get', 'storage.objects.list'] })
        : undefined,
    );
    expect(line).toMatchObject({
      state: 'failed',
      says: 'The caller lacks storage.objects.create and storage.objects.delete on gs://emulated-bucket.',
      fix: 'gcloud storage buckets add-iam-policy-binding gs://emulated-bucket --member=user:YOUR_ADDRESS --role=roles/storage.objectAdmin',
    });
  });

  test('that the caller may only not clean up', async () => {
    const permissions = ['create', 'get', 'list'].map((verb) => `storage.objects.${verb}`);
    const line = await lineOf('bucket_access', {}, (call) =>
      testsBucket(call) ? Response.json({ permissions }) : undefined,
    );
    expect(line).toMatchObject({ state: 'warning', says: expect.stringContaining('storage.objects.delete') });
  });
});

describe('the service agent', () => {
  const AGENT = /^service-\d{12}@gcp-sa-aiplatform\.iam\.gserviceaccount\.com/;
  const grant =
    /^gcloud storage buckets add-iam-policy-binding gs:\/\/emulated-bucket --member=serviceAccount:service-\d{12}@gcp-sa-aiplatform\.iam\.gserviceaccount\.com --role=roles\/storage\.objectAdmin$/;

  /** The bucket in another project, with these policies; without one, it may not be read. */
  const elsewhere =
    ({ ofBucket, ofProject }: { ofBucket?: (agent: string) => object; ofProject?: object }) =>
    (call: Sent): Response | undefined => {
      if (getsBucket(call))
        return Response.json({ name: 'emulated-bucket', location: 'US', projectNumber: '42' });
      if (readsProjectPolicy(call)) return ofProject ? Response.json(ofProject) : denied();
      if (!readsBucketPolicy(call)) return undefined;
      return ofBucket ? Response.json(ofBucket('539148038023')) : denied();
    };
  const binding = (role: string, condition?: object) => (number: string) => ({
    bindings: [
      {
        role,
        members: [`serviceAccount:service-${number}@gcp-sa-aiplatform.iam.gserviceaccount.com`],
        condition,
      },
    ],
  });
  const nobody = () => ({ bindings: [{ role: 'roles/storage.admin', members: ['user:a@example.com'] }] });

  test('has its role in the project of the jobs', async () => {
    expect(await lineOf('service_agent', {})).toMatchObject({
      state: 'ok',
      says: expect.stringMatching(/may read and write gs:\/\/emulated-bucket\.$/),
    });
  });

  test('is taken to have it where the policy may not be read', async () => {
    const line = await lineOf('service_agent', {}, (call) =>
      readsProjectPolicy(call) ? denied() : undefined,
    );
    expect(line).toMatchObject({ state: 'ok', says: expect.stringContaining('automatically') });
  });

  test('may not have been made yet', async () => {
    const line = await lineOf('service_agent', {}, (call) =>
      readsProjectPolicy(call) ? Response.json({}) : undefined,
    );
    expect(line).toMatchObject({
      state: 'warning',
      says: expect.stringMatching(AGENT),
      fix: expect.stringMatching(
        /^gcloud projects add-iam-policy-binding emulated-project --member=serviceAccount:service-\d+@\S+ --role=roles\/aiplatform\.serviceAgent$/,
      ),
    });
  });

  test('is kept out of a bucket of another project', async () => {
    const line = await lineOf('service_agent', {}, elsewhere({ ofBucket: nobody, ofProject: nobody() }));
    expect(line).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(
        /another project, 42, where service-\d+@\S+ lacks storage\.objects\.create, storage\.objects\.get and storage\.objects\.list\.$/,
      ),
      fix: expect.stringMatching(grant),
    });
  });

  test('is let into one', async () => {
    const line = await lineOf(
      'service_agent',
      {},
      elsewhere({ ofBucket: binding('roles/storage.objectUser') }),
    );
    expect(line.state).toBe('ok');
  });

  test('has half of what it needs', async () => {
    const ofBucket = binding('roles/storage.objectViewer');
    const line = await lineOf('service_agent', {}, elsewhere({ ofBucket, ofProject: nobody() }));
    expect(line).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(/lacks storage\.objects\.create\.$/),
    });
  });

  test.each([
    ['a role of somebody’s own', binding('projects/acme/roles/batcher'), 'projects/acme/roles/batcher'],
    ['a condition', binding('roles/storage.admin', { expression: 'false' }), 'roles/storage.admin'],
  ])('has what cannot be judged: %s', async (_, ofBucket, role) => {
    const line = await lineOf('service_agent', {}, elsewhere({ ofBucket, ofProject: nobody() }));
    expect(line).toMatchObject({
      state: 'warning',
      says: expect.stringContaining(`whether ${role} gives`),
      fix: expect.stringMatching(grant),
    });
  });

  test('may be let in by a policy that cannot be read', async () => {
    const half = await lineOf('service_agent', {}, elsewhere({ ofBucket: nobody }));
    expect(half).toMatchObject({ state: 'warning', fix: expect.stringMatching(grant) });
    await session.close();
    const none = await lineOf('service_agent', {}, elsewhere({}));
    expect(none).toMatchObject({ state: 'skipped', fix: expect.stringMatching(grant) });
  });

  test('has no known name where the project has no known number', async () => {
    const line = await lineOf('service_agent', {}, (call) =>
      /^(cloudresourcemanager|serviceusage)\./.test(call.url.hostname) ? denied() : undefined,
    );
    expect(line).toMatchObject({
      state: 'skipped',
      fix: 'gcloud beta services identity create --service=aiplatform.googleapis.com --project=emulated-project',
    });
  });

  test('is named by what the API says of the project, where the project itself says nothing', async () => {
    const line = await lineOf('service_agent', {}, (call) => (getsProject(call) ? denied() : undefined));
    expect(line).toMatchObject({ state: 'ok', says: expect.stringMatching(AGENT) });
  });
});

describe('the model', () => {
  test('that is retired, with what replaced it', async () => {
    expect(await lineOf('model', { model: 'gemini-1.5-pro-002' })).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('was retired on 2025-09-24'),
      fix: expect.stringContaining('gemini-4-argon'),
    });
  });

  test('that is not offered in the location', async () => {
    const args = { model: 'gemini-3.8-flash', location: 'us-central1' };
    expect(await lineOf('model', args)).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('is not offered in «us-central1»'),
    });
  });

  test('that Vertex AI does not know', async () => {
    const line = await lineOf('model', { model: 'gemini-3.8-flash' }, ({ url }) =>
      url.pathname.endsWith('/models/gemini-3.8-flash')
        ? Response.json({ error: { code: 404, message: 'not found', status: 'NOT_FOUND' } }, { status: 404 })
        : undefined,
    );
    expect(line).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('does not find it in global'),
    });
  });

  test('about which Vertex AI does not answer', async () => {
    const line = await lineOf('model', { model: 'gemini-3.8-flash' }, ({ url }) =>
      url.pathname.includes('/publishers/') ? denied() : undefined,
    );
    expect(line).toMatchObject({ state: 'warning', says: expect.stringContaining('could not be learned') });
  });

  test('that somebody tuned is asked for by its name', async () => {
    const model = 'projects/emulated-project/locations/us-central1/models/77';
    expect(await lineOf('model', { model })).toMatchObject({
      state: 'failed',
      says: `${model} is a model of a project. Vertex AI does not find it in us-central1.`,
    });
  });
});
