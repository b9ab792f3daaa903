import { isRecord } from '../../../support/records.ts';
import { bytes } from '../../../support/text.ts';
import { member } from '../messages.ts';
import { mimeTypeOfName, modalityOf } from '../mime-types.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';

/** Files and inline media of a part. */
export function checkMedia(part: JsonObject, target: Target, notes: Notes): void {
  const file = member(part, 'fileData');
  const inline = member(part, 'inlineData');
  if (isRecord(file)) {
    notes.path.push('fileData');
    const uri = member(file, 'fileUri');
    if (uri === undefined) notes.say('media-uri-scheme', undefined, 'there is no fileUri');
    else if (typeof uri === 'string') checkUri(uri, target, notes);
    checkType(member(file, 'mimeType'), typeof uri === 'string' ? uri : '', target, notes);
    notes.path.pop();
  }
  if (isRecord(inline)) {
    notes.path.push('inlineData');
    checkData(member(inline, 'data'), notes);
    checkType(member(inline, 'mimeType'), '', target, notes);
    notes.path.pop();
  }
}

const OBJECT = /^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]\/([^\r\n*\p{Surrogate}]*[^\r\n*/\p{Surrogate}])$/u;
/** Names that Cloud Storage has no objects of. */
const NO_NAME = /^(\.\.?$|\.well-known\/acme-challenge\/)/;
const MOST_NAME_BYTES = 1_024;
const FILES_API = /^(https:\/\/generativelanguage\.googleapis\.com\/.*)?files\/[\w-]+$/;
const STORAGE_LINK =
  /^https?:\/\/(storage\.cloud\.google\.com|storage\.googleapis\.com|[\w.-]+\.storage\.googleapis\.com)\//;

function checkUri(uri: string, { missing }: Target, notes: Notes): void {
  if (missing.has(uri)) notes.say('media-not-found', uri);
  if (uri.startsWith('gs://')) {
    if (!namesObject(uri)) notes.say('gs-uri-form', uri);
    else if (/%[0-9a-f]{2}/i.test(uri)) notes.say('gs-uri-encoded', uri);
  } else if (FILES_API.test(uri)) notes.say('files-api-uri', uri);
  else if (STORAGE_LINK.test(uri)) {
    // A signed address carries rights of its own.
    if (!/[?&]X-Goog-Signature=/i.test(uri)) notes.say('storage-web-link', uri);
  } else if (!/^https?:\/\/\S+$/.test(uri)) notes.say('media-uri-scheme', uri);
}

/** By Cloud Storage's rules, which allow spaces and much else; wildcards and folders are no objects to read. */
function namesObject(uri: string): boolean {
  const name = OBJECT.exec(uri)?.[1];
  return name !== undefined && !NO_NAME.test(name) && Buffer.byteLength(name) <= MOST_NAME_BYTES;
}

function checkType(type: unknown, uri: string, { model }: Target, notes: Notes): void {
  if (type === undefined || type === '') {
    notes.say('mime-type-missing', uri || undefined);
    return;
  }
  if (typeof type !== 'string') return;
  const modality = modalityOf(type);
  if (modality === undefined) {
    notes.say('mime-type-unknown', type);
    return;
  }
  const named = modalityOf(mimeTypeOfName(uri) ?? '');
  if (named !== undefined && named !== modality && modality !== 'text')
    notes.say('mime-type-mismatch', type, uri);
  else if (model && model.rowFormat === 'gemini' && !model.modalities.input.includes(modality))
    notes.say('medium-not-read', type, `${model.id} reads ${model.modalities.input.join(', ')}`);
}

/** Base64 carries 6 bits a character. */
const MOST_INLINE_BYTES = 7_000_000;
const SAMPLE = 1_000;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

function checkData(data: unknown, notes: Notes): void {
  if (data === undefined) {
    notes.say('inline-not-base64', undefined, 'there is no data');
    return;
  }
  if (typeof data !== 'string') {
    notes.say('wrong-type', data, 'write base64 text');
    return;
  }
  if (data.startsWith('data:')) {
    notes.say('inline-data-uri', data);
    return;
  }
  // Megabytes are not read through for a mistake that shows at the ends.
  const ends = data.length <= 2 * SAMPLE ? [data] : [data.slice(0, SAMPLE), data.slice(-SAMPLE)];
  if (!ends.every((end) => BASE64.test(end)) || data.length % 4 === 1) notes.say('inline-not-base64', data);
  const size = (data.length * 3) / 4;
  if (size > MOST_INLINE_BYTES) notes.say('inline-large', bytes(size));
}
