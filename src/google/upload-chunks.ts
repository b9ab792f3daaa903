/** A part of an upload: its pieces in order, not joined, since joining would copy them. */
export interface Chunk {
  pieces: readonly Uint8Array[];
  /** Bytes in all pieces. */
  length: number;
  /** No more bytes follow. */
  last: boolean;
}

/**
 * Cuts a stream into chunks of exactly `size` bytes; the last holds the rest, and is the only one that may be
 * shorter. An empty stream is one empty chunk. The producer must not reuse a buffer that it has handed over.
 */
export async function* inChunks(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Chunk, void, undefined> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const arrived of bytes) {
    let piece = arrived;
    // A full chunk is held back until a further byte shows that it is not the last.
    while (length + piece.byteLength > size) {
      const room = size - length;
      if (room > 0) pieces.push(piece.subarray(0, room));
      yield { pieces, length: size, last: false };
      piece = piece.subarray(room);
      pieces = [];
      length = 0;
    }
    if (piece.byteLength > 0) pieces.push(piece);
    length += piece.byteLength;
  }
  yield { pieces, length, last: true };
}

/** The pieces without their first `skip` bytes. */
export function withoutFirst(pieces: readonly Uint8Array[], skip: number): Uint8Array[] {
  let left = skip;
  return pieces.flatMap((piece) => {
    const cut = Math.min(left, piece.byteLength);
    left -= cut;
    return cut === piece.byteLength ? [] : [piece.subarray(cut)];
  });
}

/** Asks for the next item while the present one is in use, so that reading a file and sending it overlap. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = () => {
    const next = iterator.next();
    // A failure is met when its turn comes; until then nobody listens.
    next.catch(() => {});
    return next;
  };
  try {
    for (let asked = ask(); ; ) {
      const item = await asked;
      if (item.done) return;
      asked = ask();
      yield item.value;
    }
  } finally {
    await iterator.return?.();
  }
}
