/**
 * Bundles `src` into `dist`: what every start runs as one script, all else as modules that are loaded when used,
 * and what starts it. The script and the modules hold copies of `src/support`.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { MODULES, SCRIPT } from './bundle.ts';
import { lateImports, withLateImports } from './late-imports.ts';
import { notices } from './notices.ts';

await rm('dist', { recursive: true, force: true });

const late = new Map<string, string>();
const start = await build({
  ...SCRIPT,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist',
  // The code cache knows the script by this hash.
  entryNames: 'start-[hash]',
  plugins: [lateImports(late)],
  write: false,
});
const [{ path: script, text } = { path: '', text: '' }] = start.outputFiles;
await mkdir('dist');
await writeFile(script, asciiOnly(withLateImports(text, late.values())));

const modules = await build({
  ...MODULES,
  entryPoints: [
    'src/index.ts',
    'src/pipeline/lint-worker.ts',
    'src/pipeline/collect-worker.ts',
    'src/tables/query-process.ts',
    ...late.keys(),
  ],
  outdir: 'dist',
});

const bin = manifest.bin['vertex-batch-mcp'];
await build({
  ...MODULES,
  splitting: false,
  format: bin.endsWith('.cjs') ? 'cjs' : 'esm',
  banner: {},
  entryPoints: ['src/bin.ts'],
  outfile: bin,
  define: {
    START_SCRIPT: JSON.stringify(basename(script)),
    ...(bin.endsWith('.cjs') && { 'import.meta.dirname': '__dirname' }),
  },
});

const tsc = 'node_modules/typescript/bin/tsc';
execFileSync(process.execPath, [tsc, '--project', 'scripts/types.json'], { stdio: 'inherit' });

const inputs = [start, modules].flatMap(({ metafile }) => Object.keys(metafile.inputs));
await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices(inputs));

/** What esbuild leaves outside ASCII stands in regular expressions; without it a script is read as plain bytes. */
function asciiOnly(code: string): string {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
