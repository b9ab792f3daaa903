import type { BuildOptions } from 'esbuild';

/** How everything here is bundled: names are kept, so that a stack trace in a report can be read. */
const SHARED = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  legalComments: 'none',
  external: ['google-auth-library'],
  // The SDK's default brings Ajv, half of the bundle; the server hands it the small validator, see there.
  alias: { '@modelcontextprotocol/server/_shims': './scripts/sdk-shims.ts' },
} as const satisfies BuildOptions;

/** One file to be compiled once and kept by V8's code cache, which in Node 20 takes scripts, not modules. */
export const COMMONJS = {
  ...SHARED,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': '__importMetaUrl', 'import.meta.dirname': '__dirname' },
} as const satisfies BuildOptions;

export const IMPORT_META_URL = "const __importMetaUrl=require('node:url').pathToFileURL(__filename).href;";

/** Modules for who imports the package; what is loaded late stays in a file of its own. */
export const MODULES = {
  ...SHARED,
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS packages inside the bundle still ask for `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
} as const satisfies BuildOptions;
