import { isRecord } from '../support/records.ts';
import { GoogleApiError } from './errors.ts';
import { STORAGE_URL } from './hosts.ts';
import type { Http, ResponseCall } from './http.ts';
import { path } from './path.ts';
import { type ObjectMetadata, objectMetadata } from './storage-types.ts';

/** How far a resumable upload has come: the bytes that are stored, or the finished object. */
export type UploadState = { stored: number; object?: undefined } | { object: ObjectMetadata };

export interface NewSession {
  bucket: string;
  name: string;
  contentType: string;
  metadata?: Readonly<Record<string, string>> | undefined;
  size?: number | undefined;
  ifGenerationMatch: string;
  signal?: AbortSignal | undefined;
}

/**
 * Opens a resumable upload and returns its URI, good for a week. The URI is a secret: whoever holds it can upload.
 * Source: Cloud Storage, "Performing resumable uploads".
 */
export async function openSession(http: Http, session: NewSession): Promise<string> {
  const { bucket, name, contentType, metadata, size, ifGenerationMatch, signal } = session;
  const response = await http.request({
    method: 'POST',
    url: `${STORAGE_URL}${path`/upload/storage/v1/b/${bucket}/o`}`,
    query: { uploadType: 'resumable', name, ifGenerationMatch },
    headers: {
      'x-upload-content-type': contentType,
      ...(size !== undefined && { 'x-upload-content-length': String(size) }),
    },
    body: { json: { contentType, ...(metadata && { metadata }) } },
    // A session that nobody uses costs nothing.
    idempotent: true,
    expect: 'response',
    signal,
  });
  response.body?.cancel().catch(() => {});
  const uri = response.headers.get('location');
  if (uri === null) {
    throw new GoogleApiError({
      status: response.status,
      reason: 'BAD_RESPONSE',
      message: 'Cloud Storage opened an upload without saying where.',
      method: 'POST',
      path: path`/upload/storage/v1/b/${bucket}/o`,
    });
  }
  return uri;
}

/** Bytes `start` to `end`, exclusive, of the object; `total` is left out while it is unknown. */
export interface Part {
  uri: string;
  start: number;
  end: number;
  total?: number | undefined;
  pieces: readonly Uint8Array[];
  signal?: AbortSignal | undefined;
}

/** Sent once: after an error, `uploadState` tells what arrived. */
export function sendPart(http: Http, part: Part): Promise<UploadState> {
  const { uri, start, end, total = '*', pieces, signal } = part;
  const range = start === end ? '*' : `${start}-${end - 1}`;
  return stateAfter(http, {
    method: 'PUT',
    url: uri,
    headers: { 'content-range': `bytes ${range}/${total}` },
    body: { pieces, contentType: 'application/octet-stream' },
    idempotent: false,
    expect: 'response',
    accept: [308],
    // A minute, and as long as the bytes take at 32 kB/s.
    attemptTimeout: 60_000 + (end - start) / 32,
    signal,
  });
}

/** Asks how much has arrived. 404 or 410 where the session is over. */
export function uploadState(
  http: Http,
  {
    uri,
    total = '*',
    signal,
  }: { uri: string; total?: number | '*' | undefined; signal?: AbortSignal | undefined },
): Promise<UploadState> {
  return stateAfter(http, {
    method: 'PUT',
    url: uri,
    headers: { 'content-range': `bytes */${total}` },
    idempotent: true,
    expect: 'response',
    accept: [308],
    signal,
  });
}

async function stateAfter(http: Http, call: ResponseCall): Promise<UploadState> {
  const response = await http.request(call);
  if (response.status === 308) {
    response.body?.cancel().catch(() => {});
    // `bytes=0-N`, and no header at all while nothing is stored.
    const last = /^bytes=0-(\d+)$/.exec(response.headers.get('range') ?? '')?.[1];
    return { stored: last === undefined ? 0 : Number(last) + 1 };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of http.read(response, call)) pieces.push(piece);
  return { object: objectMetadata(parse(Buffer.concat(pieces).toString('utf8'))) };
}

function parse(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
