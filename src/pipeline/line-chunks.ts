import type { Lines } from './understand-lines.ts';

const NEWLINE = 0x0a;
/** Enough lines that handing them to a thread costs nothing beside reading them. */
const CHUNK_BYTES = 1 << 20;

/**
 * A byte stream as chunks of whole lines, each in memory of its own. A last line without its end comes by itself.
 * Memory: two chunks, or the longest line.
 */
export async function* lineChunks(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Lines> {
  let bytes = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for await (const piece of stream) {
    if (filled + piece.length > bytes.length) bytes = moved(bytes.subarray(0, filled), filled + piece.length);
    bytes.set(piece, filled);
    filled += piece.length;
    if (filled < CHUNK_BYTES) continue;
    const end = bytes.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
    if (end === 0) continue;
    const rest = moved(bytes.subarray(end, filled), CHUNK_BYTES);
    yield { bytes: bytes.subarray(0, end), whole: true };
    filled -= end;
    bytes = rest;
  }
  const end = bytes.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
  if (end > 0) yield { bytes: bytes.slice(0, end), whole: true };
  if (end < filled) yield { bytes: bytes.slice(end, filled), whole: false };
}

/** The bytes at the start of new memory, with room for so many, and for half as many again. */
function moved(bytes: Uint8Array, room: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(CHUNK_BYTES, Math.ceil(room * 1.5)));
  larger.set(bytes);
  return larger;
}
