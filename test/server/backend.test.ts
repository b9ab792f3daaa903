import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TOOLS } from '../../src/tools/registry.ts';
import { loopback, sendJson } from '../google/support/loopback.ts';
import { requestRows } from '../support/rows.ts';
import { readResult, startSession, type TestSession } from '../support/session.ts';
import { traffic } from '../support/traffic.ts';
import { stdioParameters } from '../support/transports.ts';

/** Home of a person who has never heard of Google Cloud. */
let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vertex-batch-backend-'));
});
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

/** Keeps Google's library from looking for a metadata server. */
const OFFLINE = { METADATA_SERVER_DETECTION: 'none' };

/** The built server with these arguments, in an environment that holds nothing but `env`. */
async function start(args: string[] = [], env: Record<string, string> = {}) {
  const parameters = stdioParameters(home, { ...OFFLINE, ...env });
  const transport = new StdioClientTransport({ ...parameters, args: [...parameters.args, ...args] });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  closing.push(() => client.close());
  const call = async (name: string, given: Record<string, unknown> = {}) =>
    readResult(await client.callTool({ name, arguments: given }));
  return { client, call, close: () => client.close() };
}

const inHome = async (path: string, content: string): Promise<string> => {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
};

const gcloudProject = (project: string) =>
  inHome('.config/gcloud/configurations/config_default', `[core]\nproject = ${project}\n`);

describe('without a project', () => {
  test('the emulator answers every tool, and every reply says so', async () => {
    const { call } = await start([], { VERTEX_BATCH_EMULATOR_SPEED: '100000' });
    // The last row is refused, so that there is something to retry.
    const contents = (n: number) => [{ role: n === 4 ? 'robot' : 'user', parts: [{ text: `Say ${n}.` }] }];
    await inHome(
      'workspace/rows.jsonl',
      requestRows(4, (n) => ({ contents: contents(n) })),
    );
    const seen: string[] = [];
    const emulated = async (name: keyof typeof TOOLS, args: Record<string, unknown> = {}) => {
      const reply = await call(name, args);
      expect(reply, reply.text).toMatchObject({ isError: false, emulated: true });
      expect(reply.text).toContain('(Emulated: no Google account, nothing billed.)');
      seen.push(name);
      return reply;
    };
    await emulated('list_supported_models');
    await emulated('check_setup');
    await emulated('compose_batch_input', { source: 'rows.jsonl', prompt: 'Repeat {{key}}.' });
    await emulated('validate_batch_input', { input: 'rows.jsonl' });
    await emulated('estimate_batch_cost', { input: 'rows.jsonl', model: 'gemini-3.5-flash-lite' });
    await emulated('preview_batch', { input: 'rows.jsonl', model: 'gemini-3.5-flash-lite' });
    const { data } = await emulated('create_batch_job', {
      model: 'gemini-3.5-flash-lite',
      input: 'rows.jsonl',
    });
    const { job } = data;
    await emulated('get_job_status', { job, wait_seconds: 30 });
    const { run } = (await emulated('collect_batch_results', { job })).data;
    await emulated('query_batch_results', { run, sql: 'SELECT outcome FROM rows' });
    await emulated('export_batch_results', { run, to: 'rows.csv' });
    await emulated('retry_batch_failures', { job });
    await emulated('list_batch_jobs');
    await emulated('cancel_batch_job', { job });
    await emulated('delete_batch_job', { job });
    expect(seen.sort()).toEqual(Object.keys(TOOLS).sort());
  });

  test('Google is refused with the ways to name one, and the tools are listed all the same', async () => {
    const { client, call } = await start(['--backend', 'google']);
    expect((await client.listTools()).tools).toHaveLength(Object.keys(TOOLS).length);
    const reply = await call('list_batch_jobs');
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(
      /^\[no_project\].*GOOGLE_CLOUD_PROJECT.*--project.*gcloud config set project/s,
    );
  });
});

describe('with a project and no credentials', () => {
  const ways: [string, string[], Record<string, string>][] = [
    ['--project', ['--project', 'acme-prod'], {}],
    ['GOOGLE_CLOUD_PROJECT', [], { GOOGLE_CLOUD_PROJECT: 'acme-prod' }],
    ['--project and --backend google', ['--project', 'acme-prod', '--backend', 'google'], {}],
  ];
  test.each(ways)('%s: Google is asked, and what is missing comes at once', async (_, args, env) => {
    const { client, call } = await start(args, env);
    expect((await client.listTools()).tools).toHaveLength(Object.keys(TOOLS).length);
    const before = performance.now();
    const reply = await call('list_batch_jobs');
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(/^\[no_credentials\].*`gcloud auth application-default login`/s);
  });

  test('a second start, from the compiled code that the first one left, answers the same', async () => {
    const first = await start(['--project', 'acme-prod']);
    const { text } = await first.call('list_batch_jobs');
    const cached = async () =>
      (await readdir(home, { recursive: true })).filter((path) => /\.cjs-/.test(path));
    await vi.waitFor(async () => expect(await cached()).toHaveLength(1), { timeout: 10_000, interval: 100 });
    await first.close();
    const second = await start(['--project', 'acme-prod']);
    expect((await second.call('list_batch_jobs')).text).toBe(text);
  }, 20_000);
});

