import { locationOf, vertexUrl } from './hosts.ts';
import type { Http } from './http.ts';
import { resourcePath } from './path.ts';

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

/** URL of a resource by its full name, on the host of the location that the name holds. */
export const resourceUrl = (name: string): string =>
  `${vertexUrl(locationOf(name))}/v1/${resourcePath(name)}`;

export const getResource = <T>(http: Http, name: string, { signal }: CallOptions = {}): Promise<T> =>
  http.request<T>({ method: 'GET', url: resourceUrl(name), idempotent: true, signal });
