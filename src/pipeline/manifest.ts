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
  prompt: z.string(),
  system_instruction: z.string().optional(),
  key_column: z.string().optional(),
  limit: z.number().optional(),
  generation_config: z.record(z.string(), z.unknown()).optional(),
});

/**
 * What `manifest.json` says about the `requests.jsonl` beside it.
 * `rows_in` is `rows_out` and `skipped.count` together, always.
 */
const manifestSchema = z.object({
  id: z.string(),
  created: z.string(),
  source: z.object({
    /** Of a local file. */
    path: z.string().optional(),
    /** Of a local file's bytes. */
    sha256: z.string().optional(),
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
  /** Of `requests.jsonl`. */
  bytes: z.number(),
  /** Of `requests.jsonl`. */
  sha256: z.string(),
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

export const requestsFile = (workspace: Workspace, id: string): string =>
  join(workspace.inputFolder(id), 'requests.jsonl');

const manifestFile = (workspace: Workspace, id: string): string =>
  join(workspace.inputFolder(id), 'manifest.json');

/** The manifest is written last: where there is one, the requests are complete. */
export const writeManifest = (workspace: Workspace, manifest: Manifest): Promise<void> =>
  workspace.writeJson(manifestFile(workspace, manifest.id), manifest);

/** An input composed earlier; undefined where there is none, or where its requests are not what was written. */
export async function findComposed(
  id: string,
  { workspace, signal }: { workspace: Workspace; signal: AbortSignal },
): Promise<Manifest | undefined> {
  const stored = await workspace.readJson(manifestFile(workspace, id)).catch(() => undefined);
  const manifest = manifestSchema.safeParse(stored).data;
  if (manifest?.id !== id) return undefined;
  try {
    return (await hashFile(requestsFile(workspace, id), signal)) === manifest.sha256 ? manifest : undefined;
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
