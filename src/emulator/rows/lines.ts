/** One line of an object, with the place of its bytes; `end` is behind its line end. */
export interface Line {
  start: number;
  end: number;
  text: string;
}

const NEWLINE = 0x0a;

/**
 * The lines that hold anything but white space, in batches of one chunk of bytes.
 * `origin` is the place of the first byte in its object. Memory: the longest line and one chunk.
 */
export async function* lineBatches(bytes: AsyncIterable<Uint8Array>, origin = 0): AsyncGenerator<Line[]> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let at = origin;
  for await (const chunk of bytes) {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lastBreak = arrived.lastIndexOf(NEWLINE);
    if (lastBreak === -1) {
      held.push(arrived);
      heldBytes += arrived.length;
      continue;
    }
    const head = arrived.subarray(0, lastBreak + 1);
    const whole = held.length === 0 ? head : Buffer.concat([...held, head]);
    yield split(whole, at);
    at += heldBytes + head.length;
    const rest = arrived.subarray(lastBreak + 1);
    held = rest.length === 0 ? [] : [rest];
    heldBytes = rest.length;
  }
  if (heldBytes > 0) yield split(Buffer.concat(held), at);
}

function split(bytes: Buffer, origin: number): Line[] {
  const found: Line[] = [];
  let start = 0;
  while (start < bytes.length) {
    const lineBreak = bytes.indexOf(NEWLINE, start);
    const end = lineBreak === -1 ? bytes.length : lineBreak + 1;
    const text = bytes.toString('utf8', start, lineBreak === -1 ? end : lineBreak);
    if (text.trim() !== '') found.push({ start: origin + start, end: origin + end, text });
    start = end;
  }
  return found;
}
