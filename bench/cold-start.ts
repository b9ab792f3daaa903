import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { SCRIPT } from '../scripts/bundle.ts';
import { type Benchmark, type Measurement, median } from './measurement.ts';
import { OPENINGS } from './openings.ts';
import { startNode, startServer } from './spawned.ts';

const RUNS = 21;
/** The first run leaves its compiled code a moment after it has answered. */
const CODE_CACHE_MS = 3_000;

/** Spawn → answer to `tools/list`, in a clean environment, as multiples of `node -e 0`; runs are interleaved. */
export const coldStart: Benchmark = {
  name: 'cold-start',
  run: async () => {
    const home = await mkdtemp(join(tmpdir(), 'bench-cold-start-'));
    try {
      return await measure(home);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};

async function measure(home: string): Promise<Measurement[]> {
  const bare = join(home, 'bare-server.cjs');
  await build({ ...SCRIPT, entryPoints: ['bench/peers/bare-server.ts'], outfile: bare, outExtension: {} });
  const program = manifest.bin['vertex-batch-mcp'];
  const uncached = join(home, 'uncached');

  const cases = {
    floor: () => startNode(home),
    bare: () => startServer(bare, OPENINGS['2025-11-25'], home),
    legacy: () => startServer(program, OPENINGS['2025-11-25'], home),
    modern: () => startServer(program, OPENINGS['2026-07-28'], home),
    first: () => startServer(program, OPENINGS['2025-11-25'], uncached),
  };
  for (const opening of Object.values(OPENINGS)) await startServer(program, opening, home, CODE_CACHE_MS);
  for (const start of Object.values(cases)) await start();

  const times = Object.entries(cases).map(([name, start]) => ({ name, start, ms: [] as number[] }));
  for (let run = 0; run < RUNS; run++) for (const { start, ms } of times) ms.push(await start());
  const middle = Object.fromEntries(times.map(({ name, ms }) => [name, median(ms)])) as Record<
    keyof typeof cases,
    number
  >;

  const ratio = (what: string, name: keyof typeof cases, atMost?: number): Measurement => ({
    what: `cold start: ${what}`,
    value: middle[name] / middle.floor,
    unit: '×',
    ...(atMost && { target: { atMost } }),
  });
  return [
    { what: 'cold start: node -e 0', value: middle.floor, unit: 'ms' },
    ratio('a bare one-tool SDK server, bundled alike', 'bare'),
    ratio('this server, the very first time', 'first'),
    ratio('this server, 2025-11-25', 'legacy', 3),
    ratio('this server, 2026-07-28', 'modern', 3),
  ];
}
