import { ServiceError } from '../errors.ts';

/** What may be asked for: `true` below which anything may, or the names that exist. */
export type Schema = true | { readonly [name: string]: Schema };

type Mask = Map<string, Mask | undefined>;

const names = (text: string): Schema =>
  Object.fromEntries(
    text
      .trim()
      .split(/\s+/)
      .map((name) => [name, true]),
  );

// Source: the resources of cloud.google.com/storage/docs/json_api/v1, whether or not the emulator ever fills them.
export const OBJECT_SCHEMA = names(`
  acl bucket cacheControl componentCount contentDisposition contentEncoding contentLanguage contentType contexts
  crc32c customTime customerEncryption etag eventBasedHold generation hardDeleteTime id kind kmsKeyName md5Hash
  mediaLink metadata metageneration name owner restoreToken retention retentionExpirationTime selfLink size
  softDeleteTime storageClass temporaryHold timeCreated timeDeleted timeFinalized timeStorageClassUpdated updated`);

export const BUCKET_SCHEMA = names(`
  acl autoclass billing cors customPlacementConfig defaultEventBasedHold defaultObjectAcl encryption etag generation
  hardDeleteTime hierarchicalNamespace iamConfiguration id ipFilter kind labels lifecycle location locationType
  logging metageneration name objectRetention owner projectNumber retentionPolicy rpo satisfiesPZI satisfiesPZS
  selfLink softDeletePolicy softDeleteTime storageClass timeCreated updated versioning website`);

export const LAYOUT_SCHEMA = names(
  'kind bucket location locationType customPlacementConfig hierarchicalNamespace',
);

export const pageSchema = (items: Schema): Schema => ({
  kind: true,
  items,
  prefixes: true,
  nextPageToken: true,
});

/**
 * The part of an answer that a `fields` mask selects: `items(name,size),prefixes`, `items/name`, `*`.
 * Throws 400, as Google does, for a name that the resource does not have.
 */
export function selectFields(answer: unknown, mask: string | undefined, schema: Schema): unknown {
  if (mask === undefined || mask === '') return answer;
  const tokens = mask.match(/[^\s,/()]+|[,/()]/g) ?? [];
  const parsed = parseList(tokens, schema);
  if (tokens.length > 0) throw invalidSelection(mask);
  return pick(answer, parsed);
}

const invalidSelection = (what: string) =>
  new ServiceError(400, 'invalidParameter', `Invalid field selection ${what}`);

/** Consumes the tokens of `a,b/c,d(e,f)`. */
function parseList(tokens: string[], schema: Schema): Mask {
  const mask: Mask = new Map();
  do merge(mask, ...parseItem(tokens, schema));
  while (takes(tokens, ','));
  return mask;
}

function parseItem(tokens: string[], schema: Schema): [string, Mask | undefined] {
  const name = tokens.shift() ?? '';
  const below = name === '*' ? anyOf(schema) : schema === true ? true : schema[name];
  if (!/^([\w-]+|\*)$/.test(name) || below === undefined) throw invalidSelection(name);
  if (takes(tokens, '/')) return [name, new Map([parseItem(tokens, below)])];
  if (!takes(tokens, '(')) return [name, undefined];
  const mask = parseList(tokens, below);
  if (!takes(tokens, ')')) throw invalidSelection(name);
  return [name, mask];
}

/** `a/b,a/c` is `a(b,c)`; the whole of something takes in its parts. */
function merge(mask: Mask, name: string, below: Mask | undefined): void {
  const known = mask.get(name);
  if (!known || !below) mask.set(name, mask.has(name) ? undefined : below);
  else for (const [inner, part] of below) merge(known, inner, part);
}

const takes = (tokens: string[], token: string): boolean =>
  tokens[0] === token && tokens.shift() !== undefined;

const anyOf = (schema: Schema): Schema =>
  schema === true ? true : Object.assign({}, ...Object.values(schema));

function pick(value: unknown, mask: Mask | undefined): unknown {
  if (mask === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, mask));
  const kept = Object.entries(value).filter(([name]) => mask.has(name) || mask.has('*'));
  return Object.fromEntries(
    kept.map(([name, inner]) => [name, pick(inner, mask.has(name) ? mask.get(name) : mask.get('*'))]),
  );
}
