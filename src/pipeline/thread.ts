import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** In megabytes. What a thread reads is short-lived: a larger nursery costs memory and gains nothing. */
const HEAP = { maxYoungGenerationSizeMb: 8 };

/** From a chunk of the bundle, from a bundle in one piece, or beside this file where sources run. */
const places = (name: string) => [`../pipeline/${name}.js`, `./pipeline/${name}.js`, `./${name}.ts`];

/** Threads do not inherit the loader that runs sources; this fetches it first. Bundles never get here. */
const LOAD_SOURCES = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.entry);
});`;

/** A thread that answers calls one after the other. */
export interface Thread<Task, Answer> {
  /** Calls that are not answered yet. */
  waiting(): number;
  call(task: Task, transfer: readonly ArrayBuffer[]): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Starts a file of this folder in a thread of its own, with `data` as its `workerData`; it answers each message with
 * one. Undefined where there are no threads to be had, for instance because the program was bundled without that file.
 */
export function startThread<Task, Answer>(name: string, data: object): Thread<Task, Answer> | undefined {
  const entry = places(name)
    .map((place) => new URL(place, import.meta.url))
    .find((url) => existsSync(url));
  if (!entry) return undefined;
  const sources = entry.href.endsWith('.ts');
  const worker = new Worker(sources ? LOAD_SOURCES : entry, {
    eval: sources,
    workerData: { ...data, entry: entry.href },
    resourceLimits: HEAP,
  });
  const calls: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  let failed: unknown;
  const fail = (error: unknown) => {
    failed ??= error;
    for (const { reject } of calls.splice(0)) reject(error);
  };
  worker.on('message', (answer: Answer) => calls.shift()?.resolve(answer));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error(`the thread ${name} ended without an answer`)));
  return {
    waiting: () => calls.length,
    call: (task, transfer) =>
      new Promise((resolve, reject) => {
        if (failed !== undefined) return reject(failed);
        calls.push({ resolve, reject });
        worker.postMessage(task, transfer);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
