import { invalid } from '../objects/errors.ts';

/** The two parts of a `multipart/related` upload: a resource in JSON, and a content that is still to be read. */
export interface MultipartUpload {
  resource: string;
  /** Of the content; undefined when the part does not say. */
  contentType: string | undefined;
  content: AsyncIterable<Uint8Array>;
}

/** Far more than any resource needs, and a bound on what is held in memory. */
const MOST_HEAD_BYTES = 1 << 20;

/** The boundary of a Content-Type, bare or in double quotes; gcloud puts it in single ones. */
export function boundaryOf(contentType: string): string {
  const [, double, single, bare] = /;\s*boundary=(?:"([^"]+)"|'([^']+)'|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = double ?? single ?? bare;
  if (!/^multipart\/related\b/i.test(contentType) || boundary === undefined) {
    throw invalid('Invalid multipart request: Content-Type must be multipart/related with a boundary.');
  }
  return boundary;
}

/**
 * Reads up to the content's first byte. Lines end with CRLF or, as gcloud writes them, with a bare LF; the first
 * boundary decides which. Throws 400, also later from `content`, where the body has another form.
 */
export async function parseMultipart(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): Promise<MultipartUpload> {
  const source = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);

  /** Takes everything up to `mark`, and the mark itself, from the body. */
  const takeUntil = async (mark: string): Promise<string> => {
    for (;;) {
      const at = held.indexOf(mark);
      if (at !== -1) {
        const taken = held.toString('utf8', 0, at);
        held = held.subarray(at + Buffer.byteLength(mark));
        return taken;
      }
      const { done, value } = await source.next();
      if (done || held.length > MOST_HEAD_BYTES) throw invalid('Missing end boundary in multipart body.');
      held = Buffer.concat([held, value]);
    }
  };

  await takeUntil(`--${boundary}`);
  const lineEnd = (await takeUntil('\n')).endsWith('\r') ? '\r\n' : '\n';
  const delimiter = `${lineEnd}--${boundary}`;
  await takeHeaders(takeUntil, lineEnd);
  const resource = await takeUntil(delimiter);
  if ((await takeUntil(lineEnd)).trim() !== '') throw invalid('Multipart body must have two parts.');
  const headers = await takeHeaders(takeUntil, lineEnd);
  if (!['binary', '8bit', '7bit', undefined].includes(headers.get('content-transfer-encoding'))) {
    throw invalid('Invalid multipart request: the content must be sent as it is.');
  }

  async function* content(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = held.indexOf(delimiter);
      if (at !== -1) {
        yield held.subarray(0, at);
        held = held.subarray(at + Buffer.byteLength(delimiter));
        break;
      }
      // The delimiter may have begun at the end of what is here.
      const sure = Math.max(0, held.length - Buffer.byteLength(delimiter) + 1);
      if (sure > 0) yield held.subarray(0, sure);
      held = held.subarray(sure);
      const { done, value } = await source.next();
      if (done) throw invalid('Missing end boundary in multipart body.');
      held =
        held.length === 0
          ? Buffer.from(value.buffer, value.byteOffset, value.length)
          : Buffer.concat([held, value]);
    }
    for (let next = await source.next(); !next.done; next = await source.next()) {
      if (held.length < 2) held = Buffer.concat([held, next.value]);
    }
    if (held.toString('latin1', 0, 2) !== '--') throw invalid('Multipart body must have two parts.');
  }

  return { resource, contentType: headers.get('content-type'), content: content() };
}

/** The lines up to an empty one, names in lower case. */
async function takeHeaders(
  takeUntil: (mark: string) => Promise<string>,
  lineEnd: string,
): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  for (let line = await takeUntil(lineEnd); line !== ''; line = await takeUntil(lineEnd)) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
