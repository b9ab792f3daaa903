import type { Clock } from '../support/clock.ts';
import type { Ids } from '../support/ids.ts';
import type { ObjectStore } from './objects/store.ts';

export interface Project {
  id: string;
  /** Twelve digits: resource names come back with it instead of the id. */
  number: string;
}

/** What the routes of both halves stand on. */
export interface EmulatorContext {
  /** Everything that outlives the process. */
  folder: string;
  clock: Clock;
  ids: Ids;
  project: Project;
  objects: ObjectStore;
}
