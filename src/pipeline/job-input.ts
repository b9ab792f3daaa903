import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Model, RowFormat } from '../batch/catalogue.ts';
import { detectFormat } from '../batch/lint/checks/formats.ts';
import type { PlannedInput } from '../batch/submit-token.ts';
import { gsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { isRecord } from '../support/records.ts';
import { bytes, count, list, quoteUntrusted } from '../support/text.ts';
import { findObjects } from './find-objects.ts';
import type { Ports } from './ports.ts';

/** What a model's jobs take; what is left out is not checked. */
export interface Accepts {
  format?: RowFormat | undefined;
  limits?: Model['limits'] | undefined;
}

/** What a job will read: objects that are there already, or a local file that has to be uploaded first. */
export type JobInput = {
  planned: PlannedInput[];
  /** Known for local files, which are read to be hashed; objects are not read. */
  rows?: number | undefined;
  bytes: number;
  /** Set where an upload comes first. */
  local?: { path: string; sha256: string } | undefined;
};

/**
 * Looks at the input of a job and creates nothing.
 * Throws `input_not_found`, `empty_file`, `not_request_rows`, `too_large` and the errors of `workspace.readableFile`.
 */
export async function inspectInput(input: string, accepts: Accepts, ports: Ports): Promise<JobInput> {
  const isStored = input.startsWith('gs://');
  const found = await (isStored ? inspectObjects(input, ports) : inspectFile(input, accepts.format, ports));
  refuseTooLarge(found, accepts.limits ?? {});
  return found;
}

async function inspectObjects(uri: string, ports: Ports): Promise<JobInput> {
  const objects = await findObjects(uri, ports);
  const planned = objects.map(({ bucket, name, generation }) => ({ uri: gsUri(bucket, name), generation }));
  return { planned, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
}

async function inspectFile(input: string, format: RowFormat | undefined, ports: Ports): Promise<JobInput> {
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
  const sha256 = hash.digest('hex');
  return { planned: [{ sha256 }], rows, bytes: size, local: { path, sha256 } };
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

function refuseTooLarge({ rows, bytes: size }: JobInput, { maxRows, maxBytes }: Model['limits']): void {
  if (size <= (maxBytes ?? Infinity) && (rows ?? 0) <= (maxRows ?? Infinity)) return;
  const most = [...(maxRows ? [count(maxRows, 'row')] : []), ...(maxBytes ? [bytes(maxBytes)] : [])];
  throw new UserError('too_large', {
    what: `The input has ${rows === undefined ? bytes(size) : `${count(rows, 'row')} and ${bytes(size)}`}.`,
    why: `A job on this model takes at most ${list(most)}.`,
    fix: 'Split it into several files and submit one job for each.',
  });
}
