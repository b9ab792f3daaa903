/** Writes what is derived from the declarations in `src`; with `--check` it only says what differs, and fails. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generatedFiles } from './generate/files.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const { path, content } of await generatedFiles()) {
  const current = await readFile(path, 'utf8').catch(() => undefined);
  if (current === content) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
if (check && stale.length) {
  console.error(`Out of date: ${stale.join(', ')}. Run npm run generate.`);
  process.exitCode = 1;
} else console.log(stale.length ? `Wrote ${stale.join(', ')}.` : 'Generated files are up to date.');
