import { join } from 'node:path';
import type { Outcome } from '../batch/outcomes.ts';
import { gsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { type CollectInput, parseLine } from './collect-input.ts';
import type { CollectWork } from './collect-threads.ts';
import { versionOf } from './find-output.ts';
import { inOrder } from './in-order.ts';
import type { Used } from './job-cost.ts';
import {
  hashOfRow,
  type InputRows,
  type Join,
  keyOfRow,
  type Leftover,
  outcomeAt,
  place,
  placeByRequest,
  rowOfKey,
  supersedes,
  withoutLines,
} from './join-rows.ts';
import { lineChunks } from './line-chunks.ts';
import { revived, textAt } from './packed-texts.ts';
import { type Part, type PartFindings, type PartMade, type PartWriter, partWriter } from './part.ts';
import type { Ports } from './ports.ts';
import { writeMedia } from './result-media.ts';
import type { Reading, ReadingSpec } from './result-record.ts';
import { isRow } from './row-index.ts';
import { compileReading, type Lines, spentOn, understand } from './understand-lines.ts';

export interface JobResults {
  id: string;
  made: PartMade;
  input: CollectInput;
  rows: InputRows;
  output: readonly ObjectMetadata[];
  reading: ReadingSpec;
  /** Of the run. */
  folder: string;
  /** For media, within the folder. */
  media: string;
}

export type ReadPorts = Pick<Ports, 'storage' | 'signal' | 'progress' | 'ids'>;

const MOST_KEYS_NAMED = 5;

/**
 * Reads a job's output once and ties its lines to the rows of its input. Leaves a part: every row with its record, or
 * without one. Throws `output_changed`, and what reading throws; nothing is left behind then.
 */
export async function readResults(job: JobResults, work: CollectWork, ports: ReadPorts): Promise<Part> {
  const tied = withoutLines(job.rows);
  const reading = compileReading(job.reading);
  const writer = await partWriter(join(job.folder, 'parts'), job.id, ports.ids);
  try {
    const { findings, leftovers, extras } = await readLines(job, reading, { tied, writer, work }, ports);
    if (leftovers.length > 0) {
      const { unmatched, duplicates } = await placeByRequest(tied, leftovers, job.input, ports.signal);
      findings.duplicate += duplicates;
      findings.unmatched = unmatched.length;
      findings.unmatchedKeys = unmatched.slice(0, MOST_KEYS_NAMED).flatMap(({ key }) => key ?? []);
    }
    await assertUnchanged(job.output, ports);
    const { rows, outcomes, starts, sizes } = tied;
    return await writer.finish({
      ...{ made: job.made, rows, outcomes, starts, sizes, findings },
      keys: tied.keys,
      used: usedIn(tied, job.reading),
      columns: reading.columns?.columns ?? [],
      extras: [...extras],
    });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** Gives lines to the rows that their keys tell; the others are left over. */
async function readLines(
  job: JobResults,
  reading: Reading,
  { tied, writer, work }: { tied: Join; writer: PartWriter; work: CollectWork },
  ports: ReadPorts,
) {
  const findings: PartFindings = { duplicate: 0, unmatched: 0, cut: 0, unmatchedKeys: [] };
  const leftovers: Leftover[] = [];
  const extras = new Set<string>();
  let number = 0;

  /** False where the row has a better line. */
  function counts(row: number, outcome: Outcome): boolean {
    if (!isRow(row) || tied.outcomes[row] === 0) return true;
    findings.duplicate += 1;
    return supersedes(outcome, outcomeAt(tied.outcomes, row));
  }

  /** A line that takes a look at what it asks, or that has media. */
  async function takeAlone(bytes: Buffer, whole: boolean): Promise<void> {
    const read = understand(bytes, whole, reading);
    if (read === undefined) {
      findings.cut += 1;
      return;
    }
    const { record, media, key } = read;
    const row = rowOfKey(tied, key);
    if (!counts(row, record.outcome)) return;
    if (media.length > 0) {
      const name = isRow(row) ? keyOfRow(tied, row) : `${job.id}-${number}`;
      record.images = await writeMedia(job.folder, job.media, name, media);
    }
    for (const name in record) extras.add(name);
    const text = Buffer.from(`${JSON.stringify(record)}\n`);
    const start = await writer.append(text);
    const placed = { outcome: record.outcome, start, size: text.length - 1, spent: spentOn(record) };
    if (isRow(row)) place(tied, row, placed);
    else leftovers.push({ ...placed, key, hash: hashOfRow(parseLine(bytes) ?? {}) });
  }

  for await (const some of understoodLines(job, work, ports)) {
    const base = await writer.append(some.records);
    const keys = revived(some.keys);
    const { spent } = some;
    for (const name of some.extras) extras.add(name);
    for (let line = 0, begin = 0; line < some.lines; line++) {
      const end = some.ends[line] ?? 0;
      const bytes = Buffer.from(some.bytes.buffer, some.bytes.byteOffset + begin, end - begin);
      begin = end + 1;
      if (isBlank(bytes)) continue;
      number += 1;
      const row = some.outcomes[line] === 0 ? -1 : rowOfKey(tied, textAt(keys, line));
      if (!isRow(row)) {
        await takeAlone(bytes, some.whole);
        continue;
      }
      const outcome = outcomeAt(some.outcomes, line);
      if (!counts(row, outcome)) continue;
      const at = line * 4;
      place(tied, row, {
        outcome,
        start: base + (some.starts[line] ?? 0),
        size: some.sizes[line] ?? 0,
        spent: [spent[at] ?? 0, spent[at + 1] ?? 0, spent[at + 2] ?? 0, spent[at + 3] ?? 0],
      });
    }
  }
  return { findings, leftovers, extras };
}

const isBlank = (line: Buffer): boolean => line.length === 0 || (line.length === 1 && line[0] === 0x0d);

/** What the lines say, in their order. */
const understoodLines = (job: JobResults, work: CollectWork, ports: ReadPorts) =>
  inOrder(outputLines(job.output, ports), work.width, (lines) => work.understand(job.id, job.reading, lines));

/** Lines of all files, in order. */
async function* outputLines(
  files: readonly ObjectMetadata[],
  { storage, signal, progress }: ReadPorts,
): AsyncGenerator<Lines> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const { bucket, name, generation } of files)
    for await (const lines of lineChunks(storage.download(bucket, name, { generation, signal }))) {
      yield lines;
      signal.throwIfAborted();
      done += lines.bytes.length;
      progress({ done, total, message: `read ${bytes(done)} of ${bytes(total)}` });
    }
}

/** Of the lines that rows have got: what was written twice is not paid twice. */
function usedIn({ rows, spent }: Join, { price }: Pick<Reading, 'price'>): Used {
  const used = { rows: 0, input_tokens: 0, output_tokens: 0, thinking_tokens: 0 };
  let usd = 0;
  for (let at = 0; at < rows * 4; at += 4) {
    const [dollars = 0, input = 0, output = 0, thinking = 0] = spent.subarray(at, at + 4);
    if (input + output + thinking > 0) used.rows += 1;
    used.input_tokens += input;
    used.output_tokens += output;
    used.thinking_tokens += thinking;
    usd += dollars;
  }
  return price ? { ...used, usd } : used;
}

/** A file that was rewritten after it was read is not what the other files belong to. */
async function assertUnchanged(
  files: readonly ObjectMetadata[],
  { storage, signal }: ReadPorts,
): Promise<void> {
  for (const file of files) {
    const now = await storage.stat(file.bucket, file.name, { signal });
    if (now && versionOf(now) === versionOf(file)) continue;
    throw new UserError('output_changed', {
      what: `${quoteUntrusted(gsUri(file.bucket, file.name))} was ${now ? 'rewritten' : 'deleted'} while the results were read.`,
      why: 'Lines of two states of an output would belong to neither.',
      fix: 'Collect again; what was collected before is as it was.',
    });
  }
}
