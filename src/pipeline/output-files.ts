import { parseGsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import type { JobFacts } from './job-facts.ts';
import type { Ports } from './ports.ts';

export interface OutputFiles {
  files: ObjectMetadata[];
  bytes: number;
  /** The whole output; while a job runs, and after some ends, there are only the chunks that it left behind. */
  final: boolean;
}

const NONE: OutputFiles = { files: [], bytes: 0, final: false };

/**
 * The files with a job's rows; final ones win over chunks. Undefined where the output is not in Cloud Storage, or
 * where it cannot be told which files are this job's.
 */
export async function outputFiles(
  facts: JobFacts,
  ports: Pick<Ports, 'storage' | 'signal'>,
): Promise<OutputFiles | undefined> {
  if (!facts.output?.startsWith('gs://')) return undefined;
  const own = /\/prediction-[^/]+\/?$/.test(facts.output);
  // Until late in a job only the prefix is known that it writes under, and others may have written there before.
  if (!own && facts.started === undefined) return NONE;
  const { bucket, name } = parseGsUri(facts.output);
  const prefix = name === '' ? '' : `${name.replace(/\/+$/, '')}/`;
  const files: ObjectMetadata[] = [];
  for await (const object of ports.storage.list(bucket, { prefix, signal: ports.signal }))
    if (object.name.endsWith('.jsonl') && (own || isSince(facts, object))) files.push(object);
  const final = files.filter((file) => isPredictions(file) && !isChunk(file));
  const chosen = final.length > 0 ? final : files.filter(isChunk);
  const folders = new Set(chosen.map((file) => file.name.slice(prefix.length).split('/')[0]));
  if (!own && folders.size > 1) return undefined;
  return {
    files: chosen,
    bytes: chosen.reduce((sum, { size }) => sum + size, 0),
    final: final.length > 0,
  };
}

const isChunk = ({ name }: ObjectMetadata): boolean => /(^|\/)incremental_predictions\//.test(name);
const isPredictions = ({ name }: ObjectMetadata): boolean => /(^|\/)predictions[^/]*\.jsonl$/.test(name);

/** What a folder is called after is when its job was created or started; clocks differ a little. */
const SLACK_MS = 60_000;

/** Whether an object, and the folder that it is in, came after the job. */
function isSince({ created = '' }: JobFacts, { name, timeCreated = '' }: ObjectMetadata): boolean {
  const [, stamp = ''] = /\/prediction-[^/]*?(\d{4}-\d\d-\d\dT[^/]+)\//.exec(`/${name}`) ?? [];
  const earliest = Date.parse(created) - SLACK_MS;
  // A stamp in another form says nothing.
  return Date.parse(timeCreated) >= earliest && !(Date.parse(stamp) < earliest);
}
