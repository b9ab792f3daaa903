import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemIds } from '../../support/ids.ts';
import type { ImportFact } from '../engine/import.ts';
import type { JsonObject } from '../messages/messages.ts';
import { namesIn, readFact, writeOnce } from '../persistence.ts';
import type { Fate, JobState } from './states.ts';

/** All in milliseconds of the emulator's clock, already divided by its speed. */
export interface Pace {
  queue: number;
  startup: number;
  row: number;
  wrapUp: number;
  cancel: number;
  /** 72 hours: the job expires in the queue. */
  queueLimit: number;
  /** 24 hours: what has not run by then is cancelled. */
  runLimit: number;
}

/** What is known from the start. */
export interface JobRecord {
  id: string;
  location: string;
  createdAt: number;
  /** Of the order of the output and of the answers. */
  seed: string;
  /** The caller's fields as accepted, camelCase. */
  fields: JsonObject;
  /** `clock`: rows are done as time goes by; `work`: when a real model has answered them. */
  pacedBy: 'clock' | 'work';
  pace: Pace;
  fate?: Fate | undefined;
}

/** Rows that are done, in output order, one fact a block. */
export interface ChunkFact {
  rows: number;
  ok: number;
  failed: number;
  /** When the block was done. */
  at: number;
}

export interface OutcomeFact {
  state: JobState;
  at: number;
  /** Rows that ran: those after them in output order have no output. */
  rows: number;
  ok: number;
  failed: number;
  error?: { code: number; message: string } | undefined;
  partialFailures?: { code: number; message: string }[] | undefined;
}

/** A job is the facts about it. Each is written once; the job's state at a time follows from them. */
export interface JobFacts {
  record: JobRecord;
  imported?: ImportFact | undefined;
  cancelled?: { at: number } | undefined;
  chunks: ChunkFact[];
  outcome?: OutcomeFact | undefined;
}

export interface JobStore {
  /** False when the id is taken. */
  create(record: JobRecord): Promise<boolean>;
  get(location: string, id: string): Promise<JobFacts | undefined>;
  list(location: string): Promise<JobFacts[]>;
  /** Jobs of all locations that have not ended. */
  unfinished(): Promise<JobFacts[]>;
  /** Adds a fact, or finds that somebody else has added it. */
  add(record: JobRecord, fact: keyof typeof FILES, value: unknown): Promise<void>;
  addChunk(record: JobRecord, index: number, chunk: ChunkFact): Promise<void>;
  remove(record: JobRecord): Promise<void>;
}

const FILES = { imported: 'import.json', cancelled: 'cancel.json', outcome: 'outcome.json' } as const;

/** `<folder>/<location>/<id>/{job,import,cancel,outcome}.json` and `chunks/<n>.json`. */
export function createJobStore(folder: string): JobStore {
  /** Finished jobs change no more; they are read once. */
  const finished = new Map<string, JobFacts>();
  /** Imports are large and chunks are many: neither is read twice. */
  const imports = new Map<string, ImportFact>();
  const chunks = new Map<string, ChunkFact[]>();
  const folderOf = (location: string, id: string) => join(folder, location, id);

  async function readImport(path: string): Promise<ImportFact | undefined> {
    const known = imports.get(path);
    if (known !== undefined) return known;
    const fact = await readFact<ImportFact>(join(path, FILES.imported));
    if (fact !== undefined) imports.set(path, fact);
    return fact;
  }

  async function readChunks(path: string): Promise<ChunkFact[]> {
    const known = chunks.get(path) ?? [];
    const names = (await namesIn(join(path, 'chunks'))).slice(known.length);
    const added = await Promise.all(names.map((name) => readFact<ChunkFact>(join(path, 'chunks', name))));
    const all = [...known, ...added.filter((fact) => fact !== undefined)];
    chunks.set(path, all);
    return all;
  }

  async function get(location: string, id: string): Promise<JobFacts | undefined> {
    if (!/^[a-z0-9-]+$/.test(location) || !/^\d+$/.test(id)) return undefined;
    const path = folderOf(location, id);
    const record = await readFact<JobRecord>(join(path, 'job.json'));
    if (record === undefined) return undefined;
    const known = finished.get(path);
    if (known !== undefined) return known;
    const [outcome, cancelled, imported, done] = await Promise.all([
      readFact<OutcomeFact>(join(path, FILES.outcome)),
      readFact<{ at: number }>(join(path, FILES.cancelled)),
      readImport(path),
      readChunks(path),
    ]);
    if (outcome === undefined) return { record, imported, cancelled, chunks: done };
    // Nobody runs it again, so how to run it need not be kept.
    const kept = imported && { ...imported, granules: [], shape: {} };
    const facts: JobFacts = { record, imported: kept, cancelled, chunks: [], outcome };
    imports.delete(path);
    chunks.delete(path);
    finished.set(path, facts);
    return facts;
  }

  async function list(location: string): Promise<JobFacts[]> {
    const ids = await namesIn(join(folder, location));
    const jobs = await Promise.all(ids.map((id) => get(location, id)));
    return jobs.filter((job) => job !== undefined);
  }

  return {
    get,
    list,
    create: (record) => writeOnce(join(folderOf(record.location, record.id), 'job.json'), record),
    async unfinished() {
      const jobs: JobFacts[] = [];
      for (const location of await namesIn(folder)) {
        for (const id of await namesIn(join(folder, location))) {
          if (finished.has(folderOf(location, id))) continue;
          const job = await get(location, id);
          if (job !== undefined && job.outcome === undefined) jobs.push(job);
        }
      }
      return jobs;
    },
    async add(record, fact, value) {
      await writeOnce(join(folderOf(record.location, record.id), FILES[fact]), value);
    },
    async addChunk(record, index, chunk) {
      const name = `${String(index).padStart(6, '0')}.json`;
      await writeOnce(join(folderOf(record.location, record.id), 'chunks', name), chunk);
    },
    async remove(record) {
      const path = folderOf(record.location, record.id);
      const trash = `${path}.${systemIds.token(8)}.tmp`;
      finished.delete(path);
      await rename(path, trash);
      await rm(trash, { recursive: true, force: true });
    },
  };
}