describe('a project that the surroundings name', () => {
  let session: TestSession;
  /** Credentials whose token comes from loopback, and Google's answers from here: only the choice is at stake. */
  async function jobsWith(settings: Parameters<typeof startSession>[0] = {}) {
    const { sent, network } = traffic((call) =>
      call.url.hostname.endsWith('.googleapis.com') && settings.settings?.backend !== 'emulator'
        ? Promise.resolve(Response.json({}))
        : undefined,
    );
    session = await startSession({ ...settings, network });
    closing.push(() => session.close());
    const reply = await session.call('list_batch_jobs');
    return { reply, projects: [...new Set(sent.map(({ url }) => url.pathname.split('/')[3]))] };
  }

  async function credentials(more: Record<string, string> = {}) {
    const { port } = await loopback((_, response) =>
      sendJson(response, { access_token: 'federated', expires_in: 3600, token_type: 'Bearer' }),
    );
    return inHome(
      '.config/gcloud/application_default_credentials.json',
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `http://127.0.0.1:${port}/v1/token`,
        credential_source: { file: await inHome('subject-token', 'token-of-the-other-cloud') },
        ...more,
      }),
    );
  }

  beforeEach(() => {
    for (const name of Object.keys(process.env))
      if (/^(GOOGLE|GCLOUD|GCE|CLOUDSDK|METADATA)/i.test(name)) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', home);
    vi.stubEnv('APPDATA', join(home, '.config'));
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  });

  const places: [string, () => Promise<unknown>, string][] = [
    ['gcloud’s configuration', () => gcloudProject('from-gcloud'), 'from-gcloud'],
    ['the credentials’ own project', () => credentials({ project_id: 'from-file' }), 'from-file'],
    ['the credentials’ quota project', () => credentials({ quota_project_id: 'from-quota' }), 'from-quota'],
  ];
  test.each(places)('%s: its jobs are asked for at Google', async (_, arrange, expected) => {
    await credentials();
    await arrange();
    const { reply, projects } = await jobsWith({ settings: { backend: 'auto' } });
    expect(projects).toEqual([expected]);
    expect(reply, reply.text).toMatchObject({ isError: false, emulated: false, data: { total: 0 } });
    expect(reply.text).not.toContain('Emulated');
  });

  test('gives way to the one in the settings', async () => {
    await credentials({ quota_project_id: 'from-quota' });
    await gcloudProject('from-gcloud');
    const { projects } = await jobsWith({ settings: { backend: 'auto', project: 'from-settings' } });
    expect(projects).toEqual(['from-settings']);
  });

  test('credentials alone are no project: the emulator answers', async () => {
    await credentials();
    session = await startSession({ settings: { backend: 'auto' } });
    closing.push(() => session.close());
    expect(await session.call('list_batch_jobs')).toMatchObject({ isError: false, emulated: true });
  });

  test('counts for nothing once the emulator is asked for', async () => {
    await credentials({ project_id: 'from-file' });
    await gcloudProject('from-gcloud');
    const { reply, projects } = await jobsWith({ settings: { backend: 'emulator', project: 'acme-prod' } });
    expect(projects).toEqual(['emulated-project']);
    expect(reply).toMatchObject({ isError: false, emulated: true });
  });
});

test('--backend emulator wins over every project, and over VERTEX_BATCH_BACKEND', async () => {
  await gcloudProject('from-gcloud');
  const env = { GOOGLE_CLOUD_PROJECT: 'acme-prod', VERTEX_BATCH_BACKEND: 'google' };
  const { call } = await start(['--backend', 'emulator', '--project', 'acme-prod'], env);
  expect(await call('list_batch_jobs')).toMatchObject({ isError: false, emulated: true });
});

describe('a command line that cannot be right ends with a word for it', () => {
  const cases: [string, string[], Record<string, string>, number, string[]][] = [
    [
      'choice by flag',
      ['--backend', 'gogle'],
      {},
      1,
      ["'gogle'", '--backend', 'VERTEX_BATCH_BACKEND', 'auto, google, emulator'],
    ],
    [
      'choice by variable',
      [],
      { VERTEX_BATCH_LOG_LEVEL: 'loud' },
      1,
      ["'loud'", '--log-level', 'VERTEX_BATCH_LOG_LEVEL', 'warning'],
    ],
    [
      'number',
      [],
      { VERTEX_BATCH_EMULATOR_SPEED: '-3' },
      1,
      ["'-3'", '--emulator-speed', 'VERTEX_BATCH_EMULATOR_SPEED', 'above 0'],
    ],
    ['unknown flag', ['--proejct', 'acme'], {}, 2, ["'--proejct'", '--help']],
    ['flag without its value', ['--project'], {}, 2, ['--project', '--help']],
    ['unknown command', ['srve'], {}, 2, ["'srve'", "'serve'"]],
  ];
  test.each(cases)('%s', async (_, args, given, code, parts) => {
    const { command, args: bin, env } = stdioParameters(home, given);
    const failed = await promisify(execFile)(command, [...bin, ...args], { env }).catch((error) => error);
    expect(failed).toMatchObject({ code, stdout: '' });
    expect(failed.stderr).toMatch(/^\[bad_(option|command_line)\] .*\n$/);
    for (const part of parts) expect(failed.stderr).toContain(part);
  });

  test.each([
    ['nothing', () => ''],
    ['the manifest’s placeholder', (field: string) => `\${user_config.${field}}`],
  ])('%s, as hosts send for a field left empty, is no value', async (_, left) => {
    const empty = {
      GOOGLE_CLOUD_PROJECT: left('project'),
      VERTEX_BATCH_BACKEND: left('backend'),
      VERTEX_BATCH_ALLOW_DIRS: left('allow_dir'),
    };
    const { call } = await start([], empty);
    expect(await call('list_batch_jobs')).toMatchObject({ isError: false, emulated: true });
  });
});
