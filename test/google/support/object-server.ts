import type { ServerResponse } from 'node:http';
import { type Loopback, loopback, type Seen, sendJson } from './loopback.ts';

/** What may go wrong with one request; the first fault that a request fits is spent on it. */
export interface Fault {
  on: 'start' | 'chunk' | 'status' | 'stat' | 'read';
  /** Requests of that kind that pass before it strikes. */
  after?: number;
  /** `reset`: the connection drops before anything is kept. */
  does:
    | { answer: number; headers?: Record<string, string> }
    | { reset: true }
    /** Keeps only so many bytes of a chunk, then drops the connection or says so with 308. */
    | { keep: number; and: 'reset' | 'say' }
    /** Keeps the chunk, and drops the connection instead of answering. */
    | { loseAnswer: true }
    /** Sends so many bytes of a body, then drops the connection. */
    | { send: number }
    | { ignoreRange: true }
    | { run: () => void };
}

interface Kept {
  bytes: Buffer;
  generation: string;
}

export interface ObjectServer extends Loopback {
  objects: Map<string, Kept>;
  put(name: string, bytes: Buffer): void;
  /** Kinds of requests in order of arrival. */
  kinds: Fault['on'][];
  deleted: string[];
}

/**
 * The least of Cloud Storage that uploads and downloads need, one bucket `b`, with faults. Written for these tests
 * from the JSON API's documentation; shares nothing with the emulator, which is tested elsewhere.
 */
export async function objectServer(
  faults: readonly Fault[] = [],
  options: { crc32c?: (bytes: Buffer) => Promise<string> } = {},
): Promise<ObjectServer> {
  const objects = new Map<string, Kept>();
  const sessions = new Map<string, { name: string; bytes: Buffer; done?: Kept }>();
  const waiting = faults.map((fault) => ({ ...fault, after: fault.after ?? 0 }));
  const kinds: Fault['on'][] = [];
  const deleted: string[] = [];
  let generation = 1000;

  const put = (name: string, bytes: Buffer): Kept => {
    generation += 1;
    const kept = { bytes, generation: String(generation) };
    objects.set(name, kept);
    return kept;
  };
  const metadata = async (name: string, kept: Kept) => ({
    bucket: 'b',
    name,
    generation: kept.generation,
    size: String(kept.bytes.byteLength),
    crc32c: await options.crc32c?.(kept.bytes),
    contentType: 'application/jsonl',
  });
  const faultFor = (kind: Fault['on']): Fault['does'] | undefined => {
    kinds.push(kind);
    const fitting = waiting.filter(({ on }) => on === kind);
    const struck = fitting.find(({ after }) => after <= 0);
    for (const fault of fitting) fault.after -= 1;
    if (struck) waiting.splice(waiting.indexOf(struck), 1);
    return struck?.does;
  };

  async function upload(seen: Seen, response: ServerResponse): Promise<void> {
    const session = sessions.get(seen.query.get('upload_id') ?? '');
    if (!session) return sendJson(response, {}, 404);
    const range = String(seen.headers['content-range']);
    const [, first, last, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range) ?? [];
    const fault = faultFor(first === undefined && Number(total) !== 0 ? 'status' : 'chunk');
    if (fault && 'answer' in fault) return sendJson(response, {}, fault.answer, fault.headers);
    if (fault && 'reset' in fault) return void response.destroy();
    if (first !== undefined) {
      if (Number(first) !== session.bytes.byteLength) return sendJson(response, {}, 400);
      const length = Number(last) - Number(first) + 1;
      if (length !== seen.body.byteLength) return sendJson(response, {}, 400);
      if (total === '*' && length % (256 * 1024) !== 0) return sendJson(response, {}, 400);
      const keep = fault && 'keep' in fault ? fault.keep : length;
      session.bytes = Buffer.concat([session.bytes, seen.body.subarray(0, keep)]);
    }
    if (total !== '*' && session.bytes.byteLength === Number(total)) {
      session.done ??= put(session.name, session.bytes);
    }
    if (fault && ('loseAnswer' in fault || ('keep' in fault && fault.and === 'reset'))) {
      return void response.destroy();
    }
    if (session.done) return sendJson(response, await metadata(session.name, session.done));
    const stored = session.bytes.byteLength;
    response.writeHead(308, stored > 0 ? { range: `bytes=0-${stored - 1}` } : {}).end();
  }

  async function read(seen: Seen, response: ServerResponse, name: string): Promise<void> {
    const media = seen.query.get('alt') === 'media';
    const fault = faultFor(media ? 'read' : 'stat');
    if (fault && 'answer' in fault) return sendJson(response, {}, fault.answer, fault.headers);
    if (fault && 'run' in fault) fault.run();
    const kept = objects.get(name);
    const asked = seen.query.get('generation');
    if (!kept || (asked !== null && asked !== kept.generation)) {
      return sendJson(response, { error: { code: 404, message: `No such object: b/${name}` } }, 404);
    }
    if (!media) return sendJson(response, await metadata(name, kept));
    const [, first = '0', last] = /^bytes=(\d+)-(\d+)?$/.exec(String(seen.headers.range)) ?? [];
    const from = fault && 'ignoreRange' in fault ? 0 : Number(first);
    const part = kept.bytes.subarray(from, Number(last ?? kept.bytes.byteLength - 1) + 1);
    const contentRange = `bytes ${from}-${from + part.byteLength - 1}/${kept.bytes.byteLength}`;
    const ranged = fault && 'ignoreRange' in fault ? {} : { 'content-range': contentRange };
    response.writeHead(200, { 'content-length': String(part.byteLength), ...ranged });
    if (fault && 'send' in fault) response.write(part.subarray(0, fault.send), () => response.destroy());
    else response.end(part);
  }

  const server = await loopback(async (seen, response) => {
    const name = decodeURIComponent(/^\/storage\/v1\/b\/b\/o\/([^/]+)$/.exec(seen.path)?.[1] ?? '');
    if (seen.method === 'POST' && seen.path === '/upload/storage/v1/b/b/o') {
      const fault = faultFor('start');
      if (fault && 'answer' in fault) return sendJson(response, {}, fault.answer, fault.headers);
      const target = seen.query.get('name') ?? '';
      if (seen.query.get('ifGenerationMatch') === '0' && objects.has(target)) {
        const errors = [{ reason: 'conditionNotMet', message: 'At least one of the pre-conditions' }];
        return sendJson(response, { error: { code: 412, message: 'At least one …', errors } }, 412);
      }
      const id = `session-${sessions.size + 1}`;
      sessions.set(id, { name: target, bytes: Buffer.alloc(0) });
      const location = `https://storage.googleapis.com${seen.path}?uploadType=resumable&upload_id=${id}`;
      return void response.writeHead(200, { location }).end();
    }
    if (seen.method === 'PUT') return upload(seen, response);
    if (seen.method === 'DELETE') {
      deleted.push(`${name} at ${seen.query.get('ifGenerationMatch')}`);
      objects.delete(name);
      return void response.writeHead(204).end();
    }
    return read(seen, response, name);
  });
  return { ...server, objects, put: (name, bytes) => void put(name, bytes), kinds, deleted };
}
