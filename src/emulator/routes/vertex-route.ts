import type { EmulatorContext } from '../context.ts';
import type { Faults } from '../faults.ts';
import type { PaceOptions } from '../jobs/pace.ts';
import type { JobStore } from '../jobs/store.ts';
import type { OnlineModel } from '../model/online.ts';
import type { TunedModel } from '../models-lookup.ts';
import type { OperationStore } from '../operations.ts';
import type { RpcCall, RpcRoute } from './rpc.ts';

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

export type VertexCall = RpcCall;
export type VertexRoute = RpcRoute<VertexContext>;

export const vertexRoute = (route: Omit<VertexRoute, 'service'>): VertexRoute => ({
  service: 'vertex',
  ...route,
});

/** Both API versions answer alike. */
export const VERSION = '/:version{v1|v1beta1}';
export const PARENT = `${VERSION}/projects/:project/locations/:location`;
