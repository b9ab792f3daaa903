import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MODULES } from '../scripts/bundle.ts';
import type { Benchmark, Measurement } from './measurement.ts';
import { reviewsCsv } from './reviews-csv.ts';

/** Peers read the same table, fill the same prompt and write the same lines, as plainly as they can. */
const PROGRAMS = {
  ours: 'compose-ours',
  papaparse: 'compose-papaparse',
  csvParse: 'compose-csv-parse',
} as const;
type Program = keyof typeof PROGRAMS;

/** Where the peers' packages are found. */
const BUNDLES = join('node_modules', '.bench');
const MOST_MEMORY_MB = 256;

/** CSV → request rows in a process of its own: 200,000 rows and 900 MB, or a tenth of it. Runs are interleaved. */
const composeBenchmark = (name: string, rows: number, runs: number): Benchmark => ({
  name,
  run: async () => {
    const table = await reviewsCsv(rows);
    const folder = await mkdtemp(join(tmpdir(), 'bench-compose-'));
    try {
      await build({
        ...MODULES,
        outbase: 'bench/peers',
        entryPoints: Object.values(PROGRAMS).map((program) => `bench/peers/${program}.ts`),
        external: [...MODULES.external, 'csv-parse', 'papaparse'],
        outdir: BUNDLES,
        outExtension: { '.js': '.mjs' },
      });
      return await measure(table, folder, runs);
    } finally {
      for (const made of [folder, BUNDLES]) await rm(made, { recursive: true, force: true });
    }
  },
});

export const compose = composeBenchmark('compose', 200_000, 3);
export const composeSmall = composeBenchmark('compose-small', 20_000, 5);

interface Run {
  ms: number;
  /** Most memory that the process had at once. */
  rssMb: number;
}

async function measure(
  table: { path: string; bytes: number },
  folder: string,
  runs: number,
): Promise<Measurement[]> {
  const made: Record<Program, Run[]> = { ours: [], papaparse: [], csvParse: [] };
  for (let run = 0; run < runs; run++)
    for (const program of ['ours', 'papaparse'] as const)
      made[program].push(await runProgram(program, table.path, join(folder, 'out')));
  made.csvParse.push(await runProgram('csvParse', table.path, join(folder, 'out')));

  // The best run of each: what else the machine does can only add to it.
  const ms = (program: Program) => Math.min(...made[program].map((run) => run.ms));
  const speed = (program: Program) => table.bytes / 1000 / ms(program);
  const size = `${Math.round(table.bytes / 1e6)} MB`;
  return [
    { what: `compose ${size}: csv-parse + JSON.stringify`, value: speed('csvParse'), unit: 'MB/s' },
    { what: `compose ${size}: papaparse + JSON.stringify`, value: speed('papaparse'), unit: 'MB/s' },
    { what: `compose ${size}: this server`, value: speed('ours'), unit: 'MB/s' },
    {
      what: `compose ${size}: faster than papaparse`,
      value: ms('papaparse') / ms('ours'),
      unit: '×',
      target: { atLeast: 1.5 },
    },
    {
      what: `compose ${size}: memory`,
      value: Math.max(...made.ours.map(({ rssMb }) => rssMb)),
      unit: 'MB',
      target: { atMost: MOST_MEMORY_MB },
    },
  ];
}

/** From spawn to exit. The program tells its memory on its last line. */
async function runProgram(program: Program, table: string, out: string): Promise<Run> {
  const script = join(BUNDLES, `${PROGRAMS[program]}.mjs`);
  const start = performance.now();
  const child = spawn(process.execPath, [script, table, out], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  const ms = performance.now() - start;
  await rm(out, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return { ms, rssMb: JSON.parse(said).maxRssKb / 1024 };
}
