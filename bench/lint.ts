import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Measurement } from './measurement.ts';
import { bestMs, mostMemory, type Run, type RunProgram, withPrograms } from './programs.ts';
import { requestRows } from './request-rows.ts';

const PROGRAMS = ['lint-ours', 'lint-floor'] as const;
type Program = (typeof PROGRAMS)[number];

interface Task {
  rows: number;
  /** Characters of a review at least. */
  characters: number;
  runs: number;
  /** Times the floor, from spawn to exit. */
  mostTime?: number;
  mostMemoryMb?: number;
}

/** Characters. Of 4.8 KB, 200,000 rows stay below the gigabyte that a job takes; the short ones have 0.9 KB. */
const LONG = 4_000;
const SHORT = 40;

/** Request rows → findings, beside a bare `JSON.parse` of each line; each in a process of its own, interleaved. */
const lintBenchmark = (name: string, ...tasks: readonly Task[]): Benchmark => ({
  name,
  run: () =>
    withPrograms(PROGRAMS, async (run) => {
      const measured: Measurement[] = [];
      for (const task of tasks) measured.push(...(await measure(task, run)));
      return measured;
    }),
});

export const lint = lintBenchmark(
  'lint',
  { rows: 200_000, characters: LONG, runs: 5, mostTime: 1, mostMemoryMb: 256 },
  { rows: 200_000, characters: SHORT, runs: 5 },
);
/** Half of its time goes into starting: Node, modules, threads, compiling. Only its memory has to keep to anything. */
export const lintSmall = lintBenchmark('lint-small', {
  rows: 20_000,
  characters: LONG,
  runs: 7,
  mostMemoryMb: 256,
});

async function measure(task: Task, run: RunProgram): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-lint-'));
  try {
    const { path, bytes } = await requestRows(folder, task.rows, task.characters);
    const made: Record<Program, Run[]> = { 'lint-ours': [], 'lint-floor': [] };
    for (let i = 0; i < task.runs; i++)
      for (const program of PROGRAMS) made[program].push(await run(program, path));
    return measurements(made, bytes, task);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function measurements(made: Record<Program, Run[]>, bytes: number, task: Task): Measurement[] {
  const { 'lint-ours': ours, 'lint-floor': floor } = made;
  const { rows, mostTime, mostMemoryMb } = task;
  const threads = Math.max(...ours.map((run) => run.threads));
  const what = `lint ${Math.round(bytes / 1e6)} MB, rows of ${(bytes / rows / 1000).toFixed(1)} KB`;
  const speed = (runs: Run[]) => bytes / 1000 / bestMs(runs);
  return [
    { what: `${what}: JSON.parse of each line, 1 thread`, value: speed(floor), unit: 'MB/s' },
    { what: `${what}: this server, ${threads} threads`, value: speed(ours), unit: 'MB/s' },
    {
      what: `${what}: time of JSON.parse`,
      value: bestMs(ours) / bestMs(floor),
      unit: '×',
      ...(mostTime !== undefined && { target: { atMost: mostTime } }),
    },
    {
      what: `${what}: memory`,
      value: mostMemory(ours),
      unit: 'MB',
      ...(mostMemoryMb !== undefined && { target: { atMost: mostMemoryMb } }),
    },
  ];
}
