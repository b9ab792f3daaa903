/** Bundles `src` into `dist`: the program (one CommonJS file and what starts it), the library, its types. */
import { execFileSync } from 'node:child_process';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { COMMONJS, IMPORT_META_URL, MODULES } from './bundle.ts';
import { notices } from './notices.ts';

await rm('dist', { recursive: true, force: true });

const program = await build({
  ...COMMONJS,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist',
  // The code cache knows the bundle by this hash.
  entryNames: '[name]-[hash]',
  banner: { js: IMPORT_META_URL },
  // What stays outside of the bundle is required: in a script from the code cache `import()` never settles.
  supported: { 'dynamic-import': false },
});
const [mainBundle = ''] = Object.keys(program.metafile.outputs);

const bin = manifest.bin['vertex-batch-mcp'];
const format = bin.endsWith('.cjs') ? COMMONJS : { ...COMMONJS, format: 'esm' as const, define: {} };
await build({
  ...format,
  entryPoints: ['src/bin.ts'],
  outfile: bin,
  outExtension: {},
  define: { ...format.define, MAIN_BUNDLE: JSON.stringify(basename(mainBundle)) },
});
await chmod(bin, 0o755);

const library = await build({ ...MODULES, entryPoints: ['src/index.ts'], outdir: 'dist' });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--project', 'scripts/types.json'], {
  stdio: 'inherit',
});

const inputs = [program, library].flatMap(({ metafile }) => Object.keys(metafile.inputs));
await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices(inputs));
