import { mimeTypeOfName } from './lint/mime-types.ts';

/** Where a medium is, as people write it. */
export type MediaReference =
  | { kind: 'inline'; mimeType: string /** Base64. */; data: string }
  | {
      kind: 'uri';
      uri: string;
      /** As far as the address says it. */
      mimeType?: string | undefined;
    }
  | { kind: 'local'; path: string };

const DATA_URI = /^data:([a-z]+\/[\w.+-]+)?((?:;[^;,]*)*),(.*)$/is;
const YOUTUBE = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com\/(?:watch\?|shorts\/|live\/)|youtu\.be\/)/i;

/** Endings beside those that the linter knows, and what Gemini calls them. */
const MORE_ENDINGS: Readonly<Record<string, string>> = {
  m4a: 'audio/m4a',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/opus',
  aiff: 'audio/aiff',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  m4v: 'video/mp4',
  flv: 'video/x-flv',
  wmv: 'video/wmv',
  '3gp': 'video/3gpp',
  htm: 'text/html',
  json: 'application/json',
  xml: 'text/xml',
  rtf: 'text/rtf',
};

/** The MIME type that a name's ending says; undefined where it says none that Gemini reads. */
export function mediaTypeOfName(name: string): string | undefined {
  const known = mimeTypeOfName(name);
  if (known) return known;
  const ending = /\.([a-z0-9]+)(?:[?#].*)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(MORE_ENDINGS, ending) ? MORE_ENDINGS[ending] : undefined;
}

/** A data URI, an address of Cloud Storage, the web or YouTube; anything else is the path of a local file. */
export function readMediaReference(text: string): MediaReference {
  const reference = text.trim();
  const inline = DATA_URI.exec(reference);
  if (inline) {
    const [, mimeType = 'text/plain', parameters = '', data = ''] = inline;
    return {
      kind: 'inline',
      mimeType: mimeType.toLowerCase(),
      data: base64(data, /;base64$/i.test(parameters)),
    };
  }
  if (!/^(gs|https?):\/\//i.test(reference)) return { kind: 'local', path: reference };
  const mimeType = YOUTUBE.test(reference) ? 'video/mp4' : mediaTypeOfName(reference);
  return { kind: 'uri', uri: reference, ...(mimeType && { mimeType }) };
}

/** Standard base64 with its padding, as Vertex AI wants it, also of the kind for URLs. */
function base64(data: string, encoded: boolean): string {
  if (!encoded) return Buffer.from(percentDecoded(data)).toString('base64');
  return Buffer.from(percentDecoded(data), 'base64').toString('base64');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
