const NEWLINE = 0x0a;

/**
 * Lines of a byte stream, as bytes, without their line end; a last line without one counts, empty lines do not.
 * Memory: the longest line and one chunk. Works on bytes, so that a character cut by a chunk edge stays whole.
 */
export async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = join(held, chunk.subarray(start, end));
      held = [];
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start < chunk.length) held.push(chunk.subarray(start));
  }
  const last = join(held);
  if (last.length > 0) yield last;
}

const CARRIAGE_RETURN = 0x0d;

function join(held: readonly Uint8Array[], tail?: Uint8Array): Buffer {
  const parts = tail ? [...held, tail] : held;
  const only = parts[0];
  const line =
    parts.length === 1 && only
      ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
      : Buffer.concat(parts);
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
