import type { CloudClient } from '../google/cloud.ts';
import type { StorageClient } from '../google/storage.ts';
import type { VertexClient } from '../google/vertex.ts';
import type { Settings } from '../settings.ts';
import type { Clock } from '../support/clock.ts';
import type { Ids } from '../support/ids.ts';
import type { Consent } from './consent.ts';
import type { Ledger } from './ledger.ts';
import type { Workspace } from './workspace.ts';

/** How far a long step has come; `total` is left out while it is unknown. */
export interface Progress {
  done: number;
  total?: number | undefined;
  message: string;
}

/** What a step of the pipeline may touch, and nothing beside it. */
export interface Ports {
  vertex: VertexClient;
  storage: StorageClient;
  /** Who calls, the project, its APIs. */
  cloud: CloudClient;
  /** Project that jobs run and are billed in. */
  project: string;
  /** Default `gs://bucket/prefix` of staged inputs and outputs; the emulator brings one of its own. */
  bucket?: string | undefined;
  /** True where the embedded emulator stands in for Google: nothing is spent, answers are made up. */
  emulated: boolean;
  settings: Settings;
  workspace: Workspace;
  /** What was committed and what was paid. */
  ledger: Ledger;
  /** Asks a person before money is spent. */
  consent: Consent;
  clock: Clock;
  ids: Ids;
  signal: AbortSignal;
  progress(progress: Progress): void;
}
