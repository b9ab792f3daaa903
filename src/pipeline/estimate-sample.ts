import { createReadStream } from 'node:fs';
import { parseGsUri } from '../google/gs-uri.ts';
import { lines } from '../support/lines.ts';
import type { InputFile, JobInput } from './job-input.ts';
import type { Ports } from './ports.ts';

/** Rows that lie together, each of which stands for `weight` rows of the input. */
export interface Window {
  rows: Buffer[];
  weight: number;
}

/** An input is read whole up to this size; of a larger one windows are read, spread evenly over its bytes. */
export const WHOLE_UP_TO = 4_000_000;

/** How many windows of how many rows: more than 2,000 rows in all. Each window of an object is a request. */
const LOCAL = { windows: 256, rows: 8 };
const REMOTE = { windows: 32, rows: 64 };
/** Of long rows a window takes fewer. */
const WINDOW_BYTES = 1_000_000;

/** One file of the input, at its place among all bytes. */
interface Piece {
  from: number;
  size: number;
  open(start: number): AsyncIterable<Uint8Array>;
}

/**
 * A sample of an input's rows. Windows start at equal distances in bytes, so that each stands for the bytes until the
 * next one, whatever its rows weigh: long rows are met more often, and count less each. Where no window fits, at the
 * last row of a file for instance, nothing is yielded: scale what was found to the bytes of the input.
 */
export async function* sampleRows(
  input: JobInput,
  ports: Ports,
  wholeUpTo = WHOLE_UP_TO,
): AsyncGenerator<Window> {
  const pieces = piecesOf(input, ports);
  if (input.bytes <= wholeUpTo) {
    yield { rows: await wholeRows(pieces), weight: 1 };
    return;
  }
  const { windows, rows: most } = input.files.every(({ path }) => path !== undefined) ? LOCAL : REMOTE;
  const step = input.bytes / windows;
  for (let start = 0; start < input.bytes; ) {
    const { rows, bytes } = await readWindow(pieces, start, step, most);
    // A window that reads far into the next ones stands for them, too.
    const next = Math.max(start + step, Math.floor((start + bytes) / step) * step);
    if (rows.length > 0) yield { rows, weight: (Math.min(next, input.bytes) - start) / bytes };
    start = next;
    ports.progress({ done: Math.min(start, input.bytes), total: input.bytes, message: 'Counting tokens' });
  }
}

function piecesOf({ files }: JobInput, { storage, signal }: Ports): Piece[] {
  let end = 0;
  return files.map((file) => {
    const from = end;
    end += file.bytes;
    return { from, size: file.bytes, open: (start) => openFile(file, start, { storage, signal }) };
  });
}

/** A file's bytes from an offset on. */
export function openFile(
  { path, uri = '', generation }: InputFile,
  start: number,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): AsyncIterable<Uint8Array> {
  if (path !== undefined) return createReadStream(path, { start, signal });
  const { bucket, name } = parseGsUri(uri);
  return storage.download(bucket, name, { start, generation, signal });
}

async function wholeRows(pieces: readonly Piece[]): Promise<Buffer[]> {
  const rows: Buffer[] = [];
  for (const piece of pieces) for await (const line of lines(piece.open(0))) rows.push(line);
  return rows;
}

/** Up to `most` whole rows from the first that begins after `start`, in bytes with their line ends. */
async function readWindow(
  pieces: readonly Piece[],
  start: number,
  step: number,
  most: number,
): Promise<{ rows: Buffer[]; bytes: number }> {
  const piece = pieces.findLast(({ from }) => from <= start);
  const rows: Buffer[] = [];
  let bytes = 0;
  if (!piece) return { rows, bytes };
  // A file that few windows fall into is read from its beginning, or its only row would never be met.
  const within = piece.size <= step ? 0 : Math.floor(start - piece.from);
  let cut = within > 0;
  for await (const line of lines(piece.open(within))) {
    if (!cut) {
      rows.push(line);
      bytes += line.length + 1;
    }
    cut = false;
    if (rows.length === most || bytes >= WINDOW_BYTES) break;
  }
  return { rows, bytes };
}
