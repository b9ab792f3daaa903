/** What a call sends: JSON, or bytes in pieces that go out in order without being joined first. */
export type RequestBody = { json: unknown } | { pieces: readonly Uint8Array[]; contentType: string };

interface EncodedBody {
  body: RequestInit;
  headers: Record<string, string>;
}

/** A fresh body for each attempt: a stream can be sent only once. */
export function encodeBody(body: RequestBody | undefined): EncodedBody {
  if (body === undefined) return { body: {}, headers: {} };
  if ('json' in body) {
    return { body: { body: JSON.stringify(body.json) }, headers: { 'content-type': 'application/json' } };
  }
  const { pieces, contentType } = body;
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  if (length === 0) return { body: {}, headers: {} };
  // `fetch` copies a Uint8Array or a Blob before it sends it; a stream it only pulls.
  return {
    body: { body: streamOf(pieces), duplex: 'half' },
    headers: { 'content-type': contentType, 'content-length': String(length) },
  };
}

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[next++];
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
}
