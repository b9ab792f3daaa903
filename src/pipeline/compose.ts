import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { RequestRow } from '../batch/request-row.ts';
import { timestamp } from '../support/clock.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { count, list, quoteUntrusted } from '../support/text.ts';
import { composeLines } from './compose-lines.ts';
import type { MediaPorts } from './compose-media.ts';
import { type ComposePlan, composePlan, type PlanSpec } from './compose-plan.ts';
import { type ComposeSource, openSource, type SourceSpec } from './compose-source.ts';
import { type Tally, tallyRows } from './compose-tally.ts';
import { duplicatesWriter } from './duplicates.ts';
import {
  type ComposedSpec,
  duplicatesFile,
  findComposed,
  inputId,
  type Manifest,
  writeManifest,
} from './manifest.ts';
import type { Ports } from './ports.ts';
import { type ShardLimits, writeShards } from './shards.ts';

export interface ComposeSpec extends SourceSpec, PlanSpec {
  /** Take only the first rows. */
  limit?: number | undefined;
  /** Leave out requests that repeat an earlier one; whose answer is theirs stands in `duplicates.jsonl`. */
  dedupe?: boolean | undefined;
  /** Most that one file may hold; what is more goes into further files. */
  limits?: ShardLimits | undefined;
}

export interface Composed {
  manifest: Manifest;
  /** Absolute path of the request file; of the first where `limits` asks for more. */
  file: string;
  /** All of them, in order. */
  files: string[];
  firstRequest: RequestRow;
  /** True where an earlier call had made it, and nothing was written. */
  reused: boolean;
}

export type ComposePorts = MediaPorts & Pick<Ports, 'clock' | 'progress'>;

/**
 * A table and a prompt template, or a batch file of another service, become request rows, streamed into the
 * workspace with a manifest beside them. The same spec over the same content is the same input, found again
 * instead of written twice. Throws what opening, reading, specs, media and keys throw, `no_rows`, `row_too_large`
 * and `source_changed`.
 */
export async function compose(spec: ComposeSpec, ports: ComposePorts): Promise<Composed> {
  const source = await openSource(spec, ports);
  const plan = composePlan({ ...spec, media: spec.media ?? source.media }, source.table, ports);
  const asked = composedSpec(spec, plan);
  const { rows, bytes } = spec.limits ?? {};
  const id = inputId(asked, { ...(await source.content()), ...(spec.limits && { limits: { rows, bytes } }) });
  const earlier = await findComposed(id, ports);
  // Local files that a column names may have other content by now.
  const reusable = earlier && (source.media !== undefined || !holdsFiles(earlier));
  const manifest = reusable ? earlier : await write(id, { spec, asked, source, plan }, ports);
  const files = manifest.files.map(({ name }) => join(ports.workspace.inputFolder(id), name));
  const [file] = files;
  if (file === undefined) throw new Error(`${id} has no files`);
  return { manifest, file, files, firstRequest: await readFirst(file), reused: reusable === true };
}

interface Work {
  spec: ComposeSpec;
  asked: ComposedSpec;
  source: ComposeSource;
  plan: ComposePlan;
}

async function write(
  id: string,
  { spec, asked, source, plan }: Work,
  ports: ComposePorts,
): Promise<Manifest> {
  const { workspace, clock } = ports;
  const tally = tallyRows(plan.columns);
  const duplicates = spec.dedupe ? duplicatesWriter(duplicatesFile(workspace, id)) : undefined;

  async function* checked() {
    yield* composeLines({ ...plan, table: source.table, limit: spec.limit, tally, duplicates }, ports);
    if (tally.taken() === 0) throw noRows(spec.source, tally.result());
    await source.assertUnchanged();
  }
  try {
    const files = await writeShards(workspace.inputFolder(id), checked(), spec.limits ?? {});
    const repeated = (await duplicates?.finish()) ?? 0;
    const { rows_out: taken, ...counts } = tally.result();
    const manifest: Manifest = {
      id,
      created: timestamp(clock.now()),
      source: source.facts(),
      spec: asked,
      ...counts,
      rows_out: taken - repeated,
      duplicates: repeated,
      keys: plan.keys.rule,
      ...plan.facts(),
      notes: plan.notes,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      files,
    };
    await writeManifest(workspace, manifest);
    return manifest;
  } catch (error) {
    await duplicates?.discard();
    throw error;
  }
}

const holdsFiles = ({ media }: Manifest): boolean => media !== undefined && media.inlined + media.staged > 0;

const composedSpec = (spec: ComposeSpec, { responseSchema }: ComposePlan): ComposedSpec => ({
  ...(spec.sheet !== undefined && { sheet: spec.sheet }),
  ...(spec.where !== undefined && { where: spec.where }),
  ...(spec.sample && { sample: spec.sample }),
  ...(spec.prompt !== undefined && { prompt: spec.prompt }),
  ...(spec.systemInstruction !== undefined && { system_instruction: spec.systemInstruction }),
  ...(spec.media && { media: [...spec.media] }),
  ...(spec.examples && { examples: [...spec.examples] }),
  ...(spec.keyColumn !== undefined && { key_column: spec.keyColumn }),
  ...(spec.limit !== undefined && { limit: spec.limit }),
  ...(spec.generationConfig && { generation_config: spec.generationConfig }),
  ...(responseSchema && { response_schema: { ...responseSchema } }),
  ...(spec.tools && { tools: [...spec.tools] }),
  ...(spec.safetySettings && { safety_settings: [...spec.safetySettings] }),
  ...(spec.labels && { labels: spec.labels }),
  ...(spec.dedupe && { dedupe: true }),
});

/** Read back from the file, so that what is shown is what will be sent. */
async function readFirst(file: string): Promise<RequestRow> {
  for await (const line of lines(createReadStream(file))) return JSON.parse(line.toString());
  throw new Error(`${file} has no rows`);
}

const noRows = (source: string, { rows_in: rows, skipped }: Tally) =>
  rows === 0
    ? new UserError('no_rows', {
        what: `${quoteUntrusted(source)} has columns, but no rows.`,
        fix: 'Name a file with at least one row.',
      })
    : new UserError('no_rows', {
        what: `None of the ${count(rows, 'row')} of ${quoteUntrusted(source)} is left.`,
        why: `They were left out: ${list(Object.keys(skipped.by_reason))}.`,
        fix: 'Check what where says and how the values are written: text is compared letter by letter.',
      });
