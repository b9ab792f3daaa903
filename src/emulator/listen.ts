import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator } from './app.ts';
import { CutResponse, LostAnswer } from './connection-faults.ts';

export interface Listening {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  /** Ends the connections too. The emulator itself stays open. */
  close(): Promise<void>;
}

/** Serves an emulator on loopback for clients of any language; port 0 takes a free one. */
export async function listen(emulator: Emulator, options: { port: number }): Promise<Listening> {
  const { createAdaptorServer, RESPONSE_ALREADY_SENT } = await importServer();
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: async (request, { outgoing }) => {
      try {
        const response = await emulator.fetch(request);
        if (!(response instanceof CutResponse)) return response;
        // The server speaks HTTP/1 here, though its types allow for the other.
        await sendBroken(response, outgoing as ServerResponse);
      } catch (error) {
        if (!(error instanceof LostAnswer)) throw error;
        outgoing.destroy();
      }
      return RESPONSE_ALREADY_SENT;
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The server would hide a small body that breaks; so the bytes go out by hand, and the connection ends. */
async function sendBroken(response: CutResponse, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.flushHeaders();
  for await (const bytes of response.arriving) {
    await new Promise<void>((resolve) => outgoing.write(bytes, () => resolve()));
  }
  outgoing.destroy();
}

/** Only who serves pays for the server. */
async function importServer() {
  const [{ createAdaptorServer }, { RESPONSE_ALREADY_SENT }] = await Promise.all([
    import('@hono/node-server'),
    import('@hono/node-server/utils/response'),
  ]);
  return { createAdaptorServer, RESPONSE_ALREADY_SENT };
}
