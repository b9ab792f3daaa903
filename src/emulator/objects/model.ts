/** The part of an object's resource that a client may write. Absent means unset. */
export interface ObjectFields {
  contentType?: string | undefined;
  contentEncoding?: string | undefined;
  contentDisposition?: string | undefined;
  contentLanguage?: string | undefined;
  cacheControl?: string | undefined;
  /** RFC 3339. */
  customTime?: string | undefined;
  /** Custom metadata: `x-goog-meta-…` on a download. */
  metadata?: Record<string, string> | undefined;
}

/** An object as the JSON API describes it; 64-bit integers are strings, as on the wire. */
export interface ObjectMetadata extends ObjectFields {
  bucket: string;
  name: string;
  /** Grows with each write of the bucket; microseconds since the epoch while the clock keeps ahead. */
  generation: string;
  metageneration: string;
  /** Bytes. */
  size: string;
  /** Base64 of the big-endian CRC-32C. */
  crc32c: string;
  /** Base64; absent on a composed object, as Google has no MD5 of those. */
  md5Hash?: string | undefined;
  etag: string;
  timeCreated: string;
  updated: string;
  storageClass: 'STANDARD';
  /** Only on a composed object. */
  componentCount?: number | undefined;
}

export interface NewBucket {
  name: string;
  /** As Google writes them, in any case: `us-central1`, `US`, `NAM4`. Default `US`. */
  location?: string | undefined;
  /** Derived from the location when left out. */
  locationType?: BucketMetadata['locationType'] | undefined;
  /** Project id. */
  project?: string | undefined;
  projectNumber?: string | undefined;
  labels?: Record<string, string> | undefined;
}

export interface BucketMetadata {
  name: string;
  /** Upper case. */
  location: string;
  locationType: 'region' | 'dual-region' | 'multi-region';
  project?: string | undefined;
  projectNumber: string;
  labels?: Record<string, string> | undefined;
  storageClass: 'STANDARD';
  metageneration: string;
  etag: string;
  timeCreated: string;
  updated: string;
}

/** `ifGenerationMatch: '0'` is "only if no such object exists". */
export interface Preconditions {
  ifGenerationMatch?: string | undefined;
  ifGenerationNotMatch?: string | undefined;
  ifMetagenerationMatch?: string | undefined;
  ifMetagenerationNotMatch?: string | undefined;
}

/** Checksums that the sender computed; a difference refuses the object. */
export interface ExpectedChecksums {
  crc32c?: string | undefined;
  md5Hash?: string | undefined;
}

export interface InsertOptions extends ObjectFields {
  preconditions?: Preconditions | undefined;
  expected?: ExpectedChecksums | undefined;
}

/** Both ends are inside the range, as in the HTTP header. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface ListOptions {
  prefix?: string | undefined;
  delimiter?: string | undefined;
  /** Objects whose name ends with the delimiter come among the items too. */
  includeTrailingDelimiter?: boolean | undefined;
  matchGlob?: string | undefined;
  /** Names from here on, this one included. */
  startOffset?: string | undefined;
  /** Names before this one. */
  endOffset?: string | undefined;
  /** Items and prefixes together; default and most 1000. */
  maxResults?: number | undefined;
  pageToken?: string | undefined;
}

export interface Page<T> {
  items: T[];
  prefixes: string[];
  nextPageToken?: string | undefined;
}

export type ObjectPage = Page<ObjectMetadata>;

export interface ComposeSource {
  name: string;
  generation?: string | undefined;
  ifGenerationMatch?: string | undefined;
}

export interface ComposeOptions extends ObjectFields {
  preconditions?: Preconditions | undefined;
  deleteSourceObjects?: boolean | undefined;
}

export interface ObjectAddress {
  bucket: string;
  name: string;
  generation?: string | undefined;
}

export interface CopyOptions {
  /** Replace the source's fields as a whole; left out, they are copied. */
  fields?: ObjectFields | undefined;
  preconditions?: Preconditions | undefined;
  sourcePreconditions?: Preconditions | undefined;
}

/** A merge patch: `null` unsets a field, or one key of `metadata`. */
export type ObjectPatch = {
  [K in Exclude<keyof ObjectFields, 'metadata'>]?: string | null | undefined;
} & { metadata?: Record<string, string | null> | null | undefined };
