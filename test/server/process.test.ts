import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stdioParameters } from '../support/transports.ts';

let folder: string;
let server: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-process-'));
});
afterEach(async () => {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

/** Starts the built server and waits for its first answer; returns all that it wrote to stdout. */
async function answered(): Promise<{ lines: () => unknown[] }> {
  const { command, args, env } = stdioParameters(folder);
  server = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  server.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  server.stdin?.write(`${JSON.stringify(initialize)}\n`);
  while (!out.includes('\n')) await once(server.stdout!, 'data');
  return {
    lines: () =>
      out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

describe('the server as a process', () => {
  test('writes nothing but protocol messages to stdout, even when a call fails', async () => {
    const { lines } = await answered();
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'get_job_status', arguments: { job: '1' } },
    };
    server.stdin?.write(
      `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n${JSON.stringify(call)}\n`,
    );
    while (lines().length < 2) await once(server.stdout!, 'data');
    expect(lines().at(-1)).toMatchObject({ id: 2, result: { isError: true } });
  });

  test.each([
    ['stdin ends', () => server.stdin?.end()],
    ['SIGINT comes', () => server.kill('SIGINT')],
    ['SIGTERM comes', () => server.kill('SIGTERM')],
  ])('ends cleanly when %s', async (_, stop) => {
    await answered();
    stop();
    const [code, signal] = await once(server, 'exit');
    expect([code, signal]).toEqual([0, null]);
  });
});
