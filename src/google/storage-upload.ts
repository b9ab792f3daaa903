import { UserError } from '../support/errors.ts';
import { createCrc32c } from './crc32c.ts';
import { GoogleApiError } from './errors.ts';
import { gsUri } from './gs-uri.ts';
import type { Http } from './http.ts';
import { path } from './path.ts';
import type { ObjectMetadata } from './storage-types.ts';
import { type Chunk, inChunks, oneAhead, withoutFirst } from './upload-chunks.ts';
import { openSession, sendPart, type UploadState, uploadState } from './upload-session.ts';

export interface Upload {
  bucket: string;
  name: string;
  /** The whole content from its first byte, also when a session is taken up again. */
  bytes: AsyncIterable<Uint8Array>;
  contentType: string;
  /** The writer's own keys and values, kept with the object. */
  metadata?: Readonly<Record<string, string>> | undefined;
  /** Bytes, where known beforehand. */
  size?: number | undefined;
  /** `0`, the default, refuses to write over an object: 412. */
  ifGenerationMatch?: string | undefined;
  /** What is sent in one go and held in memory; rounded up to 256 KiB, 8 MiB when left out. */
  chunkBytes?: number | undefined;
  /** Bytes that Cloud Storage has. */
  onProgress?: ((done: number) => void) | undefined;
  /** Hears the session's URI, with which `session` goes on after a restart. It is a secret. */
  onSession?: ((uri: string) => void) | undefined;
  /** A session to go on with; where it is over, a new one is opened. */
  session?: { uri: string } | undefined;
  signal?: AbortSignal | undefined;
}

interface Store {
  stat(
    bucket: string,
    name: string,
    options: { signal?: AbortSignal | undefined },
  ): Promise<ObjectMetadata | undefined>;
  delete(bucket: string, name: string, options: { ifGenerationMatch: string }): Promise<void>;
}

const CHUNK_UNIT = 256 * 1024;
const CHUNK_BYTES = 8 * 1024 * 1024;

/** Answers in a row that bring the upload no further, after which it is given up. */
const MOST_SETBACKS = 8;

/**
 * Uploads a stream in chunks. A chunk that breaks is taken up again where Cloud Storage says that it stopped.
 * CRC32C is computed on the way and compared with the object's; an object that differs is deleted.
 * @throws GoogleApiError 412 where the object is there already, `CRC_MISMATCH`
 * @throws UserError `source_changed` where the stream is not `size` bytes long
 */
export async function uploadObject(http: Http, store: Store, upload: Upload): Promise<ObjectMetadata> {
  const { size, signal, onProgress } = upload;
  const chunkBytes = Math.ceil((upload.chunkBytes ?? CHUNK_BYTES) / CHUNK_UNIT) * CHUNK_UNIT;
  const crc = await createCrc32c();
  const session = await startSession(http, upload);
  let { state } = session;
  let start = 0;
  for await (const chunk of oneAhead(inChunks(upload.bytes, chunkBytes))) {
    const end = start + chunk.length;
    if (size !== undefined && (chunk.last ? end !== size : end > size)) throw sourceChanged(size, end);
    const sent = sendChunk(http, { ...session, chunk, start, total: chunk.last ? end : size, signal, state });
    // Computed while the chunk is under way.
    for (const piece of chunk.pieces) crc.update(piece);
    state = await sent;
    start = end;
    onProgress?.(start);
  }
  if (!state.object) throw lost(upload, 'Cloud Storage has all bytes and makes no object of them.');
  await assertSame(store, upload, state.object, crc.digest());
  return state.object;
}

async function startSession(http: Http, upload: Upload): Promise<{ uri: string; state: UploadState }> {
  const { session, size, signal, ifGenerationMatch = '0' } = upload;
  if (session) {
    try {
      return { uri: session.uri, state: await uploadState(http, { uri: session.uri, total: size, signal }) };
    } catch (error) {
      if (!(error instanceof GoogleApiError && (error.status === 404 || error.status === 410))) throw error;
    }
  }
  const uri = await openSession(http, { ...upload, ifGenerationMatch });
  upload.onSession?.(uri);
  return { uri, state: { stored: 0 } };
}

interface Sending {
  uri: string;
  chunk: Chunk;
  /** Where the chunk begins in the object. */
  start: number;
  total: number | undefined;
  state: UploadState;
  signal: AbortSignal | undefined;
}

/** Sends what Cloud Storage lacks of a chunk until it has the whole chunk, or has made the object. */
async function sendChunk(http: Http, sending: Sending): Promise<UploadState> {
  const { uri, chunk, start, total, signal } = sending;
  const end = start + chunk.length;
  let { state } = sending;
  for (let setbacks = 0; !state.object && (chunk.last || state.stored < end); ) {
    const from = state.stored;
    if (from < start || from > end) throw lost({ uri }, `Cloud Storage has ${from} bytes, not ${start}.`);
    const pieces = withoutFirst(chunk.pieces, from - start);
    let failure: GoogleApiError | undefined;
    try {
      state = await sendPart(http, { uri, start: from, end, total, pieces, signal });
    } catch (error) {
      if (!(error instanceof GoogleApiError && error.retryable)) throw error;
      failure = error;
      await http.pause(setbacks + 1, signal, error.retryAfterMs);
      state = await uploadState(http, { uri, total, signal });
    }
    if (state.object || state.stored > from) setbacks = 0;
    else if (++setbacks > MOST_SETBACKS) throw failure ?? lost({ uri }, 'The upload comes no further.');
  }
  return state;
}

async function assertSame(
  store: Store,
  upload: Upload,
  object: ObjectMetadata,
  crc32c: string,
): Promise<void> {
  const { bucket, name, signal } = upload;
  const stored = object.crc32c ?? (await store.stat(bucket, name, { signal }))?.crc32c;
  if (stored === crc32c) return;
  await store.delete(bucket, name, { ifGenerationMatch: object.generation });
  throw new GoogleApiError({
    status: 0,
    reason: 'CRC_MISMATCH',
    message: `${gsUri(bucket, name)} did not arrive as it was sent, and was deleted again.`,
    method: 'PUT',
    path: path`/upload/storage/v1/b/${bucket}/o`,
    retryable: false,
  });
}

const lost = (at: { uri: string } | { bucket: string }, message: string) =>
  new GoogleApiError({
    status: 0,
    reason: 'UPLOAD_LOST',
    message,
    method: 'PUT',
    path: 'uri' in at ? new URL(at.uri).pathname : path`/upload/storage/v1/b/${at.bucket}/o`,
    retryable: false,
  });

const sourceChanged = (size: number, seen: number) =>
  new UserError('source_changed', {
    what: `The upload was announced with ${size} bytes, and has ${seen}${seen > size ? ' or more' : ''}.`,
    why: 'The file was written to while it was uploaded.',
    fix: 'Upload it again, once nobody writes to it.',
  });
