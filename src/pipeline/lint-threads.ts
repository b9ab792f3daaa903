import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Day } from '../batch/day.ts';
import { type LintPart, mergeLint } from '../batch/lint/part.ts';
import type { Given } from '../batch/lint/rule.ts';

export interface LintTask {
  path: string;
  /** Bytes. */
  range: { from: number; to: number };
  given: Given & { on: Day };
  /** Read by the loader of `.ts` files. */
  entry: string;
}

export type LintMessage = { bytes: number } | { part: LintPart };

/** More would be faster on large machines, and each takes some 30 MB. */
const THREADS = 2;
/**
 * In megabytes. Rows are short-lived, and V8 holds on to each short text that it has parsed until it collects: with
 * less room it collects sooner, at no cost that shows. With a line too large for it the thread fails, and the file is
 * read without threads.
 */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 1_024 };

/**
 * Lints a local file in threads, half of it in each. Undefined where there are none to be had, for instance because
 * the program was bundled without their file; rejects as they fail.
 */
export async function lintInThreads(
  file: { path: string; size: number },
  given: LintTask['given'],
  { signal, onBytes }: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<LintPart | undefined> {
  signal.throwIfAborted();
  const entry = workerFile();
  if (!entry) return undefined;
  const cut = (part: number) => Math.floor((file.size * part) / THREADS);
  const workers = Array.from({ length: THREADS }, (_, part) =>
    startWorker({
      path: file.path,
      range: { from: cut(part), to: cut(part + 1) },
      given,
      entry: entry.href,
    }),
  );
  const stop = () => workers.map((worker) => worker.terminate());
  signal.addEventListener('abort', stop, { once: true });
  try {
    const parts = await Promise.all(workers.map((worker) => partOf(worker, onBytes)));
    return parts.reduce(mergeLint);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(stop());
  }
}

/** From a chunk of the bundle, from a bundle in one piece, or beside this file where sources run. */
const PLACES = ['../pipeline/lint-worker.js', './pipeline/lint-worker.js', './lint-worker.ts'];

const workerFile = (): URL | undefined =>
  PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));

/** Threads do not inherit the loader that runs sources; this fetches it first. Bundles never get here. */
const LOAD_SOURCES = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(require('node:worker_threads').workerData.entry);
});`;

function startWorker(task: LintTask): Worker {
  const sources = task.entry.endsWith('.ts');
  return new Worker(sources ? LOAD_SOURCES : new URL(task.entry), {
    eval: sources,
    workerData: task,
    resourceLimits: HEAP,
  });
}

const partOf = (worker: Worker, onBytes: (bytes: number) => void): Promise<LintPart> =>
  new Promise((resolve, reject) => {
    worker.on('message', (message: LintMessage) => {
      if ('part' in message) resolve(message.part);
      else onBytes(message.bytes);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a lint thread ended without an answer')));
  });
