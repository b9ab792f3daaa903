import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { SCRIPT } from '../../scripts/bundle.ts';
import { lateImports } from '../../scripts/late-imports.ts';

/** What a host needs before the first call of a tool. It is paid by every start, and copied: see `scripts/build.ts`. */
const NEEDED = [
  /^package\.json$/,
  /^scripts\/shims\//,
  /^src\/(cli|server|support)\//,
  /^src\/(pipeline\/(workspace|real-paths)|version)\.ts$/,
  /^src\/tools\/descriptors\.json$/,
  /^node_modules\/(@modelcontextprotocol\/(server|core)|zod)\//,
];

/** Of `server` and `cli`, what waits for a call or another command. */
const LATE = /^src\/(server\/(call-tool|render|http)|cli\/(demo\/|help|commands\/(demo|emulator)))/;

test('the start script holds what a start needs, and nothing else', async () => {
  const { metafile } = await build({
    ...SCRIPT,
    entryPoints: ['src/cli/main.ts'],
    outdir: 'unwritten',
    write: false,
    plugins: [lateImports(new Map())],
  });
  const [output] = Object.values(metafile.outputs);
  const held = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const strays = held
    .map(([path]) => path.replace(/^.*(?=node_modules\/)/, ''))
    .filter((path) => LATE.test(path) || !NEEDED.some((place) => place.test(path)));
  expect(strays).toEqual([]);
});
