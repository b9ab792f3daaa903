import type { EmulatorContext } from '../context.ts';
import type { CoverageEntry } from '../coverage-entry.ts';
import type { Faults } from '../faults.ts';
import type { PaceOptions } from '../jobs/pace.ts';
import type { JobStore } from '../jobs/store.ts';
import type { Json, JsonObject } from '../messages/messages.ts';
import type { OnlineModel } from '../model/online.ts';
import type { TunedModel } from '../models-lookup.ts';
import type { OperationStore } from '../operations.ts';

/** What the routes of Vertex AI stand on. */
export interface VertexContext extends EmulatorContext {
  jobs: JobStore;
  operations: OperationStore;
  faults: Faults;
  tunedModels: readonly TunedModel[];
  seed: string;
  speed: number;
  pace: PaceOptions;
  pacedBy: 'clock' | 'work';
  model: OnlineModel;
  /** Aborts when the emulator closes. */
  closing: AbortSignal;
}

/** A call after the front end: who may call and where it went is settled, the body is JSON. */
export interface VertexCall {
  /** Named parts of the path; empty where the path has none of that name. */
  param(name: string): string;
  query(name: string): string | undefined;
  body: Json;
}

/** An endpoint: what it is and what it does. Routes and the coverage page are both made of these. */
export interface VertexRoute extends CoverageEntry {
  /** Query parameters beside those of every Google API; another one is a 400. */
  queries?: readonly string[];
  handle(call: VertexCall, vertex: VertexContext): Promise<JsonObject> | JsonObject;
}

export const vertexRoute = (route: Omit<VertexRoute, 'service'>): VertexRoute => ({
  service: 'vertex',
  ...route,
});

/** Both API versions answer alike. */
export const VERSION = '/:version{v1|v1beta1}';
export const PARENT = `${VERSION}/projects/:project/locations/:location`;
