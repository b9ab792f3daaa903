import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Sent, traffic } from '../support/traffic.ts';
import { answered, collecting, jsonl, outputLine, request } from './collect-in.ts';

const ROWS = 3_000;
const input = Array.from({ length: ROWS }, (_, n) => ({ key: `k${n}`, request: request(`question ${n}`) }));
const answers = (rows: number) =>
  jsonl(input.slice(0, rows).map((line, n) => outputLine(line, answered(`answer ${n} ${'…'.repeat(40)}`))));

const isOutput = ({ url }: Sent): boolean =>
  url.searchParams.get('alt') === 'media' && url.pathname.includes('predictions');

/** A body that breaks after its first half. */
async function broken(pass: () => Promise<Response>): Promise<Response> {
  const response = await pass();
  const bytes = new Uint8Array(await response.arrayBuffer());
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(new TypeError('terminated'));
      else controller.enqueue(bytes.subarray(0, bytes.length >> 1));
      sent = true;
    },
  });
  return new Response(body, response);
}

/** Collects, on a network that is meddled with as `state.meddle` says at the time. */
async function onNetwork() {
  const state: { meddle?: (call: Sent, pass: () => Promise<Response>) => Promise<Response> | undefined } = {};
  const { network } = traffic((call, pass) => state.meddle?.(call, pass));
  const at = await collecting(network);
  const job = await at.job({ 'in.jsonl': jsonl(input) });
  return { ...at, job, state };
}

/** All files of a results folder with their content. */
async function filesIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    await Promise.all(
      names.map(async ({ parentPath, name }): Promise<[string, string]> => {
        const path = join(parentPath, name);
        return [path, (await readFile(path)).toString('latin1')];
      }),
    ),
  );
}

test('reads that break go on where they broke', async () => {
  const { job, state, rowsOf } = await onNetwork();
  await job.end({ 'predictions.jsonl': answers(ROWS) });
  let reads = 0;
  state.meddle = (call, pass) => (isOutput(call) && ++reads < 6 ? broken(pass) : undefined);
  const { report, table } = await rowsOf(job.name);
  expect(reads).toBe(6);
  expect(report.tally).toMatchObject({ ok: ROWS, missing: 0 });
  expect(table.at(-1)?.answer).toMatch(/^answer 2999 …/);
});

test('an output that is rewritten while it is read is an error, and nothing is written', async () => {
  const { job, state, collect, folder, rowsOf } = await onNetwork();
  await job.end({ 'predictions.jsonl': answers(ROWS) });
  let rewritten = false;
  state.meddle = (call, pass) => {
    if (!isOutput(call) || rewritten) return undefined;
    rewritten = true;
    return job.write({ 'predictions.jsonl': answers(10) }).then(() => broken(pass));
  };
  await expect(collect(job.name)).rejects.toMatchObject({ code: 'object_rewritten' });
  expect([...(await filesIn(join(folder, 'results'))).keys()]).toEqual([]);
  expect((await rowsOf(job.name)).report.tally).toMatchObject({ ok: 10, missing: ROWS - 10 });
});

test('so is one of several that is rewritten after it was read', async () => {
  const { job, state, collect, folder } = await onNetwork();
  await job.end({ 'predictions_1.jsonl': answers(10), 'predictions_2.jsonl': answers(20) });
  state.meddle = (call, pass) =>
    isOutput(call) && call.url.pathname.includes('predictions_2')
      ? job.write({ 'predictions_1.jsonl': answers(11) }).then(pass)
      : undefined;
  await expect(collect(job.name)).rejects.toMatchObject({
    code: 'output_changed',
    message: expect.stringContaining('predictions_1.jsonl» was rewritten'),
  });
  expect([...(await filesIn(join(folder, 'results'))).keys()]).toEqual([]);
});

describe('earlier results stay whole', () => {
  /** Results of a job of which half is written, and then the rest. */
  async function halfDone() {
    const at = await onNetwork();
    await at.job.end({ 'predictions.jsonl': answers(1_000) });
    const { folder } = await at.collect(at.job.name);
    await at.job.write({ 'predictions.jsonl': answers(ROWS) });
    return { ...at, results: folder, before: await filesIn(folder) };
  }

  test('when a call is stopped while it reads', async () => {
    const { job, state, collect, controller, results, before, rowsOf } = await halfDone();
    state.meddle = (call, pass) => {
      if (!isOutput(call)) return undefined;
      return pass().then((response) => {
        controller.abort(new Error('stopped'));
        return response;
      });
    };
    await expect(collect(job.name)).rejects.toThrow('stopped');
    expect(await filesIn(results)).toEqual(before);
    expect((await rowsOf(job.name).catch((error) => error)).message).toBe('stopped');
  });

  test('when the network is gone while it reads, and the next call does the rest', async () => {
    const { job, state, collect, results, before, rowsOf } = await halfDone();
    state.meddle = (call) =>
      isOutput(call)
        ? Promise.resolve(Response.json({ error: { code: 403, message: 'no' } }, { status: 403 }))
        : undefined;
    await expect(collect(job.name)).rejects.toMatchObject({ status: 403 });
    expect(await filesIn(results)).toEqual(before);
    state.meddle = () => undefined;
    expect((await rowsOf(job.name)).report.tally).toMatchObject({ ok: ROWS });
  });

  test('when it breaks while the table is written', async () => {
    const at = await collecting(traffic((call, pass) => state.meddle?.(call, pass)).network);
    const state: { meddle?: (call: Sent, pass: () => Promise<Response>) => Promise<Response> | undefined } =
      {};
    // A source in the bucket is read again while the table is written.
    const table = `text\n${Array.from({ length: 5_000 }, (_, n) => `row ${n} ${'x'.repeat(1_000)}`).join('\n')}\n`;
    await at.put('table.csv', table);
    const files = await at.compose({ source: 'gs://emulated-bucket/table.csv', prompt: '{{text}}' });
    const [[, content] = ['', '']] = Object.entries(files);
    const lines = content
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const job = await at.job(files);
    const output = (rows: number) =>
      jsonl(lines.slice(0, rows).map((line) => outputLine(line, answered('yes'))));
    await job.end({ 'predictions.jsonl': output(100) });
    const { folder } = await at.collect(job.name);
    const before = await filesIn(folder);
    await job.write({ 'predictions.jsonl': output(200) });
    state.meddle = (call, pass) =>
      call.url.pathname.includes('table.csv') && call.url.searchParams.get('alt') === 'media'
        ? pass().then(async (response) => {
            const bytes = new Uint8Array(await response.arrayBuffer());
            // The second read of it finds the object gone.
            state.meddle = (again) =>
              again.url.pathname.includes('table.csv')
                ? Promise.resolve(Response.json({ error: { code: 403, message: 'no' } }, { status: 403 }))
                : undefined;
            return new Response(bytes.subarray(0, bytes.length >> 1), response);
          })
        : undefined;
    const stopped = await at.collect(job.name).catch((error) => error);
    const after = await filesIn(folder);
    for (const name of ['rows.parquet', 'summary.json']) {
      const path = join(folder, name);
      if (stopped instanceof Error) expect(after.get(path) === before.get(path), name).toBe(true);
    }
    expect(stopped).toMatchObject({ status: 403 });
    expect([...after.keys()].filter((name) => name.endsWith('.tmp'))).toEqual([]);
    state.meddle = () => undefined;
    expect((await at.rowsOf(job.name)).report.tally).toMatchObject({ ok: 200 });
  });
});
