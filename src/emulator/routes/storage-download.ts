import { ReadableStream } from 'node:stream/web';
import type { Context } from 'hono';
import { ServiceError } from '../errors.ts';
import { noSuchObject } from '../objects/errors.ts';
import type { ByteRange, ObjectMetadata } from '../objects/model.ts';
import { assertReadable } from '../objects/preconditions.ts';
import { objectAddress, preconditionsOf } from './storage-request.ts';
import type { StorageContext } from './storage-route.ts';

/** The bytes of an object, whole or one range, streamed from disk. */
export async function download(c: Context, { objects }: StorageContext): Promise<Response> {
  const { bucket, name, generation } = objectAddress(c);
  const object = await objects.stat(bucket, name, generation);
  if (!object) throw noSuchObject(bucket, name);
  assertReadable(object, preconditionsOf(c));

  const unzips = object.contentEncoding === 'gzip' && !/\bgzip\b/.test(c.req.header('accept-encoding') ?? '');
  const size = Number(object.size);
  // Of decompressed content no range can be found; Google sends the whole then too.
  const range = unzips ? undefined : parseRange(c.req.header('range'), size);
  const headers = new Headers(headersOf(object));
  if (range) headers.set('content-range', `bytes ${range.start}-${range.end}/${size}`);
  if (unzips) headers.delete('content-encoding');
  else headers.set('content-length', String(range ? range.end - range.start + 1 : size));

  const status = range ? 206 : 200;
  if (c.req.method === 'HEAD') return new Response(null, { status, headers });
  const bytes = ReadableStream.from(objects.read(bucket, name, range, object.generation));
  const body = unzips ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes;
  return new Response(body as globalThis.ReadableStream<Uint8Array>, { status, headers });
}

function headersOf(object: ObjectMetadata): Record<string, string> {
  const md5 = object.md5Hash === undefined ? '' : `,md5=${object.md5Hash}`;
  const headers: Record<string, string | undefined> = {
    'content-type': object.contentType ?? 'application/octet-stream',
    'content-encoding': object.contentEncoding,
    'content-disposition': object.contentDisposition,
    'content-language': object.contentLanguage,
    'cache-control': object.cacheControl ?? 'no-cache, no-store, max-age=0, must-revalidate',
    'last-modified': new Date(object.updated).toUTCString(),
    etag: object.etag,
    'accept-ranges': 'bytes',
    'x-goog-generation': object.generation,
    'x-goog-metageneration': object.metageneration,
    // Of the whole object as stored, also beside a range of it.
    'x-goog-hash': `crc32c=${object.crc32c}${md5}`,
    'x-goog-storage-class': object.storageClass,
    'x-goog-stored-content-encoding': object.contentEncoding ?? 'identity',
    'x-goog-stored-content-length': object.size,
  };
  const custom = Object.entries(object.metadata ?? {}).map(([key, value]) => [`x-goog-meta-${key}`, value]);
  return Object.fromEntries(
    [...Object.entries(headers), ...custom].filter(([, value]) => value !== undefined),
  );
}

/**
 * The one range of a `Range` header; undefined where the whole is to be sent: no header, another unit, several
 * ranges, or one that is malformed. Throws 416 for a range that starts behind the end.
 * Source: RFC 9110, section 14.
 */
function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end) {
    throw new ServiceError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable', {
      'content-range': `bytes */${size}`,
    });
  }
  return { start, end };
}
