import { open } from 'node:fs/promises';
import { modalityOf } from '../batch/lint/mime-types.ts';
import { mediaTypeOfName } from '../batch/media-reference.ts';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';

export interface MediaType {
  /** A type that Gemini reads. */
  mimeType: string;
  /** What the name says, where the content is something else. */
  named?: string | undefined;
}

/** What the content's first bytes are called by the detector, and by Gemini. */
const SAME_TYPE: Readonly<Record<string, string>> = {
  'video/vnd.avi': 'video/avi',
  'video/x-ms-asf': 'video/wmv',
  'video/mp1s': 'video/mpeg',
  'video/mp2p': 'video/mpegps',
  'video/x-m4v': 'video/mp4',
  'audio/x-m4a': 'audio/m4a',
  'application/rtf': 'text/rtf',
  'application/xml': 'text/xml',
};

/** Containers that hold either sound or pictures: the first bytes do not say which, the name does. */
const CONTAINERS: readonly ReadonlySet<string>[] = [
  new Set(['video/mp4', 'video/quicktime', 'video/mov', 'video/3gpp', 'audio/mp4', 'audio/m4a', 'audio/aac']),
  new Set(['video/webm', 'audio/webm']),
  new Set(['audio/ogg', 'audio/opus']),
  new Set(['audio/mpeg', 'audio/mp3', 'audio/mpga', 'audio/mpa']),
  new Set(['image/heic', 'image/heif']),
  new Set(['video/mpeg', 'video/mpg', 'video/mpegps']),
  new Set(['text/xml', 'text/html', 'text/plain']),
];

/**
 * The MIME type of a local file: its content decides, and a name that says something else is told.
 * `name` is what errors call it. Throws `unsupported_media`.
 */
export async function mediaTypeOfFile(path: string, name: string): Promise<MediaType> {
  const named = mediaTypeOfName(name);
  const found = await typeOfContent(path);
  if (found === undefined) {
    const text = await isText(path);
    if (text)
      return named && modalityOf(named) !== 'text' ? { mimeType: 'text/plain', named } : asText(named);
    if (named && modalityOf(named) !== 'text') return { mimeType: named };
    throw unsupported(name, 'Its content is of no type that can be told.');
  }
  if (modalityOf(found) === undefined) throw unsupported(name, `It is ${found}, which Gemini does not read.`);
  if (named === undefined || named === found) return { mimeType: found };
  return CONTAINERS.some((types) => types.has(named) && types.has(found))
    ? { mimeType: named }
    : { mimeType: found, named };
}

const asText = (named: string | undefined): MediaType => ({ mimeType: named ?? 'text/plain' });

async function typeOfContent(path: string): Promise<string | undefined> {
  const { fileTypeFromFile } = await import('file-type');
  const type = (await fileTypeFromFile(path))?.mime.split(';')[0]?.toLowerCase();
  return type === undefined ? undefined : (SAME_TYPE[type] ?? type);
}

const LOOK_BYTES = 64 * 1024;

/** Text has no zero bytes and is UTF-8; a character may be cut at the end of what is looked at. */
async function isText(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.includes(0)) return false;
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  } finally {
    await file.close();
  }
}

const unsupported = (name: string, why: string) =>
  new UserError('unsupported_media', {
    what: `${quoteUntrusted(name)} cannot be sent to Gemini.`,
    why,
    fix: 'Convert it to a common type: JPEG, PNG or WebP, MP3 or WAV, MP4, PDF, or text in UTF-8.',
  });
