import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { VERSION } from '../version.ts';
import { createHttpHandler } from './http.ts';
import type { ToolResult } from './render.ts';
import type { Session } from './session.ts';

/** A client in the server's own process: every call goes through the protocol, none through a socket. */
export interface InProcessClient {
  callTool(name: string, args: Record<string, unknown>, onProgress?: OnProgress): Promise<ToolResult>;
  close(): Promise<void>;
}

type OnProgress = (progress: {
  progress: number;
  total?: number | undefined;
  message?: string | undefined;
}) => void;

export async function connectInProcess(session: Session): Promise<InProcessClient> {
  const handler = createHttpHandler(session);
  const client = new Client(
    { name: 'vertex-batch-mcp', version: VERSION },
    { versionNegotiation: { mode: 'auto' } },
  );
  const send = (url: string | URL, init?: RequestInit) => handler.fetch(new Request(url, init));
  await client.connect(
    new StreamableHTTPClientTransport(new URL('http://in-process.invalid/mcp'), { fetch: send }),
  );
  return {
    callTool: async (name, args, onprogress) =>
      (await client.callTool({ name, arguments: args }, onprogress && { onprogress })) as ToolResult,
    close: async () => {
      await client.close();
      await handler.close();
      await session.close();
    },
  };
}
