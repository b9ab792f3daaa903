import { gsUri, parseGsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { JobFacts } from './job-facts.ts';
import { type OutputFiles, outputFiles } from './output-files.ts';
import type { Ports } from './ports.ts';

const NONE: OutputFiles = { files: [], bytes: 0, final: false };

/**
 * The files that a job wrote its rows to, in order of name. Where the job does not say its folder, it is the newest
 * `prediction-…` below its prefix that is not older than the job. Throws `output_not_in_storage`.
 * @param others folders that other jobs are known to have written to.
 */
export async function findOutput(
  facts: JobFacts,
  others: ReadonlySet<string>,
  ports: Pick<Ports, 'storage' | 'signal'>,
): Promise<OutputFiles> {
  if (facts.output === undefined) return NONE;
  if (!facts.output.startsWith('gs://')) throw notInStorage(facts);
  if (isFolder(facts.output)) return (await outputFiles(facts, ports)) ?? NONE;
  const folder = await newestFolder(facts, others, ports);
  return folder === undefined ? NONE : ((await outputFiles({ ...facts, output: folder }, ports)) ?? NONE);
}

/** True where this is a folder that a job made, and not the prefix that it was given. */
export const isFolder = (uri: string): boolean => /\/prediction-[^/]+\/?$/.test(uri);

async function newestFolder(
  { output = '', created = '' }: JobFacts,
  others: ReadonlySet<string>,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<string | undefined> {
  const { bucket, name } = parseGsUri(output);
  const prefix = name === '' ? '' : `${name.replace(/\/+$/, '')}/`;
  let newest: { uri: string; at: number } | undefined;
  for await (const folder of storage.folders(bucket, `${prefix}prediction-`, { signal })) {
    const uri = gsUri(bucket, folder.replace(/\/+$/, ''));
    if (others.has(uri)) continue;
    const at = timeOf(folder) ?? (await firstWrite(storage.list(bucket, { prefix: folder, signal })));
    if (at >= Date.parse(created) && at > (newest?.at ?? 0)) newest = { uri, at };
  }
  return newest?.uri;
}

/** `prediction-model-2026-11-22T03:10:41.120345Z/`. The time is not that of the job, but it is later. */
function timeOf(folder: string): number | undefined {
  const at = Date.parse(/(\d{4}-\d\d-\d\dT[\d:.]+Z)\/?$/.exec(folder)?.[1] ?? '');
  return Number.isNaN(at) ? undefined : at;
}

async function firstWrite(objects: AsyncIterable<ObjectMetadata>): Promise<number> {
  let first = Number.POSITIVE_INFINITY;
  for await (const { timeCreated = '' } of objects) first = Math.min(first, Date.parse(timeCreated));
  return first;
}

const notInStorage = ({ id, output = '' }: JobFacts) =>
  new UserError('output_not_in_storage', {
    what: `The output of job ${id} is ${quoteUntrusted(output)}, which is not in Cloud Storage.`,
    why: 'Results are collected of jobs that write files there.',
    fix: 'Query that table in BigQuery.',
  });

export const versionOf = ({ bucket, name, generation }: ObjectMetadata): string =>
  `${gsUri(bucket, name)}#${generation}`;
