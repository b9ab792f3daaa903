import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Measurement } from './measurement.ts';
import { bestMs, mostMemory, type Run, type RunProgram, withPrograms } from './programs.ts';
import { requestRows } from './request-rows.ts';
import { resultsFile } from './results-file.ts';
import { reviewsCsv } from './reviews-csv.ts';

const PROGRAMS = ['collect-ours', 'lint-floor'] as const;
type Program = (typeof PROGRAMS)[number];

const MOST_TIMES = 2;
const MOST_MEMORY_MB = 400;

interface Task {
  rows: number;
  /** Characters of a review at least. */
  characters: number;
  runs: number;
  /** The table of the input cannot be read any more, and the results are without its columns. */
  withoutSource?: boolean;
  /** No ratio was promised of it: short rows have more around their text to look at. */
  withoutTarget?: boolean;
}

/** Characters. Output rows of 5.4 KB, and of 1.4 KB. */
const LONG = 3_900;
const SHORT = 250;

/**
 * Output of a job → results table with the columns of its source, beside a bare `JSON.parse` of each line of the
 * output; each in a process of its own, interleaved.
 */
const collectBenchmark = (name: string, tasks: readonly Task[]): Benchmark => ({
  name,
  run: () =>
    withPrograms(PROGRAMS, async (run) => {
      const measured: Measurement[] = [];
      for (const task of tasks) measured.push(...(await measure(task, run)));
      return measured;
    }),
});

export const collect = collectBenchmark('collect', [
  { rows: 200_000, characters: LONG, runs: 5, withoutSource: true },
  // The source is as large again, and the floor does not read it.
  { rows: 200_000, characters: LONG, runs: 3, withoutTarget: true },
  { rows: 1_000_000, characters: SHORT, runs: 1, withoutTarget: true },
]);
export const collectSmall = collectBenchmark('collect-small', [{ rows: 20_000, characters: LONG, runs: 7 }]);

async function measure(task: Task, run: RunProgram) {
  const { rows, characters, runs, withoutSource } = task;
  const folder = await mkdtemp(join(tmpdir(), 'bench-collect-'));
  try {
    const table = await reviewsCsv(rows, characters);
    const requests = await requestRows(folder, rows, characters);
    const [id = ''] = await readdir(join(folder, 'inputs'));
    const manifest = JSON.parse(await readFile(join(folder, 'inputs', id, 'manifest.json'), 'utf8'));
    const output = join(folder, 'bucket/out/prediction-model-1/predictions.jsonl');
    await resultsFile(requests.path, output);
    const { size } = await stat(output);
    const made: Record<Program, Run[]> = { 'collect-ours': [], 'lint-floor': [] };
    const input = `inputs/${manifest.files[0].sha256}.jsonl`;
    const readable = withoutSource ? join(folder, 'nowhere', 'table.csv') : table.path;
    for (let i = 0; i < runs; i++) {
      made['collect-ours'].push(await run('collect-ours', folder, join(folder, 'bucket'), input, readable));
      await rm(join(folder, 'results'), { recursive: true });
      made['lint-floor'].push(await run('lint-floor', output));
    }
    return measurements(made, size, task);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function measurements(
  made: Record<Program, Run[]>,
  bytes: number,
  { rows, withoutSource, withoutTarget }: Task,
): Measurement[] {
  const ours = made['collect-ours'];
  const floor = made['lint-floor'];
  const threads = Math.max(...ours.map((run) => run.threads));
  const source = withoutSource ? ' without source' : '';
  const what = `collect ${rows.toLocaleString('en-US')} rows of ${(bytes / rows / 1000).toFixed(1)} KB${source}`;
  const speed = (runs: Run[]) => bytes / 1000 / bestMs(runs);
  const target = (atMost: number) => (withoutTarget ? {} : { target: { atMost } });
  return [
    { what: `${what}: JSON.parse of each line, 1 thread`, value: speed(floor), unit: 'MB/s' },
    { what: `${what}: this server, ${threads + 1} threads`, value: speed(ours), unit: 'MB/s' },
    {
      what: `${what}: time of JSON.parse`,
      value: bestMs(ours) / bestMs(floor),
      unit: '×',
      ...target(MOST_TIMES),
    },
    { what: `${what}: memory`, value: mostMemory(ours), unit: 'MB', target: { atMost: MOST_MEMORY_MB } },
  ];
}
