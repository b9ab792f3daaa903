import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../batch/canonical-json.ts';
import type { Workspace } from './workspace.ts';

/** What was asked for, as far as it decides the requests: equal specs over equal content make equal inputs. */
const composed = z.object({
  sheet: z.union([z.string(), z.number()]).optional(),
  where: z.string().optional(),
  sample: z.object({ rows: z.number(), seed: z.number() }).optional(),
  prompt: z.string().optional(),
  system_instruction: z.string().optional(),
  media: z.array(z.string()).optional(),
  examples: z.array(z.object({ user: z.string(), model: z.string() })).optional(),
  key_column: z.string().optional(),
  limit: z.number().optional(),
  generation_config: z.record(z.string(), z.unknown()).optional(),
  /** As it stands in the requests. */
  response_schema: z.looseObject({}).optional(),
  tools: z.array(z.record(z.string(), z.unknown())).optional(),
  safety_settings: z.array(z.object({ category: z.string(), threshold: z.string() })).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  dedupe: z.literal(true).optional(),
});

const count = z.number();

/** What became of media; see `MediaTally`. */
const media = z.object({
  linked: count,
  inlined: count,
  staged: count,
  files: count,
  misnamed: z.object({
    count,
    first: z.array(z.object({ name: z.string(), says: z.string(), is: z.string() })),
  }),
});

/** What became of another service's lines; see `ConversionReport`. */
const conversion = z.object({
  lines: z.object({ openai: count.optional(), anthropic: count.optional(), gemini: count.optional() }),
  dropped: z.array(z.object({ path: z.string(), why: z.string(), count })),
  schemas: count,
});

/**
 * What `manifest.json` says about the request files beside it.
 * `rows_in` is `rows_out`, `duplicates` and `skipped.count` together, always.
 */
const manifestSchema = z.object({
  id: z.string(),
  created: z.string(),
  source: z.object({
    /** Of a local file. */
    path: z.string().optional(),
    /** Of a local file's bytes. */
    sha256: z.string().optional(),
    /** Of media: a local path or a `gs://` prefix. */
    folder: z.string().optional(),
    /** In Cloud Storage, in the order in which they were read. */
    objects: z.array(z.object({ uri: z.string(), generation: z.string(), bytes: z.number() })).optional(),
    bytes: z.number(),
    columns: z.array(z.string()),
    /** What places in it count. */
    unit: z.enum(['line', 'item', 'row']),
    /** What a person should know about how it was read, in sentences. */
    notes: z.array(z.string()).default([]),
  }),
  spec: composed,
  rows_in: z.number(),
  rows_out: z.number(),
  /** Rows that ask what an earlier one asks and were left out; `duplicates.jsonl` says which. */
  duplicates: z.number(),
  skipped: z.object({
    count: z.number(),
    by_reason: z.record(z.string(), z.number()),
    /** The first of them. */
    first: z.array(z.object({ place: z.number(), reason: z.string() })),
  }),
  /** Rows with nothing in a column that the request uses. */
  empty_values: z.record(z.string(), z.number()),
  /** Rows with nothing in any column of the prompt: they cost money and ask about nothing. */
  rows_without_values: z.number(),
  /** Whole numbers beyond 2^53, which lose digits when JSON is read; by column. */
  rounded_numbers: z.record(z.string(), z.number()),
  keys: z.object({ column: z.string().optional(), prefixed: z.number() }),
  media: media.optional(),
  conversion: conversion.optional(),
  /** What became of schemas on their way, in sentences. */
  notes: z.array(z.string()),
  /** Of all request files. */
  bytes: z.number(),
  files: z.array(z.object({ name: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string() })),
});

export type ComposedSpec = z.infer<typeof composed>;
export type Manifest = z.infer<typeof manifestSchema>;

/** Raised when the same spec over the same content would make other requests than before. */
const FORMAT = 1;

/** `in-` and 10 hex digits of a hash over the spec and what tells the source's content. */
export function inputId(spec: ComposedSpec, content: Readonly<Record<string, unknown>>): string {
  const hash = createHash('sha256').update(canonicalJson({ version: FORMAT, spec, ...content }));
  return `in-${hash.digest('hex').slice(0, 10)}`;
}

export const duplicatesFile = (workspace: Workspace, id: string): string =>
  join(workspace.inputFolder(id), 'duplicates.jsonl');

const manifestFile = (workspace: Workspace, id: string): string =>
  join(workspace.inputFolder(id), 'manifest.json');

/** The manifest is written last: where there is one, the requests are complete. */
export const writeManifest = (workspace: Workspace, manifest: Manifest): Promise<void> =>
  workspace.writeJson(manifestFile(workspace, manifest.id), manifest);

/** The manifest of an input; undefined where there is none, or none that can be read. */
export async function readManifest(id: string, workspace: Workspace): Promise<Manifest | undefined> {
  const stored = await workspace.readJson(manifestFile(workspace, id)).catch(() => undefined);
  const manifest = manifestSchema.safeParse(stored).data;
  return manifest?.id === id ? manifest : undefined;
}

/** An input composed earlier; undefined where there is none, or where its requests are not what was written. */
export async function findComposed(
  id: string,
  { workspace, signal }: { workspace: Workspace; signal: AbortSignal },
): Promise<Manifest | undefined> {
  const manifest = await readManifest(id, workspace);
  if (!manifest) return undefined;
  try {
    for (const { name, sha256 } of manifest.files)
      if ((await hashFile(join(workspace.inputFolder(id), name), signal)) !== sha256) return undefined;
    return manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two of these stay in a processor's cache, where hashing is half as fast again. */
const READ_BYTES = 256 * 1024;

/** Lower-case hex of the SHA-256 of a file's bytes. One piece is hashed while the next is read. */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    let [buffer, next] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
    let reading = file.read(buffer);
    for (;;) {
      const { bytesRead } = await reading;
      signal.throwIfAborted();
      if (bytesRead === 0) return hash.digest('hex');
      reading = file.read(next);
      hash.update(buffer.subarray(0, bytesRead));
      [buffer, next] = [next, buffer];
    }
  } finally {
    await file.close();
  }
}
