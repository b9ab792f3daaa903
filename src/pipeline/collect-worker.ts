/** What a thread of `collect-threads.ts` runs. What it answers is handed over instead of copied. */
import { parentPort } from 'node:worker_threads';
import { type CollectTask, inThisThread } from './collect-threads.ts';
import type { EncodedGroup } from './encode-results.ts';
import { buffersOf } from './understand-lines.ts';

const work = inThisThread();

parentPort?.on('message', async (task: CollectTask) => {
  if (task.kind === 'understand') {
    const understood = await work.understand(task.job, task.reading, task.lines);
    parentPort?.postMessage(understood, buffersOf(understood));
  } else {
    const group = ownBytes(await work.encode(task.spec, task.group));
    parentPort?.postMessage(
      group,
      group.columns.map(({ values }) => values.buffer as ArrayBuffer),
    );
  }
});

/** The encoders use their memory again. */
const ownBytes = ({ columns, counting }: EncodedGroup): EncodedGroup => ({
  counting,
  columns: columns.map(({ rows, levels, values }) => ({
    rows,
    levels,
    values: Uint8Array.prototype.slice.call(values),
  })),
});
