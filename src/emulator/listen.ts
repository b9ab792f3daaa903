import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Emulator } from './app.ts';
import { LostAnswer } from './connection-faults.ts';

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
        return await emulator.fetch(request);
      } catch (error) {
        if (!(error instanceof LostAnswer)) throw error;
        outgoing.destroy();
        return RESPONSE_ALREADY_SENT;
      }
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

/** Only who serves pays for the server. */
async function importServer() {
  const [{ createAdaptorServer }, { RESPONSE_ALREADY_SENT }] = await Promise.all([
    import('@hono/node-server'),
    import('@hono/node-server/utils/response'),
  ]);
  return { createAdaptorServer, RESPONSE_ALREADY_SENT };
}
