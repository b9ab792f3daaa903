import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSession, type TestSession } from '../support/session.ts';

const MODEL = 'gemini-3.5-flash-lite';
const MOVIES = new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url);
const ROWS = 3_201;

const status = (code: number, name: string, message: string) =>
  `${name}: ${JSON.stringify({ error: { code, message, status: name } })}`;
const every = (n: number, respond: object, times?: number) => ({
  match: { row: { every: n } },
  respond,
  ...(times !== undefined && { times }),
});

/** Passing troubles, which run out, and one that comes back however often it is asked. */
const FAULTS = [
  { match: { row: { key: 'r-000013' } }, respond: { blockReason: 'PROHIBITED_CONTENT' } },
  every(97, { rowStatus: status(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted.') }, 20),
  every(83, { finishReason: 'MAX_TOKENS' }, 15),
  every(71, { drop: true }, 10),
  every(61, { duplicate: true }, 10),
];

let session: TestSession;
beforeAll(async () => {
  session = await startSession({ faults: FAULTS });
});
afterAll(() => session.close());

async function call(name: string, args: Record<string, unknown>) {
  const reply = await session.call(name, args);
  expect(reply.isError, reply.text).toBe(false);
  return reply;
}

async function ended(job: string): Promise<void> {
  while (!(await call('get_job_status', { job, wait_seconds: 30 })).data.ended)
    session.clock.advance(3_600_000);
}

const sum = (outcomes: Record<string, number>) => Object.values(outcomes).reduce((a, b) => a + b, 0);

test('3,201 movies with trouble: tally, question, retry, export; each row is ok or explained', async () => {
  const source = await session.file('movies.json', await readFile(MOVIES));
  const { data: input } = await call('compose_batch_input', {
    source,
    prompt: 'In one word, the mood of the movie {{Title}} ({{Major Genre}}).',
    generation_config: { maxOutputTokens: 200 },
  });
  const { data: job } = await call('create_batch_job', { input: input.input_id, model: MODEL });
  await ended(job.job);

  const { data: first } = await call('collect_batch_results', { job: job.run });
  expect(first.rows).toBe(ROWS);
  expect(sum(first.outcomes)).toBe(ROWS);
  expect(first.outcomes).toMatchObject({ error_retriable: 20, truncated: 15, missing: 10, blocked: 1 });
  expect(first.findings).toMatchObject({ duplicate: 10 });

  const asked = await call('query_batch_results', {
    run: job.run,
    sql: 'SELECT outcome, count(*) AS n FROM rows GROUP BY outcome ORDER BY n DESC, outcome',
  });
  const counted = Object.fromEntries(
    asked.data.rows.map(([outcome, n]: [string, number]) => [outcome.replace(/[«»]/g, ''), n]),
  );
  expect(counted).toEqual(first.outcomes);

  const { data: retry } = await call('retry_batch_failures', { job: job.run });
  expect(retry).toMatchObject({ rows: 45, left: ['1 blocked row: a filter stopped it, and would again'] });
  await ended(retry.job);
  const { data: second } = await call('collect_batch_results', { job: job.run });
  expect(second.outcomes).toEqual({ ok: ROWS - 1, blocked: 1 });

  const { data: exported } = await call('export_batch_results', { run: job.run, to: 'movies.jsonl' });
  const movies: Record<string, unknown>[] = JSON.parse(await readFile(MOVIES, 'utf8'));
  const lines = (await readFile(exported.file, 'utf8')).trimEnd().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.map((row) => row.Title ?? '')).toEqual(movies.map((movie) => String(movie.Title ?? '')));
  expect(rows.map(({ key }) => key)).toEqual(
    movies.map((_, index) => `r-${String(index + 1).padStart(6, '0')}`),
  );
  expect(rows.filter(({ answer }) => !answer).map(({ key }) => key)).toEqual(['r-000013']);
}, 120_000);
