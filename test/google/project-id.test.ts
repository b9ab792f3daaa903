import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProject, gcloudFolder } from '../../src/google/project-id.ts';

let home: string;
let folder: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gcloud-'));
  folder = join(home, '.config', 'gcloud');
  await mkdir(join(folder, 'configurations'), { recursive: true });
});
afterEach(() => rm(home, { recursive: true }));

const configuration = (name: string, content: string) =>
  writeFile(join(folder, 'configurations', `config_${name}`), content);
const credentials = (content: unknown) =>
  writeFile(join(folder, 'application_default_credentials.json'), JSON.stringify(content));
const find = (env: Record<string, string> = {}) =>
  findProject({ env: { HOME: home, ...env }, platform: 'linux' });

it('finds none on an empty machine', async () => {
  expect(await find()).toBeUndefined();
  expect(await findProject({ env: {}, platform: 'linux' })).toBeUndefined();
});

it('takes the environment before files', async () => {
  await configuration('default', '[core]\nproject = configured\n');
  expect(await find({ GCLOUD_PROJECT: 'second', GOOGLE_CLOUD_PROJECT: ' first ' })).toEqual({
    id: 'first',
    source: 'GOOGLE_CLOUD_PROJECT',
  });
});

it("takes a service account's own project before gcloud's", async () => {
  await configuration('default', '[core]\nproject = configured\n');
  await credentials({ type: 'service_account', project_id: 'owner' });
  expect(await find()).toEqual({ id: 'owner', source: 'the credential file' });
});

it("takes gcloud's project before a quota project, which is often another", async () => {
  await credentials({ type: 'authorized_user', quota_project_id: 'pays' });
  expect(await find()).toMatchObject({ id: 'pays' });
  await configuration('default', '[core]\nproject = configured\n');
  expect(await find()).toEqual({ id: 'configured', source: 'gcloud configuration default' });
});

it('reads the active configuration, and only its section core', async () => {
  await writeFile(join(folder, 'active_config'), 'work\n');
  await configuration('default', '[core]\nproject = other\n');
  await configuration(
    'work',
    '[billing]\nproject = no\n\n[core]\naccount = a@b.c\nproject = acme-prod \r\n[auth]\nproject = no\n',
  );
  expect(await find()).toEqual({ id: 'acme-prod', source: 'gcloud configuration work' });
  expect(await find({ CLOUDSDK_ACTIVE_CONFIG_NAME: 'default' })).toMatchObject({ id: 'other' });
});

it('passes over a credential file that is broken', async () => {
  await writeFile(join(folder, 'application_default_credentials.json'), '{');
  await configuration('default', '[core]\nproject = configured\n');
  expect(await find()).toMatchObject({ id: 'configured' });
});

it("knows gcloud's folder on each platform", () => {
  expect(gcloudFolder({ HOME: '/home/ada' }, 'darwin')).toBe(join('/home/ada', '.config', 'gcloud'));
  expect(gcloudFolder({ APPDATA: '/roaming' }, 'win32')).toBe(join('/roaming', 'gcloud'));
  expect(gcloudFolder({ CLOUDSDK_CONFIG: '/else', HOME: '/home/ada' }, 'linux')).toBe('/else');
  expect(gcloudFolder({}, 'linux')).toBeUndefined();
});
