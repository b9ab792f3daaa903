import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Measurement } from './measurement.ts';
import { bestMs, mostMemory, type Run, type RunProgram, withPrograms } from './programs.ts';
import { type DataFile, reviewsCsv } from './reviews-csv.ts';

/** Peers read the same table, fill the same prompt and write the same lines, as plainly as they can. */
const PROGRAMS = {
  ours: 'compose-ours',
  papaparse: 'compose-papaparse',
  csvParse: 'compose-csv-parse',
} as const;
type Program = keyof typeof PROGRAMS;

const MOST_MEMORY_MB = 256;

/** CSV → request rows in a process of its own: 200,000 rows and 900 MB, or a tenth of it. Runs are interleaved. */
const composeBenchmark = (name: string, rows: number, runs: number): Benchmark => ({
  name,
  run: async () => {
    const table = await reviewsCsv(rows);
    const folder = await mkdtemp(join(tmpdir(), 'bench-compose-'));
    try {
      return await withPrograms(Object.values(PROGRAMS), (run) => measure(table, folder, runs, run));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

export const compose = composeBenchmark('compose', 200_000, 3);
export const composeSmall = composeBenchmark('compose-small', 20_000, 5);

async function measure(
  table: DataFile,
  folder: string,
  runs: number,
  run: RunProgram,
): Promise<Measurement[]> {
  const made: Record<Program, Run[]> = { ours: [], papaparse: [], csvParse: [] };
  const runOnce = async (program: Program) => {
    const out = join(folder, 'out');
    made[program].push(await run(PROGRAMS[program], table.path, out));
    await rm(out, { recursive: true, force: true });
  };
  for (let i = 0; i < runs; i++) for (const program of ['ours', 'papaparse'] as const) await runOnce(program);
  await runOnce('csvParse');

  const speed = (program: Program) => table.bytes / 1000 / bestMs(made[program]);
  const size = `${Math.round(table.bytes / 1e6)} MB`;
  return [
    { what: `compose ${size}: csv-parse + JSON.stringify`, value: speed('csvParse'), unit: 'MB/s' },
    { what: `compose ${size}: papaparse + JSON.stringify`, value: speed('papaparse'), unit: 'MB/s' },
    { what: `compose ${size}: this server`, value: speed('ours'), unit: 'MB/s' },
    {
      what: `compose ${size}: faster than papaparse`,
      value: bestMs(made.papaparse) / bestMs(made.ours),
      unit: '×',
      target: { atLeast: 1.5 },
    },
    {
      what: `compose ${size}: memory`,
      value: mostMemory(made.ours),
      unit: 'MB',
      target: { atMost: MOST_MEMORY_MB },
    },
  ];
}
