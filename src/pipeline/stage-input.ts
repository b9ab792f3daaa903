import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GoogleApiError, isConditionNotMet } from '../google/errors.ts';
import { gsUri, parseGsUri, under } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { writeFileAtomic } from '../support/files.ts';
import { isRecord } from '../support/records.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import type { InputFile } from './job-input.ts';
import type { Ports } from './ports.ts';

const CHUNK_BYTES = 1 << 20;

/**
 * The URI that a job reads a planned file from: uploaded first where it is local, and unchanged since the plan.
 * Uploads are content-addressed: the same bytes go to the same object, so a repeat finds them there, and an upload
 * that was broken off goes on where it stopped, also after a restart. Throws `input_changed`.
 */
export async function stageFile(file: InputFile, place: string, ports: Ports): Promise<string> {
  if (file.path === undefined) return unchangedObject(file, ports);
  const { sha256 = '', path, bytes: size } = file;
  const { storage, signal, progress } = ports;
  const { bucket, name } = under(place, `inputs/${sha256}.jsonl`);
  const uri = gsUri(bucket, name);
  const there = await storage.stat(bucket, name, { signal });
  if (there && there.size === size) return uri;
  const session = uploadSession(uri, sha256, ports);
  const message = `Uploading ${bytes(size)} to ${gsUri(bucket)}`;
  try {
    await storage.upload({
      bucket,
      name,
      bytes: hashed(path, sha256, signal),
      size,
      contentType: 'application/jsonl',
      signal,
      session: await session.earlier(),
      onSession: session.remember,
      onProgress: (done) => progress({ done, total: size, message }),
    });
  } catch (error) {
    const goesOn = signal.aborted || (error instanceof GoogleApiError && error.retryable);
    if (!goesOn) await session.forget();
    if (!isConditionNotMet(error)) throw inWords(error, path);
    // Somebody else has just put the same content there.
    const other = await storage.stat(bucket, name, { signal });
    if (other?.size !== size) throw error;
  }
  await session.forget();
  return uri;
}

/** The file is no more what it was, in the words of whoever noticed first. */
function inWords(error: unknown, path: string): unknown {
  const changed = error instanceof UserError && error.code === 'source_changed';
  const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return changed || gone ? inputChanged(path) : error;
}

/** Bytes of a file whose last ones are given out only if they are all what was planned. */
async function* hashed(path: string, sha256: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) {
    if (held) yield held;
    held = chunk as Buffer;
    hash.update(held);
  }
  if (hash.digest('hex') !== sha256) throw inputChanged(path);
  if (held) yield held;
}

async function unchangedObject(
  { uri = '', generation }: InputFile,
  { storage, signal }: Ports,
): Promise<string> {
  const { bucket, name } = parseGsUri(uri);
  const object = await storage.stat(bucket, name, { signal });
  if (object?.generation !== generation) throw inputChanged(uri);
  return uri;
}

const inputChanged = (name: string) =>
  new UserError('input_changed', {
    what: `${quoteUntrusted(name)} was written to after the plan was made; nothing was started.`,
    why: 'What is submitted must be what was checked, priced and agreed to.',
    fix: 'Send the call again once nobody writes to it; it is planned anew.',
  });

/** The address of an upload that is under way. It is a secret: whoever holds it can upload. */
function uploadSession(uri: string, sha256: string, { workspace }: Ports) {
  const file = join(workspace.folder, 'uploads', `${sha256}.json`);
  let remembered = Promise.resolve();
  return {
    earlier: async () => {
      const stored = await workspace.readJson(file).catch(() => undefined);
      const known = isRecord(stored) && stored.object === uri && typeof stored.session === 'string';
      return known ? { uri: String(stored.session) } : undefined;
    },
    remember: (session: string) => {
      // Where it cannot be kept the upload only begins anew next time.
      const content = JSON.stringify({ object: uri, session });
      remembered = writeFileAtomic(file, content, { mode: 0o600 }).catch(() => undefined);
    },
    /** A session that is over, or holds other bytes, would be taken up by the next upload of this content. */
    forget: async () => {
      await remembered;
      await rm(file, { force: true });
    },
  };
}
