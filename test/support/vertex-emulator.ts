import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/app.ts';
import { listen } from '../../src/emulator/listen.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read as a foreign client would, without our types.
export type Answer = any;

export const BUCKET = 'emulated-bucket';
export const MODEL = 'publishers/google/models/gemini-3.5-flash-lite';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** An emulator in a folder of its own, called as Google is: by URL, with a token. */
export interface Vertex {
  emulator: Emulator;
  clock: ManualClock;
  folder: string;
  /** A raw call; the token is added, everything else is as given. */
  call(url: string, init?: RequestInit): Promise<Response>;
  /** A call of Vertex AI in us-central1 by the part of the path behind the location: status and JSON. */
  vertex(method: string, path: string, body?: object | string): Promise<{ status: number; json: Answer }>;
  /** Lines as an object of the bucket. */
  put(name: string, lines: readonly (object | string)[]): Promise<void>;
  /** The objects under a prefix with their text. */
  objects(prefix: string): Promise<Map<string, string>>;
  /** Creates a job over `in.jsonl` and gives its answer. */
  create(fields?: object): Promise<Answer>;
  get(name: string): Promise<Answer>;
  /** Puts the lines, creates a job, lets time pass to its end, and reads its output. */
  run(lines: readonly (object | string)[], fields?: object): Promise<{ job: Answer; rows: Answer[] }>;
  /** The rows of a job that has an output directory. */
  rows(job: Answer): Promise<Answer[]>;
  /** Another emulator on the same folder and clock: a restart, or a second process. */
  reopen(options?: Partial<EmulatorOptions>): Promise<Vertex>;
  close(): Promise<void>;
}

export async function openVertex(
  options: Partial<EmulatorOptions> & { clock?: ManualClock } = {},
): Promise<Vertex> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'emulator-')));
  const clock = options.clock ?? manualClock();
  const emulator = createEmulator({ ...options, folder, clock });

  const call = (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', 'Bearer anyone');
    return emulator.fetch(new Request(url, { ...init, headers }));
  };
  const vertex: Vertex['vertex'] = async (method, path, body) => {
    const root =
      'https://us-central1-aiplatform.googleapis.com/v1/projects/emulated-project/locations/us-central1';
    const response = await call(`${root}/${path}`, {
      method,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, json: await response.json() };
  };
  const put: Vertex['put'] = async (name, lines) => {
    const body = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    const upload = `https://storage.googleapis.com/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=${encodeURIComponent(name)}`;
    const response = await call(upload, { method: 'POST', body });
    if (!response.ok) throw new Error(await response.text());
  };
  const objects: Vertex['objects'] = async (prefix) => {
    const root = `https://storage.googleapis.com/storage/v1/b/${BUCKET}/o`;
    const page = (await (await call(`${root}?prefix=${encodeURIComponent(prefix)}`)).json()) as Answer;
    const found = new Map<string, string>();
    for (const { name } of page.items ?? []) {
      found.set(name, await (await call(`${root}/${encodeURIComponent(name)}?alt=media`)).text());
    }
    return found;
  };
  const create: Vertex['create'] = async (fields = {}) =>
    (await vertex('POST', 'batchPredictionJobs', jobBody(fields))).json;
  const get: Vertex['get'] = async (name) => (await vertex('GET', `batchPredictionJobs/${idOf(name)}`)).json;
  const rows: Vertex['rows'] = async ({ outputInfo }) => {
    const prefix = outputInfo.gcsOutputDirectory.replace(`gs://${BUCKET}/`, '');
    const files = await objects(`${prefix}/predictions`);
    return [...files.values()].flatMap((text) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    );
  };

  return {
    emulator,
    clock,
    folder,
    call,
    vertex,
    put,
    objects,
    create,
    get,
    rows,
    async run(lines, fields) {
      await put('in.jsonl', lines);
      const { name } = await create(fields);
      clock.advance(4 * DAY);
      const job = await get(name);
      return { job, rows: job.outputInfo ? await rows(job) : [] };
    },
    reopen: (more = {}) => openVertex({ ...options, ...more, folder, clock }),
    async close() {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const idOf = (name: string): string => name.split('/').at(-1) ?? '';

export const jobBody = (fields: object = {}): Answer => ({
  displayName: 'reviews',
  model: MODEL,
  inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris: [`gs://${BUCKET}/in.jsonl`] } },
  outputConfig: { predictionsFormat: 'jsonl', gcsDestination: { outputUriPrefix: `gs://${BUCKET}/out` } },
  ...fields,
});

/** A row of an input file with one prompt. */
export const row = (key: string, text = `Say ${key}.`, generationConfig?: object): Answer => ({
  key,
  request: { contents: [{ role: 'user', parts: [{ text }] }], ...(generationConfig && { generationConfig }) },
});

export const rowsOf = (count: number): Answer[] => Array.from({ length: count }, (_, n) => row(`r-${n}`));

/** The emulator on a loopback port, for clients that want one. */
export async function serveVertex(options: Partial<EmulatorOptions> & { clock?: ManualClock } = {}) {
  const vertex = await openVertex(options);
  const server = await listen(vertex.emulator, { port: 0 });
  return {
    ...vertex,
    url: server.url,
    async close() {
      await server.close();
      await vertex.close();
    },
  };
}
