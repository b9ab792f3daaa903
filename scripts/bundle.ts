import type { BuildOptions } from 'esbuild';

/** How everything here is bundled. Names are kept, so that a stack trace in a report can be read. */
const SHARED = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  // Before what is for `require` alone: a UMD file shows none of its names to `import`.
  mainFields: ['module', 'main'],
  legalComments: 'none',
  external: ['google-auth-library', '@duckdb/node-api'],
  alias: {
    '@modelcontextprotocol/server/_shims': './scripts/shims/sdk-server.ts',
    '@modelcontextprotocol/client/_shims': './scripts/shims/sdk-client.ts',
  },
} as const satisfies BuildOptions;

/** One script for V8's code cache, which Node 20 has for scripts and not for modules. */
export const SCRIPT = {
  ...SHARED,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  inject: ['scripts/shims/zod-without-eval.ts'],
} as const satisfies BuildOptions;

/** Modules, as small as they are shared: what is loaded late stays apart. */
export const MODULES = {
  ...SHARED,
  format: 'esm',
  splitting: true,
  outbase: 'src',
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS packages inside a bundle still ask for `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;
