import { UserError } from '../support/errors.ts';
import { type Crc32c, createCrc32c } from './crc32c.ts';
import { GoogleApiError, isConditionNotMet, isNotFound } from './errors.ts';
import { gsUri } from './gs-uri.ts';
import { STORAGE_URL } from './hosts.ts';
import type { Http, ResponseCall } from './http.ts';
import { path } from './path.ts';
import type { ObjectMetadata } from './storage-types.ts';

export interface Download {
  /** First byte; 0 when left out. */
  start?: number | undefined;
  /** Last byte, inclusive; the object's last when left out. */
  end?: number | undefined;
  /** Read this version; the present one when left out. */
  generation?: string | undefined;
  signal?: AbortSignal | undefined;
}

interface Stat {
  stat(
    bucket: string,
    name: string,
    options: { generation?: string | undefined; signal?: AbortSignal | undefined },
  ): Promise<ObjectMetadata | undefined>;
}

/** Breaks in a row without a byte between them, after which a read is given up. */
const MOST_BREAKS = 8;

/**
 * Streams one generation of an object. A body that breaks or stalls is taken up again with a Range at the byte
 * that is missing. A whole read is compared with the object's CRC32C after its last byte.
 * @throws UserError `object_not_found`, `object_rewritten` where that generation went away, `object_compressed`
 * @throws GoogleApiError `CRC_MISMATCH`, after everything was yielded
 */
export async function* downloadObject(
  http: Http,
  storage: Stat,
  bucket: string,
  name: string,
  options: Download = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start = 0, signal } = options;
  const object = await statPinned(storage, bucket, name, options);
  const end = Math.min(options.end ?? Number.POSITIVE_INFINITY, object.size - 1);
  const whole = start === 0 && end === object.size - 1 && object.crc32c !== undefined;
  const crc = whole ? await createCrc32c() : undefined;
  let at = start;
  for (let breaks = 0; at <= end; ) {
    const call = readCall(object, { bucket, name, start: at, end, signal });
    try {
      const response = await http.request(call);
      assertRange(response, call, at);
      for await (const bytes of http.read(response, call)) {
        breaks = 0;
        at += bytes.byteLength;
        crc?.update(bytes);
        yield bytes;
      }
      if (at <= end) throw endedEarly(call);
    } catch (error) {
      if (isNotFound(error) || isConditionNotMet(error)) throw rewritten(bucket, name);
      if (!(error instanceof GoogleApiError && error.retryable) || ++breaks > MOST_BREAKS) throw error;
      await http.pause(breaks, signal, error.retryAfterMs);
    }
  }
  if (crc) assertSame(crc, object, readCall(object, { bucket, name, start, end, signal }));
}

/** Metadata first: it names the generation to stay with, and its checksum, whatever the media answer leaves out. */
async function statPinned(storage: Stat, bucket: string, name: string, options: Download) {
  const { generation, signal } = options;
  const object = await storage.stat(bucket, name, { generation, signal });
  if (object === undefined) {
    if (generation !== undefined) throw rewritten(bucket, name);
    throw new UserError('object_not_found', {
      what: `There is no object ${gsUri(bucket, name)}.`,
      fix: 'Check the name: it is case-sensitive, and lifecycle rules may have deleted the object.',
    });
  }
  if (object.contentEncoding === 'gzip') {
    throw new UserError('object_compressed', {
      what: `${gsUri(bucket, name)} is stored with Content-Encoding gzip.`,
      why: 'Such objects cannot be read in parts, and batch prediction does not write them.',
      fix: 'Store a copy without compression, and name that one.',
    });
  }
  return object;
}

function readCall(
  { generation }: ObjectMetadata,
  read: { bucket: string; name: string; start: number; end: number; signal: AbortSignal | undefined },
): ResponseCall {
  return {
    method: 'GET',
    url: `${STORAGE_URL}${path`/storage/v1/b/${read.bucket}/o/${read.name}`}`,
    query: { alt: 'media', generation },
    // Identity: a byte range of a compressed body would not be a range of the object.
    headers: { range: `bytes=${read.start}-${read.end}`, 'accept-encoding': 'identity' },
    idempotent: true,
    expect: 'response',
    signal: read.signal,
  };
}

function assertRange(response: Response, call: ResponseCall, start: number): void {
  const first = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (first === undefined ? start === 0 : Number(first) === start) return;
  response.body?.cancel().catch(() => {});
  throw failure(call, 'BAD_RESPONSE', 'Cloud Storage answered with another byte range.', false);
}

function assertSame(crc: Crc32c, object: ObjectMetadata, call: ResponseCall): void {
  if (crc.digest() === object.crc32c) return;
  throw failure(call, 'CRC_MISMATCH', 'The bytes that arrived do not have the CRC32C of the object.', false);
}

const endedEarly = (call: ResponseCall) =>
  failure(call, 'NETWORK', 'The body ended before its last byte.', true);

const failure = (call: ResponseCall, reason: string, message: string, retryable: boolean) =>
  new GoogleApiError({
    status: 0,
    reason,
    message,
    method: call.method,
    path: new URL(call.url).pathname,
    retryable,
  });

const rewritten = (bucket: string, name: string) =>
  new UserError('object_rewritten', {
    what: `${gsUri(bucket, name)} was rewritten or deleted while it was read.`,
    fix: 'Read it again from the start, once nobody writes to it.',
  });
