import { join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

/** What every start needs, although `src` imports it when asked. */
const EARLY = /\/commands\/serve\.ts$/;

/** Leaves what `src` imports dynamically out of a bundle: its path in `src` → how the bundle imports it, in `found`. */
export const lateImports = (found: Map<string, string>): Plugin => ({
  name: 'late-imports',
  setup(build) {
    build.onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import' || EARLY.test(path)) return undefined;
      const file = relative('.', join(resolveDir, path)).replaceAll('\\', '/');
      const specifier = file.replace(/^src\//, './').replace(/\.ts$/, '.js');
      found.set(file, specifier);
      return { path: specifier, external: true };
    });
  },
});

/** A script that V8 keeps compiled cannot `import()` in Node 20: who runs it hands it `__importLate`. */
export function withLateImports(script: string, specifiers: Iterable<string>): string {
  let text = script;
  for (const specifier of specifiers)
    text = text.replaceAll(`import("${specifier}")`, `__importLate("${specifier}")`);
  if (/\bimport\("/.test(text)) throw new Error('the start script imports what it cannot');
  return text;
}
