import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Backend, Fetch } from '../../src/backend.ts';
import { createHttpHandler } from '../../src/server/http.ts';
import { createSession } from '../../src/server/session.ts';
import type { Settings } from '../../src/settings.ts';
import { seededIds } from '../../src/support/ids.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export interface Called {
  isError: boolean;
  /** What the assistant reads. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows which tool it called.
  data: any;
  summary: string;
  next?: { tool: string; arguments: Record<string, unknown>; reason: string };
}

export interface TestSession {
  client: Client;
  clock: ManualClock;
  /** The workspace folder; local files for a test go here. */
  folder: string;
  logs: string[];
  backend(): Promise<Backend>;
  call(name: string, args?: Record<string, unknown>): Promise<Called>;
  /** Writes a file into the workspace and returns its absolute path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export interface TestOptions {
  settings?: Partial<Settings>;
  network?: (fetch: Fetch) => Fetch;
  clock?: ManualClock;
  /** An earlier session's folder, to start again over what it left. */
  folder?: string;
  faults?: unknown[];
}

export const testSettings = (workspace: string, settings: Partial<Settings> = {}): Settings => ({
  backend: 'emulator',
  workspace,
  allowDirs: [],
  allowModels: [],
  allowLocations: [],
  allowBuckets: [],
  allowProjects: [],
  emulatorSpeed: 1,
  emulatorSeed: 'test',
  logLevel: 'debug',
  ...settings,
});

/** The real server on the embedded emulator, behind a real client, in one process and on a clock that jumps. */
export async function startSession(options: TestOptions = {}): Promise<TestSession> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'vertex-batch-test-')));
  const clock = options.clock ?? manualClock({ jump: true });
  const logs: string[] = [];
  const faultsFile = join(folder, 'faults.json');
  if (options.faults) await writeFile(faultsFile, JSON.stringify(options.faults));
  const session = createSession({
    settings: testSettings(folder, {
      ...(options.faults && { emulatorFaults: faultsFile }),
      ...options.settings,
    }),
    clock,
    ids: seededIds('test'),
    log: (level, message, facts) => logs.push(`${level}: ${message} ${JSON.stringify(facts ?? {})}`),
    ...(options.network && { network: options.network }),
  });
  const handler = createHttpHandler(session);
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://test.local/mcp'), {
      fetch: (url, init) => handler.fetch(new Request(url, init)),
    }),
  );
  return {
    client,
    clock,
    folder,
    logs,
    backend: () => session.backend(),
    call: async (name, args = {}) => readResult(await client.callTool({ name, arguments: args })),
    file: async (name, content) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    close: async () => {
      await client.close();
      await handler.close();
      await session.close();
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

export function readResult(result: {
  content?: unknown;
  structuredContent?: unknown;
  isError?: unknown;
}): Called {
  const [block] = (result.content ?? []) as { type: string; text: string }[];
  const structured = (result.structuredContent ?? {}) as Pick<Called, 'data' | 'summary' | 'next'>;
  return { ...structured, isError: result.isError === true, text: block?.text ?? '' };
}
