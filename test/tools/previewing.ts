import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { movieRows } from '../estimate/movie-rows.ts';
import { type Called, startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { type Sent, traffic } from '../support/traffic.ts';

export const MODEL = 'gemini-3.8-flash';

/** A session with the movies as its input, closed after each test. */
export function previewing() {
  let session: TestSession;
  afterEach(() => session.close());
  const there = {
    get session() {
      return session;
    },
    input: '',
    start: async (options?: TestOptions) => {
      session = await startSession(options);
      there.input = await session.file('movies.jsonl', movieRows());
    },
    preview: (args: Record<string, unknown> = {}): Promise<Called> =>
      session.call('preview_batch', { input: there.input, model: MODEL, ...args }),
    /** What the ledger holds. */
    ledger: async () => {
      const folder = join(session.folder, 'emulator', 'ledger');
      const names = await readdir(folder).catch(() => []);
      return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
    },
  };
  return there;
}

export const isGenerate = ({ url }: Sent): boolean => url.pathname.endsWith(':generateContent');

/** Answers of `generateContent` as a test wants them: by the text of the request. */
export const answering = (
  reply: (text: string, pass: () => Promise<Response>) => Promise<Response> | undefined,
) => traffic((call, pass) => (isGenerate(call) ? reply(JSON.stringify(call.body), pass) : undefined));

export const refusal = (code: number, status: string, message: string): Promise<Response> =>
  Promise.resolve(Response.json({ error: { code, status, message } }, { status: code }));
