import type { Context } from 'hono';
import { ServiceError } from '../errors.ts';
import { invalid, notEmulated, required } from '../objects/errors.ts';
import type { ExpectedChecksums, ObjectFields, ObjectPatch, Preconditions } from '../objects/model.ts';

type Json = Record<string, unknown>;

/** A segment of the path, decoded: object names keep their slashes. */
export const segment = (c: Context, name: string): string => c.req.param(name) ?? '';

export const objectAddress = (c: Context) => ({
  bucket: segment(c, 'bucket'),
  name: segment(c, 'object'),
  generation: int64(c, 'generation'),
});

/** A 64-bit integer of the query in its one canonical spelling. */
export function int64(c: Context, name: string): string | undefined {
  const text = c.req.query(name);
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,19}$/.test(text)) throw invalid(`Invalid unsigned long value: '${text}'.`);
  return String(BigInt(text));
}

/** A number of the query, such as `maxResults`. */
export function integer(c: Context, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d{1,9}$/.test(text)) throw invalid(`Invalid value: ${text}`);
  return Number(text);
}

export const preconditionsOf = (c: Context): Preconditions => ({
  ifGenerationMatch: int64(c, 'ifGenerationMatch'),
  ifGenerationNotMatch: int64(c, 'ifGenerationNotMatch'),
  ifMetagenerationMatch: int64(c, 'ifMetagenerationMatch'),
  ifMetagenerationNotMatch: int64(c, 'ifMetagenerationNotMatch'),
});

export const sourcePreconditionsOf = (c: Context): Preconditions => ({
  ifGenerationMatch: int64(c, 'ifSourceGenerationMatch'),
  ifGenerationNotMatch: int64(c, 'ifSourceGenerationNotMatch'),
  ifMetagenerationMatch: int64(c, 'ifSourceMetagenerationMatch'),
  ifMetagenerationNotMatch: int64(c, 'ifSourceMetagenerationNotMatch'),
});

/** The JSON object in a body; nothing counts as `{}`. */
export function parseJson(text: string): Json {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Said below, like any other body that is not an object.
  }
  throw new ServiceError(400, 'parseError', 'Parse Error');
}

const TEXT_FIELDS = [
  'contentType',
  'contentEncoding',
  'contentDisposition',
  'contentLanguage',
  'cacheControl',
  'customTime',
] as const;

/** Fields with an effect that nothing here has: silence would be a lie. */
const UNSUPPORTED = ['acl', 'contexts', 'customerEncryption', 'kmsKeyName', 'retention'];
const HOLDS = ['eventBasedHold', 'temporaryHold'];

/** The writable fields of an object's resource. Output-only fields are ignored, as Google ignores them. */
export function patchOf(resource: Json): ObjectPatch {
  const refused = [
    ...UNSUPPORTED.filter((name) => !isEmpty(resource[name])),
    ...HOLDS.filter((name) => resource[name] === true),
  ];
  if (refused.length > 0) throw notEmulated(`an object's ${refused.join(', ')}`);
  const { storageClass } = resource;
  if (storageClass !== undefined && storageClass !== 'STANDARD') throw notEmulated('other storage classes');

  const patch: ObjectPatch = {};
  for (const name of TEXT_FIELDS) {
    const value = resource[name];
    if (value === undefined) continue;
    if (value !== null && typeof value !== 'string') throw invalid(`Invalid value for: ${name}`);
    patch[name] = value;
  }
  if (patch.customTime && Number.isNaN(Date.parse(patch.customTime)))
    throw invalid('Invalid value for: customTime');
  if (resource.metadata !== undefined) patch.metadata = customMetadata(resource.metadata);
  return patch;
}

function customMetadata(value: unknown): Record<string, string | null> | null {
  if (value === null) return null;
  const isMap =
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => text === null || typeof text === 'string');
  if (!isMap) throw invalid('Invalid value for: metadata');
  return value as Record<string, string | null>;
}

/** As a patch of nothing: for a new object, `null` means unset. */
export function fieldsOf(resource: Json): ObjectFields {
  const { metadata, ...texts } = patchOf(resource);
  const set = (fields: object) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return { ...set(texts), ...(metadata ? { metadata: set(metadata) as Record<string, string> } : {}) };
}

/** Checksums in a resource; those of the header `x-goog-hash: crc32c=…,md5=…` come before. */
export function expectedChecksums(c: Context, resource: Json = {}): ExpectedChecksums {
  const header = new Map(
    (c.req.header('x-goog-hash') ?? '').split(',').map((part): [string, string] => {
      const [, name = '', value = ''] = /^\s*(\w+)=(\S+)\s*$/.exec(part) ?? [];
      return [name, value];
    }),
  );
  return {
    crc32c: header.get('crc32c') ?? text(resource, 'crc32c'),
    md5Hash: header.get('md5') ?? text(resource, 'md5Hash'),
  };
}

/** A string member of a resource, or undefined; anything else is 400. */
export function text(resource: Json, name: string): string | undefined {
  const value = resource[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`Invalid value for: ${name}`);
  return value;
}

export function requiredQuery(c: Context, name: string): string {
  const value = c.req.query(name);
  if (!value) throw required(`Required parameter: ${name}`);
  return value;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);
