import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioClientTransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpClientTransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createHttpHandler } from '../../src/server/http.ts';
import { createSession } from '../../src/server/session.ts';
import { type Called, readResult, testSettings } from './session.ts';
import { stdioParameters } from './transports.ts';

/** What a person does with the form. */
export interface Answer {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, string | boolean>;
}

/** The elicitation part of a client's capabilities; undefined where it has none. */
export type Elicitation = { form?: object; url?: object } | undefined;

/** A server on the emulator that asks before it spends, behind a client with a person before it. */
export interface AskingClient {
  call(name: string, args: Record<string, unknown>): Promise<Called>;
  /** What the person does when next asked. */
  answers(answer: Answer): void;
  /** What the person read so far. */
  questions: string[];
  workspace: string;
  close(): Promise<void>;
}

type Connect = (elicitation: Elicitation) => Promise<AskingClient>;

const INFO = { name: 'test', version: '1.0.0' };
const URL_ = new URL('http://test.local/mcp');

/** One person, whatever the client. */
function person() {
  let next: Answer = { action: 'cancel' };
  const questions: string[] = [];
  return {
    questions,
    answers: (answer: Answer) => {
      next = answer;
    },
    asked: ({ params }: { params: { message: string } }) => {
      questions.push(params.message);
      return next;
    },
  };
}

interface Ends {
  // biome-ignore lint/suspicious/noExplicitAny: clients of two generations, whose types differ.
  client: any;
  transport: object;
}

type Make = (options: object, asked: ReturnType<typeof person>['asked'] | undefined) => Ends['client'];

const v2 =
  (options: object = {}): Make =>
  (capabilities, asked) => {
    const client = new Client(INFO, { ...options, ...capabilities });
    if (asked) client.setRequestHandler('elicitation/create', asked as never);
    return client;
  };
const v1: Make = (capabilities, asked) => {
  const client = new ClientV1(INFO, capabilities);
  if (asked) client.setRequestHandler(ElicitRequestSchema, asked as never);
  return client;
};

const withPerson =
  (
    make: Make,
    open: (folder: string) => { transport: object; workspace: string; stop?: () => Promise<void> },
  ): Connect =>
  async (elicitation) => {
    const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-asking-'));
    const { asked, ...facts } = person();
    const client = make(elicitation ? { capabilities: { elicitation } } : {}, elicitation && asked);
    const { transport, workspace, stop } = open(folder);
    await mkdir(workspace, { recursive: true });
    await client.connect(transport);
    return {
      ...facts,
      workspace,
      call: async (name, args) => readResult(await client.callTool({ name, arguments: args })),
      close: async () => {
        await client.close();
        await stop?.();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };

const spawned =
  (Transport: typeof StdioClientTransport | typeof StdioClientTransportV1) => (folder: string) => ({
    transport: new Transport(stdioParameters(folder, { VERTEX_BATCH_ASK_ABOVE_USD: '0' })),
    workspace: join(folder, 'workspace'),
  });

const inProcess =
  (Transport: typeof StreamableHTTPClientTransport | typeof HttpClientTransportV1) => (folder: string) => {
    const session = createSession({ settings: testSettings(folder, { askAboveUsd: 0 }), log: () => {} });
    const handler = createHttpHandler(session);
    const send = (url: string | URL, init?: RequestInit) => handler.fetch(new Request(url, init));
    const stop = async () => {
      await handler.close();
      await session.close();
    };
    return { transport: new Transport(URL_, { fetch: send }), workspace: folder, stop };
  };

const newest = { versionNegotiation: { mode: { pin: '2026-07-28' as const } } };

/** Clients whose requests say what they can do, or whose connection did. */
export const CONNECTED: Record<string, Connect> = {
  'HTTP, SDK v2, 2026-07-28': withPerson(v2(newest), inProcess(StreamableHTTPClientTransport)),
  'stdio, SDK v2, 2026-07-28': withPerson(v2(newest), spawned(StdioClientTransport)),
  'stdio, SDK v2, 2025-11-25': withPerson(v2(), spawned(StdioClientTransport)),
  'stdio, SDK v1': withPerson(v1, spawned(StdioClientTransportV1)),
};

/** Clients that cannot be asked whatever they can do: the server keeps no connection with them. */
export const STATELESS: Record<string, Connect> = {
  'HTTP, SDK v2, 2025-11-25': withPerson(v2(), inProcess(StreamableHTTPClientTransport)),
  'HTTP, SDK v1': withPerson(v1, inProcess(HttpClientTransportV1)),
};
