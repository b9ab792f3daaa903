/** What a thread of `lint-threads.ts` runs: one range of a file. */
import { parentPort, workerData } from 'node:worker_threads';
import { buffersOf } from '../batch/lint/key-log.ts';
import { targetOf } from '../batch/lint/target.ts';
import { lintRange } from './lint-range.ts';
import type { LintMessage, LintTask } from './lint-threads.ts';

const { path, range, given } = workerData as LintTask;
const part = lintRange(path, range, targetOf(given), (bytes) => send({ bytes }));
send({ part }, buffersOf(part.keys));

function send(message: LintMessage, handed: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, handed);
}
