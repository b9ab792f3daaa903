/** The work is done and the answer is lost, as `fetch` reports a connection that broke. */
export class LostAnswer extends TypeError {
  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
}

/** The response with a body that breaks off after so many bytes; its headers still promise all of them. */
export function cutAfter(response: Response, bytes: number): Response {
  if (response.body === null) return response;
  let left = bytes;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (left > 0) controller.enqueue(chunk.subarray(0, left));
      left -= chunk.length;
      if (left < 0) controller.error(terminated());
    },
    flush(controller) {
      if (left >= 0) controller.error(terminated());
    },
  });
  const { status, headers } = response;
  return new Response(response.body.pipeThrough(cut), { status, headers });
}

const terminated = () =>
  new TypeError('terminated', {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  });
