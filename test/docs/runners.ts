import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'vitest';
import { createSession } from '../../src/server/session.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { createRun } from '../support/runs.ts';
import { readResult, testSettings } from '../support/session.ts';
import { stdioParameters } from '../support/transports.ts';

/** How the README writes what differs from machine to machine. */
const BIN_THERE = '/path/to/vertex-batch-mcp/dist/bin.cjs';
const TABLES_THERE = '/path/to/my/tables';

const BIN = resolve('dist/bin.cjs');
const run = promisify(execFile);

/** `dist/bin.cjs` is relative to the checkout, and tests run their commands elsewhere. */
const absolute = (args: readonly string[]) => args.map((arg) => (arg === 'dist/bin.cjs' ? BIN : arg));

const environment = (folder: string) => ({
  ...stdioParameters(folder).env,
  TMPDIR: folder,
  NO_COLOR: '1',
  VERTEX_BATCH_EMULATOR_SPEED: '600',
});

/** The demo as a newcomer runs it, with a table that has the columns of the prompt where one is named. */
export async function runDemo(folder: string, args: readonly string[]): Promise<void> {
  const [, , table, ...options] = args;
  const columns = [...options.join(' ').matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
  if (table) await writeFile(join(folder, table), tableOf(columns));
  const { stdout } = await run(process.execPath, absolute(args), { cwd: folder, env: environment(folder) });
  expect(stdout).toContain(table ? 'All 3 rows are ok.' : 'All 300 rows are ok.');
  expect(stdout.match(/^ +→ «.+»$/gm)).toHaveLength(3);
  const printed = JSON.parse(stdout.slice(stdout.indexOf('{\n')));
  expect(printed).toEqual({ mcpServers: { 'vertex-batch': { command: 'node', args: [BIN] } } });
}

/** Three rows, whose cells are told apart by column and row. */
const tableOf = (columns: readonly string[]): string =>
  ['', '1', '2', '3'].map((n) => `${columns.map((name) => name + n).join(',')}\n`).join('');

/** Serves on a free port instead: answers who shows a token, refuses who shows none, ends when told to. */
export async function runEmulator(folder: string, args: readonly string[]): Promise<void> {
  const port = args.indexOf('--port') + 1;
  expect(Number(args[port])).toBeGreaterThan(0);
  const server = spawn(process.execPath, absolute(args.with(port, '0')), { env: environment(folder) });
  try {
    const [line] = await once(server.stdout, 'data');
    const url = String(line).trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const paths = [
      'storage/v1/b/emulated-bucket',
      'v1/projects/emulated-project/locations/global/batchPredictionJobs',
    ];
    for (const path of paths) {
      expect((await fetch(`${url}/${path}`)).status).toBe(401);
      const answer = await fetch(`${url}/${path}`, { headers: { authorization: 'Bearer anyone' } });
      expect([answer.status, typeof (await answer.json())]).toEqual([200, 'object']);
    }
    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
  } finally {
    server.kill('SIGKILL');
  }
}

/** For somebody who has not logged in yet: it says so, with the command, and ends with 1. */
export async function runDoctor(folder: string, args: readonly string[]): Promise<void> {
  const env = { ...environment(folder), METADATA_SERVER_DETECTION: 'none' };
  const ended = await run(process.execPath, absolute(args), { env }).catch((error) => error);
  expect(ended, ended.stderr).toMatchObject({ code: 1 });
  expect(ended.stdout).toMatch(/^failed +credentials .*\n +→ gcloud auth application-default login\n/);
}

/** Follows a run that another process has submitted. */
export async function runWatch(folder: string, args: readonly string[]): Promise<void> {
  const settings = testSettings(join(folder, 'workspace'), { emulatorSpeed: 600 });
  const session = createSession({ settings, log: () => undefined });
  await createRun(session, [20, 20], { run: args.find((arg) => arg.startsWith('run-')) ?? '' });
  const { stdout } = await run(process.execPath, absolute(args), { env: environment(folder) });
  expect(stdout).toContain('All 40 rows are ok.');
  await session.close();
}

async function connect(
  folder: string,
  server: { command: string; args: readonly string[] },
): Promise<Client> {
  expect(server.command).toBe('node');
  const client = new Client({ name: 'test', version: '1' });
  const parameters = { ...stdioParameters(folder), args: absolute(server.args) };
  await client.connect(new StdioClientTransport(parameters));
  return client;
}

const METHODS: Record<string, (client: Client) => Promise<string>> = {
  'tools/list': async (client) => JSON.stringify(await client.listTools()),
};

/** The inspector where somebody has it; elsewhere the same server is asked for the same by a client. */
export async function runInspector(folder: string, args: readonly string[]): Promise<void> {
  const method = args[args.indexOf('--method') + 1] ?? '';
  const ask = METHODS[method];
  if (!ask) throw new Error(`no client call for ${method}`);
  const [command = '', ...serverArgs] = args.slice(args.indexOf('--cli') + 1, args.indexOf('--method'));
  const client = await connect(folder, { command, args: serverArgs });
  const answers = [await ask(client)];
  await client.close();
  if (hasInspector()) answers.push((await run('npx', ['--no-install', ...args])).stdout);
  for (const answer of answers) for (const name of Object.keys(TOOLS)) expect(answer).toContain(`"${name}"`);
}

function hasInspector(): boolean {
  try {
    return Boolean(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json'));
  } catch {
    return false;
  }
}

/** A host's configuration: each server lists its tools, and reads a table of the folder that it was given. */
export async function runHostConfig(
  folder: string,
  config: { mcpServers: Record<string, { command: string; args: string[] }> },
): Promise<void> {
  const tables = join(folder, 'tables');
  await mkdir(tables);
  await writeFile(join(tables, 'reviews.csv'), 'review\nLovely.\nToo loud.\n');
  for (const { command, args } of Object.values(config.mcpServers)) {
    expect(args).toEqual(expect.arrayContaining([BIN_THERE, TABLES_THERE]));
    const real = args.map((arg) => arg.replace(BIN_THERE, BIN).replace(TABLES_THERE, tables));
    const client = await connect(folder, { command, args: real });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(Object.keys(TOOLS));
    const composed = readResult(
      await client.callTool({
        name: 'compose_batch_input',
        arguments: { source: join(tables, 'reviews.csv'), prompt: 'Positive or negative? {{review}}' },
      }),
    );
    expect(composed.data?.rows, composed.text).toBe(2);
    await client.close();
  }
}
