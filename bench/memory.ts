import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Measurement } from './measurement.ts';
import { mostMemory, type Run, type RunProgram, withPrograms } from './programs.ts';
import { requestRows } from './request-rows.ts';
import { type DataFile, reviewsCsv } from './reviews-csv.ts';

const FEW = 10_000;
const MANY = 1_000_000;
/** Makes request rows of 0.9 KB: 10,000 of them are just enough to be checked in threads. */
const CHARACTERS = 250;
/** A server sees many small inputs in its life; until V8 has its full nursery, each takes a little more. */
const TIMES = 20;
const RUNS = 3;

/** What is kept of a row, such as a hash of its key, may show; the rows may not. */
const MOST_GROWTH = 1.5;

/** What each step needs for some rows, and for a hundred times as many. */
export const memory: Benchmark = {
  name: 'memory',
  run: () =>
    withPrograms(['compose-ours', 'lint-ours'], async (run) => {
      const folder = await mkdtemp(join(tmpdir(), 'bench-memory-'));
      try {
        return [...(await measureCompose(folder, run)), ...(await measureLint(folder, run))];
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
};

const measureCompose = (folder: string, run: RunProgram) =>
  measure(
    'compose with keys from a column',
    (rows) => reviewsCsv(rows, CHARACTERS),
    ({ path }, times) => run('compose-ours', path, join(folder, 'out'), String(times), 'id'),
  );

const measureLint = (folder: string, run: RunProgram) =>
  measure(
    'lint',
    (rows) => requestRows(folder, rows, CHARACTERS),
    ({ path }, times) => run('lint-ours', path, String(times)),
  );

async function measure(
  step: string,
  make: (rows: number) => Promise<DataFile>,
  run: (file: DataFile, times: number) => Promise<Run>,
): Promise<Measurement[]> {
  const few = await make(FEW);
  const many = await make(MANY);
  const most = async (file: DataFile, times: number) => {
    const runs: Run[] = [];
    for (let i = 0; i < RUNS; i++) runs.push(await run(file, times));
    return mostMemory(runs);
  };
  const [once, often, atScale] = [await most(few, 1), await most(few, TIMES), await most(many, 1)];
  const what = (rows: number) => `memory: ${step}, ${rows.toLocaleString('en-US')} rows`;
  return [
    { what: what(FEW), value: once, unit: 'MB' },
    { what: `${what(FEW)}, ${TIMES} times over`, value: often, unit: 'MB' },
    { what: what(MANY), value: atScale, unit: 'MB' },
    { what: `${what(MANY)}, growth`, value: atScale / often, unit: '×', target: { atMost: MOST_GROWTH } },
  ];
}
