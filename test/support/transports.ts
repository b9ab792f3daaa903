import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioClientTransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpClientTransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createHttpHandler } from '../../src/server/http.ts';
import { createSession } from '../../src/server/session.ts';
import { testSettings } from './session.ts';

/** What the clients of both generations have in common, as far as tests use it. */
export interface AnyClient {
  listTools(): Promise<{ tools: { name: string; annotations?: object }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  getInstructions(): string | undefined;
  getServerVersion(): { name: string; version: string } | undefined;
}

export interface Connected {
  client: AnyClient;
  folder: string;
  close(): Promise<void>;
}

const info = { name: 'test', version: '1.0.0' };
const auto = { versionNegotiation: { mode: 'auto' as const } };

/** The built server as a host starts it: another process, nothing configured, no way to Google. */
export const stdioParameters = (folder: string, env: Record<string, string> = {}) => ({
  command: process.execPath,
  args: [resolve('dist/bin.cjs')],
  stderr: 'pipe' as const,
  env: {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    VERTEX_BATCH_WORKSPACE: join(folder, 'workspace'),
    ...env,
  },
});

const stdio =
  (
    make: (folder: string) => {
      client: { connect(transport: never): Promise<void>; close(): Promise<void> };
      transport: object;
    },
  ) =>
  async (): Promise<Connected> => {
    const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-stdio-'));
    const { client, transport } = make(folder);
    await client.connect(transport as never);
    const close = async () => {
      await client.close();
      await rm(folder, { recursive: true, force: true });
    };
    return { client: client as unknown as AnyClient, folder: join(folder, 'workspace'), close };
  };

const http =
  (
    make: (
      send: (url: string | URL, init?: RequestInit) => Promise<Response>,
    ) => ReturnType<Parameters<typeof stdio>[0]>,
  ) =>
  async (): Promise<Connected> => {
    const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-http-'));
    const session = createSession({
      settings: testSettings(folder, { emulatorSpeed: 100_000 }),
      log: () => {},
    });
    const handler = createHttpHandler(session);
    const { client, transport } = make((url, init) => handler.fetch(new Request(url, init)));
    await client.connect(transport as never);
    const close = async () => {
      await client.close();
      await handler.close();
      await session.close();
      await rm(folder, { recursive: true, force: true });
    };
    return { client: client as unknown as AnyClient, folder, close };
  };

const URL_ = new URL('http://test.local/mcp');
const speed = { VERTEX_BATCH_EMULATOR_SPEED: '100000' };

/** Every way in which a client reaches this server: two transports, two protocol eras, two client generations. */
export const TRANSPORTS: Record<string, () => Promise<Connected>> = {
  'stdio, SDK v2, 2026-07-28': stdio((folder) => ({
    client: new Client(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    transport: new StdioClientTransport(stdioParameters(folder, speed)),
  })),
  'stdio, SDK v2, 2025-11-25': stdio((folder) => ({
    client: new Client(info),
    transport: new StdioClientTransport(stdioParameters(folder, speed)),
  })),
  'stdio, SDK v1': stdio((folder) => ({
    client: new ClientV1(info),
    transport: new StdioClientTransportV1(stdioParameters(folder, speed)),
  })),
  'HTTP, SDK v2, 2026-07-28': http((send) => ({
    client: new Client(info, auto),
    transport: new StreamableHTTPClientTransport(URL_, { fetch: send }),
  })),
  'HTTP, SDK v2, 2025-11-25': http((send) => ({
    client: new Client(info),
    transport: new StreamableHTTPClientTransport(URL_, { fetch: send }),
  })),
  'HTTP, SDK v1': http((send) => ({
    client: new ClientV1(info),
    transport: new HttpClientTransportV1(URL_, { fetch: send }),
  })),
};
