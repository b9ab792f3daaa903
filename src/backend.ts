import { readFile } from 'node:fs/promises';
import type { Emulator } from './emulator/app.ts';
import { allowedBy, type Permit, permitOnly } from './google/allowlist.ts';
import { type Auth, createAuth, staticAuth } from './google/auth.ts';
import { type CloudClient, createCloudClient } from './google/cloud.ts';
import { createHttp } from './google/http.ts';
import { createStorageClient, type StorageClient } from './google/storage.ts';
import { createVertexClient, type VertexClient } from './google/vertex.ts';
import type { Settings } from './settings.ts';
import type { Clock } from './support/clock.ts';
import { UserError } from './support/errors.ts';
import type { Ids } from './support/ids.ts';
import type { Log } from './support/log.ts';
import { VERSION } from './version.ts';

export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** The Google side of a session, real or emulated; who holds one cannot tell but by `emulated`. */
export interface Backend {
  emulated: boolean;
  project: string;
  /** Default place of inputs and outputs. */
  bucket?: string | undefined;
  vertex: VertexClient;
  storage: StorageClient;
  cloud: CloudClient;
  close(): Promise<void>;
}

const EMULATED_PROJECT = 'emulated-project';
const EMULATED_BUCKET = 'emulated-bucket';

interface Surroundings {
  clock: Clock;
  ids: Ids;
  log: Log;
  emulatorFolder: string;
  network?: ((fetch: Fetch) => Fetch) | undefined;
}

/**
 * The only place that chooses between Google and the emulator. Both answer the same clients at Google's real URLs.
 * Learns the project without touching the network. Throws `no_project` where Google is asked for and none is known.
 */
export async function openBackend(settings: Settings, around: Surroundings): Promise<Backend> {
  const auth = createAuth({ impersonate: settings.impersonate, quotaProject: settings.quotaProject });
  const project =
    settings.backend === 'emulator' ? undefined : (settings.project ?? (await auth.projectId()));
  if (project)
    return connect(project, auth, globalThis.fetch, around, {
      permit: permitOnly(allowedBy(settings), project),
      emulated: false,
      bucket: settings.bucket,
    });
  if (settings.backend === 'google')
    throw new UserError('no_project', {
      what: 'No Google Cloud project is known.',
      why: 'It was looked for in --project, GOOGLE_CLOUD_PROJECT, Application Default Credentials and gcloud.',
      fix: 'Start the server with --project, or run `gcloud config set project PROJECT_ID`.',
    });
  const emulator = await openEmulator(settings, around);
  const fetch: Fetch = (url, init) => emulator.fetch(new Request(url, init));
  return connect(EMULATED_PROJECT, staticAuth('emulated'), fetch, around, {
    permit: permitOnly(allowedBy(settings), EMULATED_PROJECT),
    emulated: true,
    bucket: settings.bucket ?? `gs://${EMULATED_BUCKET}`,
    close: () => emulator.close(),
  });
}

/** The embedded Google side by itself. Throws `bad_faults_file`. */
export async function openEmulator(
  settings: Settings,
  { clock, emulatorFolder }: Pick<Surroundings, 'clock' | 'emulatorFolder'>,
): Promise<Emulator> {
  const { createEmulator } = await import('./emulator/app.ts');
  return createEmulator({
    folder: emulatorFolder,
    clock,
    seed: settings.emulatorSeed,
    speed: settings.emulatorSpeed,
    project: EMULATED_PROJECT,
    buckets: [EMULATED_BUCKET],
    ...(settings.emulatorModel && { modelEndpoint: settings.emulatorModel }),
    ...(settings.emulatorFaults && { faults: await readFaults(settings.emulatorFaults) }),
  });
}

function connect(
  project: string,
  auth: Auth,
  fetch: Fetch,
  { clock, ids, log, network }: Surroundings,
  {
    close,
    permit,
    ...facts
  }: Pick<Backend, 'emulated' | 'bucket'> & {
    permit: Permit;
    close?: () => Promise<void>;
  },
): Backend {
  const wire = network ? network(fetch) : fetch;
  const userAgent = `vertex-batch-mcp/${VERSION}`;
  const http = createHttp({ fetch: wire, auth, clock, ids, log, userAgent, permit });
  return {
    ...facts,
    project,
    vertex: createVertexClient({ http, project }),
    storage: createStorageClient({ http }),
    cloud: createCloudClient({ http, auth }),
    close: async () => close?.(),
  };
}

async function readFaults(path: string) {
  const { parseFaults } = await import('./emulator/faults.ts');
  try {
    return parseFaults(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new UserError('bad_faults_file', {
      what: `The faults file ${path} cannot be used: ${(error as Error).message}.`,
      fix: 'Correct it, or start without --emulator-faults.',
      cause: error,
    });
  }
}
