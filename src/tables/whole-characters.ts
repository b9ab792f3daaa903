/** Small: strings of this length are made and thrown away in V8's young space, which is fast. */
const PIECE_BYTES = 16 * 1024;

/** Bytes in pieces whose edges do not cut a character of UTF-8; only the end of the source may cut one. */
export async function* wholeCharacters(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const whole = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let start = 0; start < whole.length; start += PIECE_BYTES) {
      const piece = whole.subarray(start, start + PIECE_BYTES);
      const bytes = held.length > 0 ? Buffer.concat([held, piece]) : piece;
      const end = endOfWholeCharacters(bytes);
      if (end > 0) yield bytes.subarray(0, end);
      held = bytes.subarray(end);
    }
  }
  if (held.length > 0) yield held;
}

/** Where the last character begins, if the edge cuts it; else the end. */
function endOfWholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    // One byte a character, or a byte that UTF-8 does not have.
    if (byte < 0x80 || byte >= 0xf8) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
