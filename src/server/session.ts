import type { Backend, Fetch } from '../backend.ts';
import { createWorkspace, type Workspace } from '../pipeline/workspace.ts';
import type { Settings } from '../settings.ts';
import { type Clock, systemClock } from '../support/clock.ts';
import { type Ids, systemIds } from '../support/ids.ts';
import { createLog, type Log } from '../support/log.ts';

/** What outlives a single request: one a process, however many servers the factory builds. */
export interface Session {
  settings: Settings;
  workspace: Workspace;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** Opened by the first call that needs it: a start-up costs no credentials, no network, no emulator. */
  backend(): Promise<Backend>;
  close(): Promise<void>;
}

export interface SessionOptions {
  settings: Settings;
  clock?: Clock;
  ids?: Ids;
  log?: Log;
  /** Wraps the way to Google's hosts; tests make it lose answers, break streams and kill processes. */
  network?: (fetch: Fetch) => Fetch;
}

export function createSession(options: SessionOptions): Session {
  const { settings, clock = systemClock, ids = systemIds, log = createLog(settings.logLevel) } = options;
  const workspace = createWorkspace(settings.workspace, settings.allowDirs);
  let opened: Promise<Backend> | undefined;
  const open = async () => {
    const { openBackend } = await import('../backend.ts');
    return openBackend(settings, {
      clock,
      ids,
      log,
      network: options.network,
      emulatorFolder: workspace.emulatorFolder,
    });
  };
  return {
    settings,
    workspace,
    clock,
    ids,
    log,
    backend: () => {
      opened ??= open().catch((error) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}
