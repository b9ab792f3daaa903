import { readFile } from 'node:fs/promises';
import { modalityOf } from '../batch/lint/mime-types.ts';
import { type MediaReference, readMediaReference } from '../batch/media-reference.ts';
import type { Part } from '../batch/request-row.ts';
import { parseGsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { mediaTypeOfFile } from './media-type.ts';
import { mediaUploads } from './media-uploads.ts';
import type { Ports } from './ports.ts';

export interface MediaItem {
  /** A data URI, `gs://…`, `https://…`, or the path of a local file. */
  reference: string;
  /** Where the reference does not say the type. */
  mimeType?: string | undefined;
}

/** What became of the media of one compose run. */
export interface MediaTally {
  /** Parts with an address that stood in the table. */
  linked: number;
  /** Parts with the bytes of a local file. */
  inlined: number;
  /** Parts with the address of a local file that was uploaded. */
  staged: number;
  /** Different files that were uploaded, or were there already from an earlier run. */
  files: number;
  /** Parts whose file is not what its name says; the content decided. */
  misnamed: { count: number; first: { name: string; says: string; is: string }[] };
}

export interface MediaParts {
  /**
   * Parts of one row, in order. Throws `unsupported_media`, `unknown_media_type`, `media_not_found`, `no_bucket`,
   * what `workspace.readableFile` throws, and `GoogleApiError`.
   */
  partsOf(items: readonly MediaItem[]): Promise<Part[]>;
  tally(): MediaTally;
}

export type MediaPorts = Pick<Ports, 'workspace' | 'storage' | 'bucket' | 'signal'>;

export interface MediaLimits {
  /** Bytes of a file above which it is uploaded instead of written into the row. */
  inlineBytes: number;
  /** Bytes of all files in one row, above which the next is uploaded. */
  rowInlineBytes: number;
}

/** A job's input holds 1 GB: what is written into rows has to be small. */
const LIMITS: MediaLimits = { inlineBytes: 1_000_000, rowInlineBytes: 4_000_000 };
const MOST_NAMED = 20;

/** Makes parts of references. Files are read and uploaded once a run, also when many rows name them. */
export function mediaParts(ports: MediaPorts, limits: MediaLimits = LIMITS): MediaParts {
  const uploads = mediaUploads(ports);
  const tally: MediaTally = { linked: 0, inlined: 0, staged: 0, files: 0, misnamed: { count: 0, first: [] } };
  const types = new Map<string, Promise<string>>();

  async function partOf({ reference, mimeType }: MediaItem, room: number): Promise<Part> {
    const found = readMediaReference(reference);
    if (found.kind === 'local') return localPart(found.path, mimeType, Math.min(room, limits.inlineBytes));
    tally.linked += 1;
    if (found.kind === 'inline')
      return { inlineData: { data: found.data, mimeType: mimeType ?? found.mimeType } };
    return { fileData: { fileUri: found.uri, mimeType: mimeType ?? (await typeOf(found)) } };
  }

  /** Objects without a known ending may have been stored with their type. */
  async function typeOf({ uri, mimeType }: MediaReference & { kind: 'uri' }): Promise<string> {
    if (mimeType) return mimeType;
    if (!uri.startsWith('gs://')) throw unknownType(uri);
    const known = types.get(uri) ?? storedType(uri, ports);
    if (types.size < MOST_TYPES_KEPT) types.set(uri, known);
    return known;
  }

  async function localPart(name: string, given: string | undefined, room: number): Promise<Part> {
    const { path, size } = await ports.workspace.readableFile(name);
    const type = given === undefined ? await mediaTypeOfFile(path, name) : { mimeType: given };
    if (type.named) {
      tally.misnamed.count += 1;
      if (tally.misnamed.first.length < MOST_NAMED)
        tally.misnamed.first.push({ name, says: type.named, is: type.mimeType });
    }
    if (size <= room) {
      tally.inlined += 1;
      const data = (await readFile(path, { signal: ports.signal })).toString('base64');
      return { inlineData: { data, mimeType: type.mimeType } };
    }
    tally.staged += 1;
    return {
      fileData: { fileUri: await uploads.stage({ path, name, size, ...type }), mimeType: type.mimeType },
    };
  }

  return {
    async partsOf(items) {
      const parts: Part[] = [];
      let room = limits.rowInlineBytes;
      for (const item of items) {
        const part = await partOf(item, room);
        // Four characters of base64 are three bytes.
        room -= ((part.inlineData?.data.length ?? 0) * 3) / 4;
        parts.push(part);
      }
      return parts;
    },
    tally: () => ({ ...tally, files: uploads.files() }),
  };
}

const MOST_TYPES_KEPT = 10_000;

async function storedType(uri: string, { storage, signal }: MediaPorts): Promise<string> {
  const { bucket, name } = parseGsUri(uri);
  const object = await storage.stat(bucket, name, { signal });
  if (!object)
    throw new UserError('media_not_found', {
      what: `There is no object ${quoteUntrusted(uri)}.`,
      fix: 'Correct the address, or upload the file.',
    });
  if (object.contentType && modalityOf(object.contentType)) return object.contentType;
  throw unknownType(uri);
}

const unknownType = (uri: string) =>
  new UserError('unknown_media_type', {
    what: `The address ${quoteUntrusted(uri, 120)} does not say which type it is.`,
    why: 'Gemini wants the MIME type of each medium, and the address has no ending that says it.',
    fix: 'Write the type before the reference, as in "image/jpeg {{column}}".',
  });
