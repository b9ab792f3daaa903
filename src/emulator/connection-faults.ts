/** The work is done and the answer is lost, as `fetch` reports a connection that broke. */
export class LostAnswer extends TypeError {
  constructor() {
    super('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  }
}

/** A response whose body breaks off after so many bytes; its headers still promise all of them. */
export class CutResponse extends Response {
  /** The bytes that arrive, for a server that breaks its connection after them. */
  readonly arriving: AsyncIterable<Uint8Array>;

  constructor(whole: Response, bytes: number) {
    const arriving = firstBytes(whole, bytes);
    const broken = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await arriving.next();
        if (done) controller.error(terminated());
        else controller.enqueue(value);
      },
    });
    super(broken, { status: whole.status, headers: whole.headers });
    this.arriving = arriving;
  }
}

async function* firstBytes(response: Response, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of response.body ?? []) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

const terminated = () =>
  new TypeError('terminated', {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  });
