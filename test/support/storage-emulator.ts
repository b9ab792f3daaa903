import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createObjectStore, type ObjectStore } from '../../src/emulator/objects/store.ts';
import { storageRoutes } from '../../src/emulator/routes/storage.ts';
import { seededIds } from '../../src/support/ids.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export interface StorageEmulator {
  /** Without a slash at the end. */
  url: string;
  folder: string;
  clock: ManualClock;
  objects: ObjectStore;
  /** `fetch` under `url` with a bearer token. */
  call(path: string, init?: RequestInit & { duplex?: 'half' }): Promise<Response>;
  /** Ends the server; the folder stays when it was given. */
  stop(): Promise<void>;
}

/** The Cloud Storage half of the emulator on a loopback port of its own. */
export async function startStorage(
  options: { folder?: string; clock?: ManualClock; seed?: string } = {},
): Promise<StorageEmulator> {
  const clock = options.clock ?? manualClock();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'storage-emulator-')));
  const objects = createObjectStore({ folder, clock, ids: seededIds(options.seed ?? 'storage') });
  const app = storageRoutes({ objects });
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (address: AddressInfo) =>
        resolve({ server, port: address.port }),
      );
    },
  );
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    folder,
    clock,
    objects,
    call: (path, init = {}) =>
      fetch(path.startsWith('http') ? path : url + path, {
        ...init,
        headers: { authorization: 'Bearer anyone', ...init.headers },
      }),
    async stop() {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the tests look at in a JSON answer. */
export interface Answer {
  name: string;
  generation: string;
  metageneration: string;
  mediaLink: string;
  items: { name: string }[];
  error: { code: number; message: string; errors: { reason: string; message: string }[] };
}

export const json = async (answer: Response): Promise<Answer> => (await answer.json()) as Answer;
