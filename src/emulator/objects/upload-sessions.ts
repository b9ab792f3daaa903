import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../support/clock.ts';
import { writeFileAtomic } from '../../support/files.ts';
import type { Ids } from '../../support/ids.ts';
import { ServiceError } from '../errors.ts';
import { type Digest, startDigest } from './checksums.ts';
import { invalid } from './errors.ts';
import { type Layout, readJson } from './layout.ts';
import { withLock } from './lock.ts';
import type { ExpectedChecksums, InsertOptions, ObjectMetadata } from './model.ts';
import type { Records } from './records.ts';
import { digestOf, discard, verify } from './staging.ts';
import { assertChunk, isLastChunk, type UploadChunk, wholeUnits, writeChunk } from './upload-chunk.ts';

export interface UploadRequest {
  bucket: string;
  name: string;
  options: InsertOptions;
  /** The whole size in bytes, when the client announced it. */
  size?: number | undefined;
}

/** Either the object, or how many bytes are safe: the client goes on from there. */
export type UploadState = { object: ObjectMetadata } | { object?: undefined; received: number };

export interface UploadSessions {
  /** The session's id: whoever has it may upload, without further credentials. */
  start(request: UploadRequest): Promise<string>;
  /** With `total` equal to what has been received, finishes the upload. */
  status(id: string, total?: number): Promise<UploadState>;
  put(id: string, chunk: UploadChunk): Promise<UploadState>;
  cancel(id: string): Promise<void>;
}

/** A session lives for a week. Source: cloud.google.com/storage/docs/resumable-uploads#session-uris. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

interface Session extends UploadRequest {
  object?: ObjectMetadata | undefined;
}

interface Context {
  layout: Layout;
  records: Records;
  clock: Clock;
  ids: Ids;
}

export function createUploadSessions({ layout, records, clock, ids }: Context): UploadSessions {
  /** Checksums of what a session has received, kept so that the end of an upload needs no second reading. */
  const digests = new Map<string, Digest>();
  const running = new Map<string, { stop: () => void; settled: Promise<unknown> }>();

  const recordOf = (id: string) => join(layout.uploads, `${id}.json`);
  const bytesOf = (id: string) => join(layout.uploads, `${id}.bytes`);
  const isExpired = (id: string) => clock.now() - Number.parseInt(id, 36) > LIFETIME_MS;

  const remove = async (id: string) => {
    digests.delete(id);
    await discard(recordOf(id));
    await discard(bytesOf(id));
  };

  const load = async (id: string) => {
    const session = /^[a-z0-9]+-[a-z0-9]+$/.test(id) ? await readJson<Session>(recordOf(id)) : undefined;
    if (!session) throw new ServiceError(404, 'notFound', 'No such upload session.');
    if (!isExpired(id)) return session;
    await remove(id);
    throw new ServiceError(410, 'gone', 'The upload session has expired.');
  };

  const received = async (id: string) => {
    const { size } = await stat(bytesOf(id));
    return wholeUnits(size);
  };

  /** The running digest, if it stands where the file does; after a restart or a broken chunk it does not. */
  const digestFrom = async (id: string, safe: number) => {
    const known = digests.get(id);
    const digest = known?.size === safe ? known : safe === 0 ? await startDigest() : undefined;
    if (digest) digests.set(id, digest);
    else digests.delete(id);
    return digest;
  };

  /** One request at a time holds a session. A newer one means that the client gave the older one up. */
  const hold = async <T>(id: string, stop: () => void, action: () => Promise<T>): Promise<T> => {
    for (let other = running.get(id); other; other = running.get(id)) {
      other.stop();
      await other.settled.catch(() => {});
    }
    // Another process of this folder may go on with the same session.
    const settled = load(id)
      .then(() => withLock(join(layout.uploads, `${id}.lock`), action))
      .finally(() => running.delete(id));
    running.set(id, { stop, settled });
    return await settled;
  };

  const finish = async (id: string, session: Session, size: number, expected?: ExpectedChecksums) => {
    if (session.size !== undefined && session.size !== size) {
      throw invalid(`Invalid request. ${session.size} bytes were announced, and ${size} were sent.`);
    }
    const { bucket, name, options } = session;
    const { preconditions, expected: announced, ...fields } = options;
    const known = digests.get(id);
    const digest = known?.size === size ? known : await digestOf(bytesOf(id));
    const staged = { path: bytesOf(id), size, ...digest.result() };
    try {
      await verify(staged, announced);
      await verify(staged, expected);
      const object = await records.commit({ bucket, name }, staged, fields, preconditions);
      digests.delete(id);
      // Kept for the client that lost the answer and asks again.
      await writeFileAtomic(recordOf(id), JSON.stringify({ ...session, object }));
      return { object };
    } catch (error) {
      await remove(id);
      throw error;
    }
  };

  return {
    async start(request) {
      await records.check(request.bucket, request.name, request.options.preconditions);
      for (const name of await readdir(layout.uploads).catch(() => [])) {
        if (isExpired(name)) await discard(join(layout.uploads, name));
      }
      const id = `${clock.now().toString(36)}-${ids.token(40)}`;
      await writeFileAtomic(bytesOf(id), '');
      await writeFileAtomic(recordOf(id), JSON.stringify(request satisfies Session));
      return id;
    },

    async status(id, total) {
      return await hold(
        id,
        () => {},
        async () => {
          const session = await load(id);
          if (session.object) return { object: session.object };
          const size = await received(id);
          return size === total ? await finish(id, session, size) : { received: size };
        },
      );
    },

    async put(id, chunk) {
      const superseded = new AbortController();
      const stop = () =>
        superseded.abort(new ServiceError(503, 'backendError', 'A newer request took the session over.'));
      return await hold(id, stop, async () => {
        const session = await load(id);
        if (session.object) return { object: session.object };
        const safe = await received(id);
        assertChunk(chunk, safe);
        const digest = await digestFrom(id, safe);
        const size = await writeChunk(bytesOf(id), safe, chunk, digest, superseded.signal);
        if (!isLastChunk(chunk)) return { received: wholeUnits(size) };
        if (chunk.total !== undefined && chunk.total !== size) {
          throw invalid(
            `Invalid request. The object has ${size} bytes, not the ${chunk.total} of Content-Range.`,
          );
        }
        return await finish(id, session, size, chunk.expected);
      });
    },

    async cancel(id) {
      await hold(
        id,
        () => {},
        async () => {
          await load(id);
          await remove(id);
        },
      );
    },
  };
}
