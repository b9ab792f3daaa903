import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { TOOLS } from '../../src/tools/registry.ts';
import { requestRows } from '../support/rows.ts';
import { readResult } from '../support/session.ts';
import { type Connected, TRANSPORTS } from '../support/transports.ts';

describe.each(Object.entries(TRANSPORTS))('over %s', (_, connect) => {
  let server: Connected;
  afterEach(() => server.close());

  test('lists the tools in order, runs a batch to its end, and tells errors as errors', async () => {
    server = await connect();
    const { client, folder } = server;
    const call = async (name: string, args: Record<string, unknown>) =>
      readResult(await client.callTool({ name, arguments: args }));

    expect(client.getServerVersion()?.name).toBe('vertex-batch-mcp');
    expect(client.getInstructions()).toContain('The way of a batch');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(TOOLS));

    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'rows.jsonl'), requestRows(20));
    const created = await call('create_batch_job', { model: 'gemini-3.5-flash-lite', input: 'rows.jsonl' });
    expect(created.isError, created.text).toBe(false);
    const status = await call('get_job_status', { job: created.data.job, wait_seconds: 30 });
    expect(status.summary).toContain('All 20 rows are ok');
    expect(status.summary).toContain('Emulated');

    const wrong = await call('create_batch_job', { model: 'gemini-1.5-pro-001', input: 'rows.jsonl' });
    expect(wrong.isError).toBe(true);
    expect(wrong.text).toMatch(/^\[retired_model\]/);
  });
});
