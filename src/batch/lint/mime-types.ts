import type { Modality } from '../catalogue.ts';

/** MIME types that Gemini reads on Vertex AI. Source: the models' pages, 2026. */
const READ: Record<Exclude<Modality, 'embedding'>, readonly string[]> = {
  image: ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif', 'image/gif', 'image/avif'],
  audio: [
    'audio/aac',
    'audio/flac',
    'audio/m4a',
    'audio/mp3',
    'audio/mp4',
    'audio/mpa',
    'audio/mpeg',
    'audio/mpga',
    'audio/ogg',
    'audio/opus',
    'audio/pcm',
    'audio/wav',
    'audio/x-wav',
    'audio/webm',
    'audio/x-aac',
    'audio/x-flac',
    'audio/x-m4a',
    'audio/aiff',
  ],
  video: [
    'video/mp4',
    'video/mpeg',
    'video/mpg',
    'video/mpegps',
    'video/mov',
    'video/quicktime',
    'video/avi',
    'video/x-flv',
    'video/flv',
    'video/webm',
    'video/wmv',
    'video/3gpp',
    'video/*',
  ],
  pdf: ['application/pdf'],
  text: [
    'text/plain',
    'text/html',
    'text/css',
    'text/csv',
    'text/markdown',
    'text/xml',
    'text/javascript',
    'text/x-python',
    'text/rtf',
    'application/json',
    'application/x-javascript',
    'application/rtf',
  ],
};

const MODALITIES = new Map(
  Object.entries(READ).flatMap(([modality, types]) => types.map((type) => [type, modality as Modality])),
);

/** `image/jpeg; charset=x` → image. Undefined for what Gemini is not known to read. */
export const modalityOf = (mimeType: string): Modality | undefined =>
  MODALITIES.get((mimeType.split(';')[0] ?? '').trim().toLowerCase());

/** Types that a file name leaves no doubt about. */
const BY_EXTENSION: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  gif: 'image/gif',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  mov: 'video/mov',
  webm: 'video/webm',
  avi: 'video/avi',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
};

export function mimeTypeOfName(uri: string): string | undefined {
  const extension = /\.([a-z0-9]+)(?:[?#].*)?$/i.exec(uri)?.[1]?.toLowerCase();
  return extension !== undefined && Object.hasOwn(BY_EXTENSION, extension)
    ? BY_EXTENSION[extension]
    : undefined;
}
