import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { UserError } from '../support/errors.ts';
import type { Query, QueryAnswer, TableFacts } from './query.ts';
import { answerQuery } from './query-engine.ts';
import { tooSlow } from './query-errors.ts';

export interface QueryLimits {
  /** Wall time. */
  seconds: number;
  /** Resident memory of the process. */
  bytes: number;
}

export interface Apart extends QueryLimits {
  query: Query;
}

export type ApartMessage =
  | { ready: true }
  | { answer: QueryAnswer | TableFacts[] }
  | { error: { code: string; what: string; why: string | undefined; fix: string } }
  | { defect: string };

/** An assistant waits about a minute for a tool. */
export const QUERY_LIMITS: QueryLimits = { seconds: 20, bytes: 1_000_000_000 };

/**
 * Answers a query in a process of its own, which has nothing of this one's environment and is killed where it takes
 * too long or too much: whatever a statement does, this process goes on. Throws what `answerQuery` throws,
 * `query_too_slow`, and `query_broke` where the process died. Where none can be started, for instance inside an
 * application that is not Node, it is answered here, and interrupted where it takes too long.
 */
export async function askApart(
  query: Query,
  signal: AbortSignal,
  limits: QueryLimits = QUERY_LIMITS,
): Promise<QueryAnswer | TableFacts[]> {
  signal.throwIfAborted();
  const child = startProcess();
  if (!child) return answerHere(query, signal, limits);
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const messages = await talk(child, { query, ...limits });
    signal.throwIfAborted();
    if (messages.length === 0) return await answerHere(query, signal, limits);
    return answered(messages.at(-1) as ApartMessage);
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function answerHere(query: Query, signal: AbortSignal, { seconds }: QueryLimits) {
  const timeout = AbortSignal.timeout(seconds * 1000);
  try {
    return await answerQuery(query, AbortSignal.any([signal, timeout]));
  } catch (error) {
    signal.throwIfAborted();
    throw timeout.aborted ? tooSlow(seconds) : error;
  }
}

function answered(message: ApartMessage): QueryAnswer | TableFacts[] {
  if ('answer' in message) return message.answer;
  if ('error' in message) throw new UserError(message.error.code, message.error);
  if ('defect' in message) throw new Error(`in the process of a query: ${message.defect}`);
  throw new UserError('query_broke', {
    what: 'The SQL engine broke down over the query.',
    why: 'It ran in a process of its own, and nothing else is lost.',
    fix: 'Ask in a simpler way.',
  });
}

/** All that the process says until it ends; nothing where it could not begin. */
function talk(child: ChildProcess, task: Apart): Promise<ApartMessage[]> {
  const said: Buffer[] = [];
  child.stdout?.on('data', (chunk) => said.push(chunk));
  // It is kept open: the process ends with this one.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify(task)}\n`);
  return new Promise((resolve) => {
    child.on('error', () => resolve([]));
    child.on('close', () => {
      const lines = Buffer.concat(said).toString().split('\n').slice(0, -1);
      resolve(lines.map((line) => JSON.parse(line)));
    });
  });
}

/** From a chunk of the bundle, from the bundle of a tool, or beside this file where sources run. */
const PLACES = ['../tables/query-process.js', '../../tables/query-process.js', './query-process.ts'];

/** What Node itself, or the engine's library, may need to start. */
const ENVIRONMENT = ['PATH', 'SystemRoot', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'];

function startProcess(): ChildProcess | undefined {
  const file = PLACES.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url));
  if (!file) return undefined;
  const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
  // A process does not inherit the loader that runs sources.
  const loader = file.href.endsWith('.ts') ? ['--import', createRequire(import.meta.url).resolve('tsx')] : [];
  return spawn(process.execPath, [...loader, fileURLToPath(file)], {
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
}
