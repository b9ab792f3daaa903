import { readdir, readFile } from 'node:fs/promises';
import { join, normalize, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

export interface SourceImport {
  /** Path under `src`, with slashes. */
  from: string;
  /** Path under `src` for an own file, else the specifier as it is written. */
  to: string;
  own: boolean;
}

export async function sourceFiles(folder = 'src'): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Every import in `src`: static, dynamic and of types, as esbuild's own parser reads them. */
export async function sourceImports(): Promise<SourceImport[]> {
  const imports: SourceImport[] = [];
  const record: Plugin = {
    name: 'record',
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ kind, path, importer, resolveDir }) => {
        if (kind === 'entry-point') return undefined;
        const own = path.startsWith('.');
        const to = own ? underSource(join(resolveDir, path)) : path;
        imports.push({ from: underSource(importer), to, own });
        return { path, external: true };
      });
      // esbuild forgets imports of types before it asks where they are; the law holds for them too.
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replace(/^(import|export(?= type [{*])) type /gm, '$1 '),
        loader: 'ts',
      }));
    },
  };
  await build({
    entryPoints: (await sourceFiles())
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join('src', path)),
    outdir: 'unwritten',
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [record],
  });
  return imports;
}

const underSource = (path: string): string => normalize(relative('src', path)).replaceAll('\\', '/');
