import type { BatchPredictionJob } from '../../src/google/vertex-types.ts';
import { requestRows } from './rows.ts';
import type { TestSession } from './session.ts';

export const RUN = 'run-0123456789';

export interface RunOptions {
  run?: string;
  location?: string;
  /** What the shards say that there are of them; default as many as are created. */
  of?: number;
  /** Numbers of the shards that are created; default the first ones. */
  numbers?: readonly number[];
  /** Labels instead of those of a shard. */
  labels?: Record<string, string>;
  /** All jobs write under this prefix instead of each under its own. */
  output?: string;
}

/** Jobs of one run, of so many rows each, with the labels that a submit gives them. */
export async function createRun(
  session: Pick<TestSession, 'backend'>,
  rows: readonly number[],
  { run = RUN, location = 'global', of = rows.length, numbers, labels, output }: RunOptions = {},
): Promise<BatchPredictionJob[]> {
  const { vertex, storage } = await session.backend();
  const jobs: BatchPredictionJob[] = [];
  for (const [index, count] of rows.entries()) {
    const number = numbers?.[index] ?? index + 1;
    const shard = `${number}-of-${of}`;
    const text = Buffer.from(requestRows(count));
    const { bucket, name } = await storage.upload({
      bucket: 'emulated-bucket',
      name: `inputs/${run}-${shard}.jsonl`,
      bytes: (async function* () {
        yield text;
      })(),
      size: text.length,
      contentType: 'application/jsonl',
    });
    jobs.push(
      await vertex.batchPredictionJobs.create(location, {
        displayName: `reviews ${number} of ${of}`,
        model: 'publishers/google/models/gemini-3.5-flash-lite',
        inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [`gs://${bucket}/${name}`] } },
        outputConfig: {
          predictionsFormat: 'jsonl',
          gcsDestination: { outputUriPrefix: output ?? `gs://${bucket}/outputs/${run}/${shard}` },
        },
        labels: {
          run,
          rows: String(count),
          submit_token: `${run.slice(4)}${number}`.padEnd(40, '0'),
          ...(labels ?? { shard }),
        },
      }),
    );
  }
  return jobs;
}
