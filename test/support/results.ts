import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { emptyTally } from '../../src/batch/outcomes.ts';

export interface MadeResults {
  /** SELECT of the columns of the source; more may follow those that every table has. */
  source: string;
  /** What stands in `summary.json` beside what always does. */
  summary?: Record<string, unknown>;
}

/** What every results table has behind the columns of the source, for a source that has `n`. */
const OWN = `'row-' || n AS key, outcome, answer, label, score, parts,
  CASE WHEN outcome = 'truncated' THEN 'MAX_TOKENS' WHEN outcome = 'ok' THEN 'STOP' END AS finish_reason,
  CASE WHEN outcome = 'blocked' THEN 'SAFETY' END AS block_reason,
  NULL::INTEGER AS error_code, NULL::VARCHAR AS error_message, 10::INTEGER AS prompt_tokens, 0::INTEGER AS cached_tokens,
  5::INTEGER AS answer_tokens, 2::INTEGER AS thought_tokens, 0::INTEGER AS tool_tokens, 0.25::DOUBLE AS usd,
  1::INTEGER AS attempt, 'job-1' AS job`;

const SCHEMA = {
  type: 'OBJECT',
  properties: { label: { type: 'STRING' }, score: { type: 'NUMBER' }, parts: { type: 'ARRAY', items: {} } },
};

/** Leaves collected results in a workspace: `rows.parquet` and `summary.json`. Gives their folder. */
export async function makeResults(
  workspace: string,
  run: string,
  { source, summary = {} }: MadeResults,
): Promise<string> {
  const folder = join(workspace, 'results', run);
  await mkdir(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const columns = `* EXCLUDE (n, outcome, answer, label, score, parts), ${OWN}`;
  const path = join(folder, 'rows.parquet').replaceAll("'", "''");
  await connection.run(`COPY (SELECT ${columns} FROM (${source})) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  const report = {
    run,
    collected: '2026-11-22T12:00:00.000Z',
    settled: true,
    rows: 0,
    tally: emptyTally(),
    findings: { duplicate: 0, unmatched: 0, cut: 0, unmatched_keys: [] },
    causes: [],
    samples: [],
    tokens: { input: 0, output: 0, thinking: 0 },
    columns: [],
    schema: SCHEMA,
    notes: [],
    jobs: [
      {
        job: `projects/p/locations/l/batchPredictionJobs/77`,
        state: 'JOB_STATE_SUCCEEDED',
        rows: 0,
        input: [],
        output: [],
      },
    ],
    ...summary,
  };
  await writeFile(join(folder, 'summary.json'), JSON.stringify(report));
  return folder;
}

const text = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);

export interface MadeRow {
  review: string | null;
  outcome?: string;
  answer?: string | null;
  label?: string | null;
  score?: number | null;
  parts?: string | null;
}

/** A source of these rows, with a column `customer id` beside `review`. */
export const sourceOf = (rows: readonly MadeRow[]): string =>
  `SELECT 'c' || n AS "customer id", * FROM (VALUES ${rows
    .map(
      ({ review, outcome = 'ok', answer = null, label = null, score = null, parts = null }, n) =>
        `(${n + 1}, ${text(review)}, ${text(outcome)}, ${text(answer)}, ${text(label)}, ${score ?? 'NULL'}::DOUBLE, ${text(parts)})`,
    )
    .join(', ')}) t(n, review, outcome, answer, label, score, parts)`;

/** Rows of one kind, as many as are wanted. */
export const manyRows = (rows: number, answer = "'answer ' || n"): string =>
  `SELECT 'review ' || n AS review, n, CASE WHEN n % 4 = 0 THEN 'truncated' ELSE 'ok' END AS outcome, ${answer} AS answer,
   CASE WHEN n % 3 = 0 THEN 'bad' ELSE 'good' END AS label, n / 2 AS score, NULL::VARCHAR AS parts FROM range(1, ${rows + 1}) t(n)`;
