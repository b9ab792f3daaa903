import { existsSync } from 'node:fs';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/** From a chunk of the bundle, from a bundle in one piece, or beside this file where sources run. */
const places = (name: string) => [`../pipeline/${name}.js`, `./pipeline/${name}.js`, `./${name}.ts`];

/** Threads do not inherit the loader that runs sources; this fetches it first. Bundles never get here. */
const LOAD_SOURCES = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.entry);
});`;

/**
 * Starts a file of this folder in a thread of its own, with `data` as its `workerData`. Undefined where there are no
 * threads to be had, for instance because the program was bundled without that file.
 */
export function startWorker(name: string, data: object, resourceLimits: ResourceLimits): Worker | undefined {
  const entry = places(name)
    .map((place) => new URL(place, import.meta.url))
    .find((url) => existsSync(url));
  if (!entry) return undefined;
  const sources = entry.href.endsWith('.ts');
  const workerData = { ...data, entry: entry.href };
  return new Worker(sources ? LOAD_SOURCES : entry, { eval: sources, workerData, resourceLimits });
}
