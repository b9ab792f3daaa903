import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Clock } from '../support/clock.ts';
import { seededIds, systemIds } from '../support/ids.ts';
import { CutResponse, LostAnswer } from './connection-faults.ts';
import type { Project } from './context.ts';
import { endpointOf } from './coverage.ts';
import type { CoverageEntry } from './coverage-entry.ts';
import { createEngine } from './engine/engine.ts';
import { legacyEnvelope, rpcEnvelope, ServiceError } from './errors.ts';
import { createFaults, type Fault } from './faults.ts';
import { decodedPath, notFoundPage } from './front-end.ts';
import { serviceOf } from './hosts.ts';
import type { PaceOptions } from './jobs/pace.ts';
import { createJobStore, type JobRecord } from './jobs/store.ts';
import { endpointModel } from './model/endpoint.ts';
import { deterministicModel } from './model/online.ts';
import { modelOfJob, type TunedModel } from './models-lookup.ts';
import { createObjectStore, type ObjectStore } from './objects/store.ts';
import { createOperationStore } from './operations.ts';
import { resourceManagerRoutes } from './routes/projects.ts';
import { serviceUsageRoutes } from './routes/service-usage.ts';
import { storageRoutes } from './routes/storage.ts';
import { vertexRoutes } from './routes/vertex.ts';
import { rpcCode } from './rows/status.ts';

export type { Fault } from './faults.ts';

export interface EmulatorOptions {
  /** Everything that outlives the process: objects, jobs, operations. */
  folder: string;
  clock: Clock;
  /** Of queue times, orders and answers. The same seed, clock and calls give the same jobs and rows. */
  seed?: string | undefined;
  /** Emulated seconds for each second of the clock; default 1. */
  speed?: number | undefined;
  /** Id of the one project; default `emulated-project`. Its number follows from it. */
  project?: string | undefined;
  /** Buckets that exist from the start; default `emulated-bucket`. */
  buckets?: readonly string[] | undefined;
  tunedModels?: readonly TunedModel[] | undefined;
  faults?: readonly Fault[] | undefined;
  /** Base URL of an OpenAI-compatible API, `http://localhost:11434/v1`: its first model answers the requests. */
  modelEndpoint?: string | undefined;
  pace?: PaceOptions | undefined;
}

export interface Emulator {
  /** Answers as the service behind the request's host would. Rejects as `fetch` does where a fault breaks the connection. */
  fetch(request: Request): Promise<Response>;
  /** Ends the work behind requests. What is on disk goes on with the next emulator of the folder. */
  close(): Promise<void>;
}

/** The Google side of a batch prediction: Vertex AI and what is around it, in one function from Request to Response. */
export function createEmulator(options: EmulatorOptions): Emulator {
  const { folder, clock, seed = 'emulator', speed = 1, modelEndpoint } = options;
  const project = projectOf(options.project ?? 'emulated-project');
  const ids = seededIds(`${seed}/${clock.now()}`);
  const objects = createObjectStore({ folder: join(folder, 'storage'), clock, ids: systemIds });
  const faults = createFaults(options.faults ?? []);
  const tunedModels = options.tunedModels ?? [];
  const model = modelEndpoint === undefined ? deterministicModel : endpointModel(modelEndpoint);
  const jobs = createJobStore(join(folder, 'vertex', 'jobs'));
  const closing = new AbortController();

  const modelOf = ({ fields, location, createdAt }: JobRecord) =>
    modelOfJob(String(fields.model), tunedModels, { project: project.id, location, now: createdAt });
  const engine = createEngine({
    clock,
    objects,
    jobs,
    faults,
    modelOf,
    answerFor: (record, signal) => {
      const publisherModel = modelOf(record);
      return (request, forced) => model(request, publisherModel, { seed: record.seed, forced, signal });
    },
  });
  const vertex = vertexRoutes({
    folder,
    clock,
    ids,
    project,
    objects,
    jobs,
    operations: createOperationStore(join(folder, 'vertex', 'operations')),
    faults,
    tunedModels,
    seed,
    speed,
    pace: options.pace ?? {},
    pacedBy: modelEndpoint === undefined ? 'clock' : 'work',
    model,
    closing: closing.signal,
  });
  const services: Partial<Record<CoverageEntry['service'], Hono>> = {
    vertex,
    storage: storageRoutes({ objects, project }),
    'resource-manager': resourceManagerRoutes({ project }),
    'service-usage': serviceUsageRoutes({ project }),
  };

  let seeded: Promise<void> | undefined;

  return {
    async fetch(request) {
      seeded ??= seedBuckets(objects, options.buckets ?? ['emulated-bucket'], project);
      await seeded;
      await engine.settle();
      const url = new URL(request.url);
      const { service: host } = serviceOf(url.hostname);
      const decoded = decodedPath(url);
      // On loopback the path tells: those of Cloud Storage begin otherwise.
      const isStorage = host === 'storage' || (host === 'any' && !/^\/(v1|v1beta1|ui)\//.test(decoded));
      const path = isStorage ? url.pathname : decoded;
      const endpoint = endpointOf(request.method, path);
      const isServed = endpoint && (host === 'any' || host === endpoint.service);
      const routes = isServed ? services[endpoint.service] : undefined;
      const rpc = routes && endpoint?.rpc;

      const fault = faults.onRequest({ method: request.method, path, rpc });
      if (fault !== undefined && 'status' in fault) {
        const error = new ServiceError(
          fault.status,
          rpcCode(fault.status),
          'The emulator was told to fail here.',
        );
        const envelope = isStorage ? legacyEnvelope(error) : rpcEnvelope(error);
        return Response.json(fault.body ?? envelope, { status: fault.status, headers: fault.headers ?? {} });
      }
      const response = routes ? await routes.fetch(request) : notFoundPage(request);
      if (fault === undefined) return response;
      if ('cut' in fault) return new CutResponse(response, fault.cut);
      await response.body?.cancel();
      throw new LostAnswer();
    },
    async close() {
      closing.abort();
      await engine.close();
    },
  };
}

/** The number of a project follows from its id, so that it is the same after a restart. */
function projectOf(id: string): Project {
  const digest = createHash('sha256').update(`project/${id}`).digest();
  return { id, number: String(100_000_000_000 + (digest.readUIntBE(0, 6) % 900_000_000_000)) };
}

async function seedBuckets(objects: ObjectStore, names: readonly string[], project: Project): Promise<void> {
  for (const name of names) {
    if ((await objects.bucket(name)) !== undefined) continue;
    await objects
      .createBucket({ name, project: project.id, projectNumber: project.number })
      .catch((error) => {
        // Another process of this folder was quicker.
        if (!(error instanceof ServiceError && error.status === 409)) throw error;
      });
  }
}
