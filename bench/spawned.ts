import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Opening } from './openings.ts';

/** A clean environment: extra CA files in a developer's own double Node's start. */
export const cleanEnvironment = (home: string) => ({ PATH: process.env.PATH ?? '', HOME: home });

/** Milliseconds from spawn to exit of a Node process that does nothing: the floor of every start. */
export async function startNode(home: string): Promise<number> {
  const start = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { env: cleanEnvironment(home), stdio: 'ignore' }), 'exit');
  return performance.now() - start;
}

/** Milliseconds from spawn to the last answer of an opening; every request waits for the answer before it. */
export async function startServer(
  script: string,
  opening: Opening,
  home: string,
  linger = 0,
): Promise<number> {
  const start = performance.now();
  const server = spawn(process.execPath, [script], {
    env: cleanEnvironment(home),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  for (const message of opening) {
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    if (message.id === undefined) continue;
    const { value } = await lines.next();
    const answer = JSON.parse(value ?? '{}');
    if (answer.id !== message.id || !answer.result)
      throw new Error(`${script} answered ${message.method} with ${value}`);
  }
  const elapsed = performance.now() - start;
  if (linger) await new Promise((resolve) => setTimeout(resolve, linger));
  server.kill('SIGKILL');
  await once(server, 'exit');
  return elapsed;
}
