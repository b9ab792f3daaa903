import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { readResult } from '../support/session.ts';
import { stdioParameters } from '../support/transports.ts';

let folder: string;
const open: StdioClientTransport[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-kill-'));
  await mkdir(join(folder, 'workspace'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
  await rm(folder, { recursive: true, force: true });
});

/** The server as a process that can be killed, with the workspace of the one before. */
async function start(speed: string) {
  const transport = new StdioClientTransport(stdioParameters(folder, { VERTEX_BATCH_EMULATOR_SPEED: speed }));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  open.push(transport);
  const call = async (name: string, args: Record<string, unknown>) =>
    readResult(await client.callTool({ name, arguments: args }));
  /** Calls, and kills the server at the first sign of work. */
  const killDuring = async (name: string, args: Record<string, unknown>, from = 1) => {
    const onprogress = ({ progress }: { progress: number }) => {
      if (progress >= from && transport.pid) process.kill(transport.pid, 'SIGKILL');
    };
    await expect(client.callTool({ name, arguments: args }, { onprogress })).rejects.toThrow();
  };
  return { call, killDuring };
}

/** A job of a few rows takes some three seconds. */
const SPEED = '60';
const MODEL = 'gemini-3.5-flash-lite';
const submitted = async ({ call }: Awaited<ReturnType<typeof start>>) =>
  (await call('list_batch_jobs', {})).data.jobs;

test('killed while it uploads: nothing was started, and the same call then starts one job', async () => {
  // Several chunks, so that the first sign of progress comes in mid-upload.
  const wide = (n: number) => ({
    contents: [{ role: 'user', parts: [{ text: `${n} ${'word '.repeat(2_000)}` }] }],
  });
  await writeFile(join(folder, 'workspace', 'rows.jsonl'), requestRows(4_000, wide));
  const submit = { model: MODEL, input: 'rows.jsonl' };
  await (await start('1')).killDuring('create_batch_job', submit);
  const again = await start('1');
  expect(await submitted(again)).toHaveLength(0);
  const reply = await again.call('create_batch_job', submit);
  expect(reply.data, reply.text).toMatchObject({ created_now: true, rows: 4_000 });
  expect(await submitted(again)).toHaveLength(1);
});

test('killed while it waits: the job is found by the same call, and ends whole', async () => {
  await writeFile(join(folder, 'workspace', 'rows.jsonl'), requestRows(50));
  const submit = { model: MODEL, input: 'rows.jsonl' };
  const first = await start(SPEED);
  const { job } = (await first.call('create_batch_job', submit)).data;
  await first.killDuring('get_job_status', { job, wait_seconds: 30 }, 0);
  const again = await start(SPEED);
  const found = await again.call('create_batch_job', submit);
  expect(found.data).toMatchObject({ job, created_now: false });
  const status = await again.call('get_job_status', { job, wait_seconds: 30 });
  expect(status.summary).toContain('All 50 rows are ok');
  expect(await submitted(again)).toHaveLength(1);
});
