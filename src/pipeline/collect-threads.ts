import { type EncodedGroup, type EncodeSpec, type GroupRows, resultsEncoder } from './encode-results.ts';
import type { Reading, ReadingSpec } from './result-record.ts';
import { startThread } from './thread.ts';
import { compileReading, type Lines, type UnderstoodLines, understandLines } from './understand-lines.ts';

/** The work of collecting that needs nothing but bytes: here, or in threads. */
export interface CollectWork {
  /** Pieces of work to give out before waiting for the first. */
  width: number;
  /** `job` tells one reading from another. */
  understand(job: string, reading: ReadingSpec, lines: Lines): Promise<UnderstoodLines>;
  /** One spec for all groups. The bytes are written over by the next call. */
  encode(spec: EncodeSpec, group: GroupRows): Promise<EncodedGroup>;
  close(): Promise<void>;
}

export type CollectTask =
  | { kind: 'understand'; job: string; reading: ReadingSpec; lines: Lines }
  | { kind: 'encode'; spec: EncodeSpec; group: GroupRows };

/** Bytes. Less output than this is read before threads have started. */
const LEAST_FOR_THREADS = 32_000_000;
/** The thread of the server reads the source meanwhile. Each takes some 40 MB. */
const THREADS = 2;
/** So that a thread never waits for the next one. */
const TASKS_A_THREAD = 2;

/** Threads where there are so many bytes to read that it pays, and where there are any to be had. */
export function collectWork(bytes: number): CollectWork {
  const threads = bytes < LEAST_FOR_THREADS ? [] : Array.from({ length: THREADS }, start);
  return threads.every((thread) => thread !== undefined) && threads.length > 0
    ? inThreads(threads)
    : inThisThread();
}

const start = () => startThread<CollectTask, unknown>('collect-worker', {});

function inThreads(threads: NonNullable<ReturnType<typeof start>>[]): CollectWork {
  const call = (task: CollectTask, transfer: ArrayBuffer[]): Promise<unknown> =>
    threads.reduce((a, b) => (b.waiting() < a.waiting() ? b : a)).call(task, transfer);
  return {
    width: threads.length * TASKS_A_THREAD,
    understand: (job, reading, lines) =>
      call({ kind: 'understand', job, reading, lines }, [lines.bytes.buffer]) as Promise<UnderstoodLines>,
    encode: (spec, group) => call({ kind: 'encode', spec, group }, []) as Promise<EncodedGroup>,
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

export function inThisThread(): CollectWork {
  let compiled: { job: string; reading: Reading } | undefined;
  let encoder: ReturnType<typeof resultsEncoder> | undefined;
  return {
    width: 1,
    async understand(job, reading, lines) {
      if (compiled?.job !== job) compiled = { job, reading: compileReading(reading) };
      return understandLines(lines, compiled.reading);
    },
    async encode(spec, group) {
      encoder ??= resultsEncoder(spec);
      return encoder.encode(group);
    },
    close: async () => encoder?.close(),
  };
}
