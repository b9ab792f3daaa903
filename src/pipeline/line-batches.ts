const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface LineBatch {
  lines: Buffer[];
  /** False for a last line without its end, which may have been cut; it comes by itself. */
  whole: boolean;
}

/**
 * Lines of a byte stream, as many at a time as a chunk has: handed out one by one, waiting for each takes longer than
 * reading it. Empty lines are left out. Memory: the longest line and one chunk.
 */
export async function* lineBatches(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<LineBatch> {
  let held: Uint8Array[] = [];
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const tail = chunk.subarray(start, end);
      const line = held.length === 0 ? tail : Buffer.concat([...held, tail]);
      held = [];
      start = end + 1;
      if (!isEmpty(line)) lines.push(line);
    }
    // A chunk's memory may be used again by who reads it.
    if (start < chunk.length) held.push(Uint8Array.prototype.slice.call(chunk, start));
    if (lines.length > 0) yield { lines, whole: true };
  }
  const last = Buffer.concat(held);
  if (!isEmpty(last)) yield { lines: [last], whole: false };
}

const isEmpty = (line: Buffer): boolean =>
  line.length === 0 || (line.length === 1 && line[0] === CARRIAGE_RETURN);
