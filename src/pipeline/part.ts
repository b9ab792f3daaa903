import { access, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { AnswerColumn } from '../batch/answer-columns.ts';
import { writeFileAtomic } from '../support/files.ts';
import type { Ids } from '../support/ids.ts';
import type { Used } from './job-cost.ts';
import type { PackedTexts } from './packed-texts.ts';

/** What one job came to: an index by row of its input, into a file of records in the order in which they came. */
export interface Part {
  /** What was read to make it: nothing is read again while all of it is the same. */
  made: PartMade;
  rows: number;
  keys: PackedTexts;
  /** By row: 0 where no line came, else the outcome's place in `OUTCOMES`, counted from 1. */
  outcomes: Uint8Array;
  /** Bytes from the start of the file of records. */
  starts: Float64Array;
  sizes: Uint32Array;
  findings: PartFindings;
  used: Used;
  columns: readonly AnswerColumn[];
  /** Members of records that some row has, beside those that every row has. */
  extras: string[];
  /** Name of the file of records. */
  file: string;
}

export interface PartMade {
  format: number;
  job: string;
  /** Names and types of the columns for answers. */
  columns: string[];
  input: string[];
  output: string[];
}

export interface PartFindings {
  /** Second lines for rows that have one. */
  duplicate: number;
  /** Lines that fit no row. */
  unmatched: number;
  /** Lines that are no JSON: cut off, as a rule. */
  cut: number;
  /** Of the first unmatched lines, as far as they have one. */
  unmatchedKeys: string[];
}

/** Raised when parts of before cannot be used any more. */
export const PART_FORMAT = 1;

const indexFile = (folder: string, id: string) => join(folder, `${id}.index`);

/** The part of an earlier call, where it was made of the same input and output. */
export async function findPart(folder: string, id: string, made: PartMade): Promise<Part | undefined> {
  try {
    const part: Part = deserialize(await readFile(indexFile(folder, id)));
    await access(join(folder, part.file));
    return JSON.stringify(part.made) === JSON.stringify(made) ? part : undefined;
  } catch {
    // Not there, or written by a Node that this one cannot read: it is made anew.
    return undefined;
  }
}

export type PartWriter = Awaited<ReturnType<typeof partWriter>>;

/** Appends records to a file that appears with its index: records first, so that an index never points at nothing. */
export async function partWriter(folder: string, id: string, ids: Ids) {
  await mkdir(folder, { recursive: true });
  const name = `${id}-${ids.token(8)}.jsonl`;
  const temporary = join(folder, `${name}.tmp`);
  const file: FileHandle = await open(temporary, 'wx');
  let size = 0;
  return {
    /** Where the bytes begin in the file. */
    async append(bytes: Uint8Array): Promise<number> {
      const start = size;
      size += bytes.length;
      await file.appendFile(bytes);
      return start;
    },
    async finish(part: Omit<Part, 'file'>): Promise<Part> {
      await file.sync();
      await file.close();
      await rename(temporary, join(folder, name));
      const whole: Part = { ...part, file: name };
      await writeFileAtomic(indexFile(folder, id), serialize(whole));
      await removeOthers(folder, id, name);
      return whole;
    },
    async discard(): Promise<void> {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
    },
  };
}

/** Records of earlier calls; of those that were killed too, but not of one that is still at work. */
async function removeOthers(folder: string, id: string, kept: string): Promise<void> {
  const { mtimeMs: now } = await stat(join(folder, kept));
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${id}-`) || name === kept) continue;
    const file = join(folder, name);
    const atWork =
      name.endsWith('.tmp') &&
      now - ((await stat(file).catch(() => undefined))?.mtimeMs ?? 0) < LONGEST_READ_MS;
    if (!atWork) await rm(file, { force: true });
  }
}

const LONGEST_READ_MS = 24 * 3_600_000;
