import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Query, QueryAnswer, TableFacts } from '../tables/query.ts';
import { askApart } from '../tables/query-apart.ts';
import { nameLiteral } from '../tables/sandbox.ts';
import { type CollectedRun, findCollected } from './collected-runs.ts';
import type { Ports } from './ports.ts';

export interface QuerySpec {
  /** Its tables are `rows`, `input` and `attempts`. */
  run?: string | undefined;
  /** By name: tables are `name_rows`, `name_input` and `name_attempts`. */
  runs?: Readonly<Record<string, string>> | undefined;
  sql?: string | undefined;
  maxRows: number;
}

export interface Queried {
  /** In the order in which they were named, with what their tables' names begin with. */
  runs: readonly { prefix: string; collected: CollectedRun }[];
  answer: QueryAnswer | TableFacts[];
}

/**
 * Asks collected results one SELECT; without one, what tables there are. Throws `bad_runs`, `results_not_collected`
 * and what `askApart` throws.
 */
export async function queryResults(
  spec: QuerySpec,
  ports: Pick<Ports, 'workspace' | 'signal' | 'ids'>,
): Promise<Queried> {
  const runs = [];
  for (const [prefix, named] of namedRuns(spec))
    runs.push({ prefix, collected: await findCollected(named, ports) });
  const spill = join(ports.workspace.folder, 'tmp', `query-${ports.ids.token(8)}`);
  await mkdir(spill, { recursive: true });
  try {
    const query: Query = {
      files: runs.map(({ prefix, collected }) => ({ table: `${prefix}rows`, path: collected.path })),
      views: runs.flatMap(({ prefix, collected }) => viewsOf(prefix, collected)),
      sql: spec.sql,
      rows: spec.maxRows,
      spill,
    };
    return { runs, answer: await askApart(query, ports.signal) };
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
}

const MOST_RUNS = 8;

/** What the names of tables begin with → the run. */
function namedRuns({ run, runs }: QuerySpec): [string, string][] {
  const named = Object.entries(runs ?? {}).map(([name, of]): [string, string] => [`${name}_`, of]);
  const wrong = Object.keys(runs ?? {}).find((name) => !/^[a-z][a-z0-9_]{0,19}$/i.test(name));
  if (wrong !== undefined) throw badRuns(`${quoteUntrusted(wrong, 40)} cannot begin the name of a table.`);
  if (run === undefined && named.length === 0) throw badRuns('No run is named.');
  if (run !== undefined && named.length > 0) throw badRuns('run and runs are both there.');
  if (named.length > MOST_RUNS) throw badRuns(`More than ${MOST_RUNS} runs are named.`);
  return run === undefined ? named : [['', run]];
}

/** `input`: what was asked. `attempts`: how the answers that count came about. */
function viewsOf(prefix: string, { columns }: CollectedRun): Query['views'] {
  const rows = `${prefix}rows`;
  const input = ['key', ...columns.slice(0, Math.max(0, columns.indexOf('key')))];
  return [
    { table: `${prefix}input`, select: `SELECT ${input.map(nameLiteral).join(', ')} FROM ${rows}` },
    { table: `${prefix}attempts`, select: `${ATTEMPTS} FROM ${rows} GROUP BY ALL ORDER BY ALL` },
  ];
}

const ATTEMPTS = `SELECT attempt, job, count(*) AS rows, count(*) FILTER (outcome = 'ok') AS ok, sum(usd) AS usd, ${[
  'prompt_tokens',
  'answer_tokens',
  'thought_tokens',
]
  .map((name) => `sum(${name})::BIGINT AS ${name}`)
  .join(', ')}`;

const badRuns = (what: string) =>
  new UserError('bad_runs', {
    what,
    fix: 'Give run: "run-…" for one run, or runs: {"a": "run-…", "b": "run-…"} to compare several.',
  });
