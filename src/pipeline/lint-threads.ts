import type { Worker } from 'node:worker_threads';
import type { Day } from '../batch/day.ts';
import { type LintPart, mergeLint } from '../batch/lint/part.ts';
import type { Given } from '../batch/lint/rule.ts';
import { startWorker } from './start-worker.ts';

export interface LintTask {
  path: string;
  /** Bytes. */
  range: { from: number; to: number };
  given: Given & { on: Day };
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
  const cut = (part: number) => Math.floor((file.size * part) / THREADS);
  const tasks = Array.from({ length: THREADS }, (_, part): LintTask => {
    return { path: file.path, range: { from: cut(part), to: cut(part + 1) }, given };
  });
  const workers = tasks.flatMap((task) => startWorker('lint-worker', task, HEAP) ?? []);
  if (workers.length === 0) return undefined;
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

const partOf = (worker: Worker, onBytes: (bytes: number) => void): Promise<LintPart> =>
  new Promise((resolve, reject) => {
    worker.on('message', (message: LintMessage) => {
      if ('part' in message) resolve(message.part);
      else onBytes(message.bytes);
    });
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a lint thread ended without an answer')));
  });
