import { Readable } from 'node:stream';
import { isConditionNotMet } from '../google/errors.ts';
import { under } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { VERSION } from '../version.ts';
import type { Ports } from './ports.ts';

/** Milliseconds after which a claim that led to no job may be taken over. */
const CLAIM_MS = 120_000;

/**
 * Milliseconds after asking for a claim until which its create may be sent. One create with its time limit and the
 * looks after it take less than another minute.
 */
export const USE_CLAIM_WITHIN_MS = 60_000;

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
  const at = claimsOf(token, place);
  const last = await lastClaim(at, ports);
  const number = last ? numberOf(last) : 0;
  const others = last && number > earlier && !last.name.endsWith(GIVEN_UP) ? timeOf(last) : undefined;
  if (others !== undefined && holds(others, ports.clock.now())) return undefined;
  try {
    const own = await lay(at, `${padded(number + 1)}.json`, ports);
    // The clock here may be wrong. That of Cloud Storage is the same for all.
    if (others !== undefined && holds(others, timeOf(own))) return undefined;
    return number + 1;
  } catch (error) {
    if (isConditionNotMet(error)) return undefined;
    throw error;
  }
}

/** Gives a claim up whose create was refused: the next one need not wait. Deletes nothing, so no number comes twice. */
export async function giveUpClaim(
  token: string,
  { place, number }: { place: string; number: number },
  ports: Pick<Ports, 'storage' | 'signal'>,
): Promise<void> {
  await lay(claimsOf(token, place), `${padded(number)}${GIVEN_UP}`, ports);
}

/** Behind `.json` in the order of names. */
const GIVEN_UP = '.over.json';

interface Claims {
  bucket: string;
  prefix: string;
}

function claimsOf(token: string, place: string): Claims {
  const { bucket, name } = under(place, `submits/${token}/`);
  return { bucket, prefix: name };
}

const lay = (
  { bucket, prefix }: Claims,
  name: string,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<ObjectMetadata> =>
  storage.upload({
    bucket,
    name: prefix + name,
    bytes: Readable.from([Buffer.from(JSON.stringify({ by: `vertex-batch-mcp/${VERSION}` }))]),
    contentType: 'application/json',
    signal,
  });

async function lastClaim(
  { bucket, prefix }: Claims,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<ObjectMetadata | undefined> {
  let last: ObjectMetadata | undefined;
  for await (const object of storage.list(bucket, { prefix, signal })) last = object;
  return last;
}

const padded = (number: number): string => String(number).padStart(4, '0');

const numberOf = ({ name }: ObjectMetadata): number => Number(/(\d+)[^/]*$/.exec(name)?.[1] ?? 0);

/** Also where one of the times could not be read. */
const holds = (since: number, now: number): boolean => !(now - since >= CLAIM_MS);

const timeOf = ({ timeCreated }: ObjectMetadata): number => Date.parse(timeCreated ?? '');
