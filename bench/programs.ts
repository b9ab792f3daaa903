import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { MODULES } from '../scripts/bundle.ts';

/** One run of a program in a process of its own, threads and all. */
export interface Run {
  /** From spawn to exit. */
  ms: number;
  /** Most memory that the process had at once. */
  rssMb: number;
  /** Beside the main one. */
  threads: number;
}

export type RunProgram = (program: string, ...args: string[]) => Promise<Run>;

/** Where the peers' packages are found. */
const BUNDLES = join('node_modules', '.bench');

/** Bundles programs of `bench/peers` as the server is bundled, for as long as `use` takes. */
export async function withPrograms<T>(
  programs: readonly string[],
  use: (run: RunProgram) => Promise<T>,
): Promise<T> {
  try {
    await mkdir(BUNDLES, { recursive: true });
    await writeFile(join(BUNDLES, 'package.json'), '{"type":"module"}');
    await build({
      ...MODULES,
      outbase: '.',
      entryPoints: {
        ...Object.fromEntries(programs.map((program) => [program, `bench/peers/${program}.ts`])),
        // Where the server looks for it.
        'pipeline/lint-worker': 'src/pipeline/lint-worker.ts',
        'pipeline/collect-worker': 'src/pipeline/collect-worker.ts',
      },
      external: [...MODULES.external, 'csv-parse', 'papaparse'],
      outdir: BUNDLES,
    });
    return await use(runProgram);
  } finally {
    await rm(BUNDLES, { recursive: true, force: true });
  }
}

/** The program tells on its last line what it took. */
async function runProgram(program: string, ...args: string[]): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(BUNDLES, `${program}.js`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  const ms = performance.now() - start;
  const { maxRssKb, threads } = JSON.parse(said);
  return { ms, rssMb: maxRssKb / 1024, threads };
}

/** The best run: what else the machine does can only add to it. */
export const bestMs = (runs: readonly Run[]): number => Math.min(...runs.map(({ ms }) => ms));

export const mostMemory = (runs: readonly Run[]): number => Math.max(...runs.map(({ rssMb }) => rssMb));
