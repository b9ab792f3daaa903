import type { Caller } from '../../google/auth.ts';
import { parseGsUri } from '../../google/gs-uri.ts';
import type { Project } from '../../google/projects.ts';
import type { Service } from '../../google/service-usage.ts';
import type { BucketMetadata } from '../../google/storage-types.ts';
import type { Ports } from '../ports.ts';
import { type Finding, lineOf, type SetupLine, skipped } from './line.ts';

/** A value, or why there is none: several checks stand on it, and each says its own part. */
export type Found<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown };

/** What several checks look at; each is asked for once, by the first that needs it. Nothing rejects. */
export interface Surroundings {
  /** `gs://bucket/prefix` of inputs and outputs; undefined where none is known. */
  place: string | undefined;
  /** Undefined also where the place is malformed. */
  bucketName: string | undefined;
  caller(): Promise<Found<Caller>>;
  address(): Promise<Found<string | undefined>>;
  project(): Promise<Found<Project>>;
  vertexApi(): Promise<Found<Service>>;
  /** Holds the error `bad_gs_uri` of a malformed name. */
  bucket(): Promise<Found<BucketMetadata>>;
}

export const VERTEX_API = 'aiplatform.googleapis.com';

/** `place` is `gs://bucket/prefix`, or the same without `gs://`. */
export function lookAround(place: string | undefined, ports: Ports): Surroundings {
  const { cloud, storage, project, signal } = ports;
  const uri = place === undefined || place.startsWith('gs://') ? place : `gs://${place}`;
  return {
    place: uri,
    bucketName: uri && bucketIn(uri),
    caller: once(() => cloud.caller()),
    address: once(() => cloud.callerAddress({ signal })),
    project: once(() => cloud.projects.get(project, { signal })),
    vertexApi: once(() => cloud.services.get(project, VERTEX_API, { signal })),
    bucket: once(() => storage.bucket(parseGsUri(uri ?? '').bucket, { signal })),
  };
}

/** The outcome of a promise, as a value. */
export const found = async <T>(look: () => Promise<T>): Promise<Found<T>> => {
  try {
    return { value: await look() };
  } catch (error) {
    return { error };
  }
};

function once<T>(look: () => Promise<T>): () => Promise<Found<T>> {
  let asked: Promise<Found<T>> | undefined;
  return () => {
    asked ??= found(look);
    return asked;
  };
}

function bucketIn(uri: string): string | undefined {
  try {
    return parseGsUri(uri).bucket;
  } catch {
    return undefined;
  }
}

/** The value, or the error thrown. */
export function valueIn<T>(outcome: Found<T>): T {
  if (outcome.error !== undefined) throw outcome.error;
  return outcome.value as T;
}

/** A check that asks Google: where the credentials do not work, each would say the same. */
export const askGoogle = (
  check: string,
  around: Surroundings,
  ask: () => Promise<Finding>,
): Promise<SetupLine> =>
  lineOf(check, async () =>
    (await around.caller()).error === undefined
      ? ask()
      : skipped('Not asked, as there are no credentials that work.'),
  );

/** The caller's e-mail address, where it is known: part of commands that people paste, so it must look like one. */
export async function addressOf(around: Surroundings): Promise<string | undefined> {
  const { value: address } = await around.address();
  return address && /^[\w.+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+$/.test(address) ? address : undefined;
}

/** The number of the project, which its APIs know too, where the project itself may not be looked at. */
export async function projectNumber(around: Surroundings): Promise<string | undefined> {
  const [project, api] = await Promise.all([around.project(), around.vertexApi()]);
  return project.value?.projectNumber ?? /^projects\/(\d+)$/.exec(api.value?.parent ?? '')?.[1];
}
