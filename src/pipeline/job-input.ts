import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Model, RowFormat } from '../batch/catalogue.ts';
import { detectFormat } from '../batch/lint/checks/formats.ts';
import type { PlannedInput } from '../batch/submit-token.ts';
import { gsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { isRecord } from '../support/records.ts';
import { bytes, count, list, quoteUntrusted } from '../support/text.ts';
import { findObjects } from './find-objects.ts';
import { readManifest } from './manifest.ts';
import type { Ports } from './ports.ts';
import type { Workspace } from './workspace.ts';

/** What a model's jobs take; what is left out is not checked. */
export interface Accepts {
  format?: RowFormat | undefined;
}

/** One file of an input: an object that is there, or a local file that is uploaded first. */
export interface InputFile extends PlannedInput {
  bytes: number;
  /** Known for local files, which are read to be hashed; objects are not read. */
  rows?: number | undefined;
  /** Of a local file: its real path. */
  path?: string | undefined;
}

/** What a job will read, or all jobs of a run. */
export interface JobInput {
  files: InputFile[];
  bytes: number;
  rows?: number | undefined;
}

export const inputOf = (files: InputFile[]): JobInput => ({
  files,
  bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  rows: files.reduce<number | undefined>(
    (sum, { rows }) => (sum === undefined || rows === undefined ? undefined : sum + rows),
    0,
  ),
});

const INPUT_ID = /^in-[0-9a-f]{10}$/;

/**
 * Looks at an input and creates nothing. It is a `gs://` object or wildcard, a local file, or the id that
 * `compose_batch_input` gave, which means all its files.
 * Throws `input_not_found`, `empty_file`, `not_request_rows` and the errors of `workspace.readableFile`.
 */
export async function inspectInput(input: string, accepts: Accepts, ports: Ports): Promise<JobInput> {
  if (input.startsWith('gs://')) return inspectObjects(input, ports);
  const paths = await localFiles(input, ports.workspace);
  const files: InputFile[] = [];
  for (const path of paths) files.push(await inspectFile(path, accepts.format, ports));
  return inputOf(files);
}

async function inspectObjects(uri: string, ports: Ports): Promise<JobInput> {
  const objects = await findObjects(uri, ports);
  return inputOf(
    objects
      .filter(({ size }) => size > 0)
      .map(({ bucket, name, generation, size }) => ({ uri: gsUri(bucket, name), generation, bytes: size })),
  );
}

/** Paths of what is not in Cloud Storage: of all files of a composed input, or the one that was named. */
export async function localFiles(input: string, workspace: Workspace): Promise<string[]> {
  if (!INPUT_ID.test(input)) return [input];
  const manifest = await readManifest(input, workspace);
  if (manifest) return manifest.files.map(({ name }) => join(workspace.inputFolder(input), name));
  throw new UserError('input_not_found', {
    what: `There is no input ${input} in this workspace.`,
    fix: 'Compose it again with compose_batch_input, or name a file.',
  });
}

async function inspectFile(input: string, format: RowFormat | undefined, ports: Ports): Promise<InputFile> {
  const { path, size } = await ports.workspace.readableFile(input);
  const hash = createHash('sha256');
  let rows = 0;
  async function* hashed() {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal: ports.signal })) {
      hash.update(chunk);
      yield chunk as Buffer;
    }
  }
  for await (const line of lines(hashed())) {
    rows += 1;
    if (rows === 1 && format) refuseOtherFormats(line, format, input);
  }
  return { sha256: hash.digest('hex'), rows, bytes: size, path };
}

/**
 * The files of each job that an input needs. Local files are jobs of their own, since compose cuts them to size;
 * objects go together as far as the limit on bytes lets them. Throws `too_large` where one file alone is too large.
 */
export function cutIntoJobs({ files }: JobInput, limits: Model['limits']): JobInput[] {
  const jobs: InputFile[][] = [];
  for (const file of files) {
    refuseTooLarge(file, limits);
    const last = jobs.at(-1);
    const together = inputOf([...(last ?? []), file]);
    if (last && file.path === undefined && together.bytes <= (limits.maxBytes ?? Number.POSITIVE_INFINITY))
      last.push(file);
    else jobs.push([file]);
  }
  return jobs.map(inputOf);
}

/** How people call the formats that a line can be in. */
const FORMAT_NAMES: Record<ReturnType<typeof detectFormat>, string> = {
  gemini: 'Gemini’s',
  embedding: 'that of embedding models',
  claude: 'Claude’s on Vertex AI',
  openai: 'that of OpenAI batches',
  anthropic: 'that of Anthropic’s Message Batches',
  bare: 'a request without the "request" around it',
  text: 'a request written as text',
  none: 'none of a batch',
};

/** A look at the first line only: whether the file can be for this model at all. Lint looks at all of them. */
function refuseOtherFormats(line: Buffer, format: RowFormat, input: string): void {
  const row = parse(line);
  const found = row ? detectFormat(row) : 'none';
  if (found === format) return;
  const convertible = found === 'openai' || found === 'anthropic';
  throw new UserError('not_request_rows', {
    what: `The first line of ${quoteUntrusted(input)} is not a request row for this model.`,
    why: `Its format is ${FORMAT_NAMES[found]}; the model wants ${FORMAT_NAMES[format]}.`,
    fix: convertible
      ? 'Convert it with compose_batch_input, the file as its source.'
      : 'Make request rows of a table with compose_batch_input; validate_batch_input says what is wrong line by line.',
  });
}

function parse(line: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function refuseTooLarge({ rows, bytes: size }: InputFile, { maxRows, maxBytes }: Model['limits']): void {
  if (size <= (maxBytes ?? Infinity) && (rows ?? 0) <= (maxRows ?? Infinity)) return;
  const most = [...(maxRows ? [count(maxRows, 'row')] : []), ...(maxBytes ? [bytes(maxBytes)] : [])];
  throw new UserError('too_large', {
    what: `The input has a file of ${rows === undefined ? bytes(size) : `${count(rows, 'row')} and ${bytes(size)}`}.`,
    why: `A job on this model takes at most ${list(most)}.`,
    fix: 'Pass it through compose_batch_input as its source: that cuts it into files of the right size, which one call submits together.',
  });
}
