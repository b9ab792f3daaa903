import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Fetch } from '../../../src/google/http.ts';

export interface Seen {
  method: string;
  /** Host that the client meant. */
  host: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export type Handler = (seen: Seen, response: ServerResponse) => void | Promise<void>;

export interface Loopback {
  /** Sends what is meant for Google to the server, over a real socket. */
  fetch: Fetch;
  port: number;
  /** Requests in order of arrival; those whose body broke are missing. */
  seen: Seen[];
}

/** A server on a free port that fails as a test wants it to; closed when the test ends. */
export async function loopback(handler: Handler): Promise<Loopback> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const serve = async () => {
      const url = new URL(request.url ?? '/', 'http://loopback');
      const body = await buffer(request);
      const host = String(request.headers['x-meant-for'] ?? '');
      const { method = '', headers } = request;
      const arrived = { method, host, path: url.pathname, query: url.searchParams, headers, body };
      seen.push(arrived);
      await handler(arrived, response);
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const fetch: Fetch = (address, init) => {
    const url = new URL(address);
    const headers = new Headers(init?.headers);
    headers.set('x-meant-for', url.host);
    return globalThis.fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, { ...init, headers });
  };
  return { fetch, port, seen };
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Google's error envelope, as Vertex AI sends it. */
export const rpcError = (code: number, status: string, message: string, details: unknown[] = []) => ({
  error: { code, status, message, ...(details.length > 0 && { details }) },
});
