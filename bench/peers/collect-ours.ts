/** Collects a job whose objects are files of a folder: the bytes come from the disk, as they do for the floor. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StorageClient } from '../../src/google/storage.ts';
import type { ObjectMetadata } from '../../src/google/storage-types.ts';
import type { VertexClient } from '../../src/google/vertex.ts';
import { collect } from '../../src/pipeline/collect.ts';
import type { Ports } from '../../src/pipeline/ports.ts';
import { systemIds } from '../../src/support/ids.ts';
import { tellCost } from './cost.ts';
import { localPorts } from './local-ports.ts';

/** `bucket` is a folder, `input` the name of the object that the job read, `table` what the input was composed of. */
const [, , workspace = '', bucket = '', input = '', table = ''] = process.argv;

const metadata = async (name: string): Promise<ObjectMetadata> => {
  const { size } = await stat(join(bucket, name));
  return {
    ...{ bucket: 'bench', name, size, generation: '1', metadata: {} },
    ...{ crc32c: undefined, contentType: undefined, contentEncoding: undefined },
    ...{ timeCreated: '2026-11-22T00:00:00Z', updated: undefined },
  };
};

const storage: Pick<StorageClient, 'list' | 'stat' | 'download'> = {
  stat: (_, name) => metadata(name),
  download: (_, name) => createReadStream(join(bucket, name), { highWaterMark: 1 << 20 }) as never,
  list: async function* (_, { prefix = '' } = {}) {
    for (const file of await readdir(join(bucket, prefix))) yield await metadata(`${prefix}${file}`);
  },
};

const job = {
  name: 'projects/1/locations/global/batchPredictionJobs/1',
  model: 'publishers/google/models/gemini-3.5-flash-lite',
  state: 'JOB_STATE_SUCCEEDED',
  inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [`gs://bench/${input}`] } },
  outputInfo: { gcsOutputDirectory: 'gs://bench/out/prediction-model-1' },
  createTime: '2026-11-22T00:00:00Z',
  endTime: '2026-11-22T01:00:00Z',
};
const vertex = { batchPredictionJobs: { get: async () => job } } as unknown as VertexClient;

const ports: Ports = {
  ...localPorts(workspace, dirname(table)),
  ...{ storage: storage as StorageClient, vertex, settings: {} as Ports['settings'], ids: systemIds },
};
const { report } = await collect({ job: job.name }, ports);
const { ok = 0, missing = 0 } = report.tally;
if (ok < report.rows * 0.99 || missing > 0) throw new Error(JSON.stringify(report.tally));
tellCost();
