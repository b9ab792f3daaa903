import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../support/records.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface FoundProject {
  id: string;
  /** Where it was found, for a person: `GOOGLE_CLOUD_PROJECT`, `gcloud configuration work`. */
  source: string;
}

export interface FindProjectOptions {
  env?: Env | undefined;
  platform?: NodeJS.Platform | undefined;
  /** Also ask the metadata server: a network call, slow where there is none. */
  metadata?: boolean | undefined;
}

/**
 * The project to work in: environment, credential file, gcloud's configuration, then, if asked, the metadata
 * server. `google-auth-library` looks for the same, but starts gcloud for it (a second) and always asks the network.
 */
export async function findProject(options: FindProjectOptions = {}): Promise<FoundProject | undefined> {
  const { env = process.env, platform = process.platform, metadata = false } = options;
  for (const name of ['GOOGLE_CLOUD_PROJECT', 'GCLOUD_PROJECT', 'CLOUDSDK_CORE_PROJECT']) {
    const id = env[name]?.trim();
    if (id) return { id, source: name };
  }
  const credentials = await readCredentials(env, platform);
  const owner = credentials?.project_id;
  if (typeof owner === 'string' && owner) return { id: owner, source: 'the credential file' };
  const configured = await gcloudProject(env, platform);
  if (configured) return configured;
  const quota = credentials?.quota_project_id;
  if (typeof quota === 'string' && quota)
    return { id: quota, source: 'the quota project of the credentials' };
  return metadata ? metadataProject() : undefined;
}

/** gcloud's folder, which also holds Application Default Credentials. */
export function gcloudFolder(env: Env, platform: NodeJS.Platform): string | undefined {
  if (env.CLOUDSDK_CONFIG) return env.CLOUDSDK_CONFIG;
  if (platform === 'win32') return env.APPDATA && join(env.APPDATA, 'gcloud');
  return env.HOME && join(env.HOME, '.config', 'gcloud');
}

async function readCredentials(env: Env, platform: NodeJS.Platform) {
  const folder = gcloudFolder(env, platform);
  const file =
    env.GOOGLE_APPLICATION_CREDENTIALS || (folder && join(folder, 'application_default_credentials.json'));
  const content = file && (await readIfThere(file));
  if (!content) return undefined;
  try {
    const parsed: unknown = JSON.parse(content);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    // A broken file is reported by the first call that needs credentials, with what to do.
    return undefined;
  }
}

/** `core/project` of gcloud's active configuration, read from its files. */
async function gcloudProject(env: Env, platform: NodeJS.Platform): Promise<FoundProject | undefined> {
  const folder = gcloudFolder(env, platform);
  if (!folder) return undefined;
  const chosen = env.CLOUDSDK_ACTIVE_CONFIG_NAME || (await readIfThere(join(folder, 'active_config')));
  const name = chosen?.trim() || 'default';
  const ini = await readIfThere(join(folder, 'configurations', `config_${name}`));
  const id = ini && iniValue(ini, 'core', 'project');
  return id ? { id, source: `gcloud configuration ${name}` } : undefined;
}

function iniValue(ini: string, section: string, key: string): string | undefined {
  let inside = false;
  for (const line of ini.split(/\r?\n/)) {
    const heading = /^\s*\[(.+?)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) inside = heading === section;
    const pair = inside && /^\s*([^=#;\s]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (pair && pair[1] === key) return pair[2];
  }
  return undefined;
}

async function metadataProject(): Promise<FoundProject | undefined> {
  const { gcpMetadata } = await import('google-auth-library');
  try {
    if (!(await gcpMetadata.isAvailable())) return undefined;
    const id: unknown = await gcpMetadata.project('project-id');
    return typeof id === 'string' && id ? { id, source: 'the metadata server' } : undefined;
  } catch {
    return undefined;
  }
}

const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch(() => undefined);
