import { startWorker } from './start-worker.ts';

/** In megabytes. What a thread reads is short-lived: a larger nursery costs memory and gains nothing. */
const HEAP = { maxYoungGenerationSizeMb: 8 };

/** A thread that answers calls one after the other. */
export interface Thread<Task, Answer> {
  /** Calls that are not answered yet. */
  waiting(): number;
  call(task: Task, transfer: readonly ArrayBuffer[]): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts a file of this folder, which answers each message with one; undefined where `startWorker` is. */
export function startThread<Task, Answer>(name: string, data: object): Thread<Task, Answer> | undefined {
  const worker = startWorker(name, data, HEAP);
  if (!worker) return undefined;
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
