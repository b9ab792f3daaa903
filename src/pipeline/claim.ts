import { Readable } from 'node:stream';
import { isConditionNotMet } from '../google/errors.ts';
import { parseGsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { VERSION } from '../version.ts';
import type { Ports } from './ports.ts';

/**
 * Milliseconds after which a claim that led to no job may be taken over: one create with its time limit and the looks
 * after it are over in one minute, and clocks may differ by another.
 */
export const CLAIM_MS = 120_000;

/**
 * The right to create the job of a token. Vertex AI knows no idempotency key and its lists lag behind, so two servers
 * that submit the same plan at the same moment would both find nothing and both create. Cloud Storage lets only one of
 * them make an object: `submits/TOKEN/0001.json`, and `0002.json` for who takes over. Returns the number, to be given
 * as `earlier` when a create has to be sent again; undefined where somebody else has the right.
 */
export async function claimCreate(
  token: string,
  { place, earlier }: { place: string; earlier: number },
  ports: Pick<Ports, 'storage' | 'clock' | 'signal'>,
): Promise<number | undefined> {
  const { bucket, name } = parseGsUri(place);
  const prefix = `${name.replace(/\/+$/, '')}/submits/${token}/`.replace(/^\//, '');
  const last = await lastClaim(bucket, prefix, ports);
  const number = last ? numberOf(last) : 0;
  const age = last ? ports.clock.now() - Date.parse(last.timeCreated ?? '') : 0;
  if (number > earlier && age < CLAIM_MS) return undefined;
  try {
    await ports.storage.upload({
      bucket,
      name: `${prefix}${String(number + 1).padStart(4, '0')}.json`,
      bytes: Readable.from([Buffer.from(JSON.stringify({ by: `vertex-batch-mcp/${VERSION}` }))]),
      contentType: 'application/json',
      signal: ports.signal,
    });
    return number + 1;
  } catch (error) {
    if (isConditionNotMet(error)) return undefined;
    throw error;
  }
}

async function lastClaim(
  bucket: string,
  prefix: string,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<ObjectMetadata | undefined> {
  let last: ObjectMetadata | undefined;
  for await (const object of storage.list(bucket, { prefix, signal })) last = object;
  return last;
}

const numberOf = ({ name }: ObjectMetadata): number => Number(/(\d+)\.json$/.exec(name)?.[1] ?? 0);
