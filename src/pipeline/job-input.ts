import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { PlannedInput } from '../batch/submit-token.ts';
import { gsUri } from '../google/gs-uri.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { bytes, count, list, quoteUntrusted } from '../support/text.ts';
import { findObjects } from './find-objects.ts';
import type { Ports } from './ports.ts';

/** Most that one job of a model takes; left out where nothing is documented. */
export type InputLimits = { maxRows?: number | undefined; maxBytes?: number | undefined };

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
export async function inspectInput(input: string, limits: InputLimits, ports: Ports): Promise<JobInput> {
  const found = await (input.startsWith('gs://') ? inspectObjects(input, ports) : inspectFile(input, ports));
  refuseTooLarge(found, limits);
  return found;
}

async function inspectObjects(uri: string, ports: Ports): Promise<JobInput> {
  const objects = await findObjects(uri, ports);
  const planned = objects.map(({ bucket, name, generation }) => ({ uri: gsUri(bucket, name), generation }));
  return { planned, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
}

async function inspectFile(input: string, ports: Ports): Promise<JobInput> {
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
    if (rows === 1) refuseOtherFormats(line, input);
  }
  const sha256 = hash.digest('hex');
  return { planned: [{ sha256 }], rows, bytes: size, local: { path, sha256 } };
}

/** A look at the first line only: whether the file is request rows at all. */
function refuseOtherFormats(line: Buffer, input: string): void {
  const row = parse(line);
  if (row && 'request' in row) return;
  const openAi = row && 'custom_id' in row && 'body' in row;
  throw new UserError('not_request_rows', {
    what: `The first line of ${quoteUntrusted(input)} is not a request row.`,
    why: openAi
      ? 'It is in the format of OpenAI batches, which Gemini does not read.'
      : 'Each line must be a JSON object with a member "request" that holds the GenerateContentRequest.',
    fix: 'Turn a CSV or JSON table into request rows with compose_batch_input.',
  });
}

function parse(line: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function refuseTooLarge({ rows, bytes: size }: JobInput, { maxRows, maxBytes }: InputLimits): void {
  if (size <= (maxBytes ?? Infinity) && (rows ?? 0) <= (maxRows ?? Infinity)) return;
  const most = [...(maxRows ? [count(maxRows, 'row')] : []), ...(maxBytes ? [bytes(maxBytes)] : [])];
  throw new UserError('too_large', {
    what: `The input has ${rows === undefined ? bytes(size) : `${count(rows, 'row')} and ${bytes(size)}`}.`,
    why: `A job on this model takes at most ${list(most)}.`,
    fix: 'Split it into several files and submit one job for each.',
  });
}
