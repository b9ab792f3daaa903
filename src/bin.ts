#!/usr/bin/env node
import { join } from 'node:path';
import { runScript } from './cli/start.ts';

/** File name of the bundled start, beside this file; `scripts/build.ts` puts it in. */
declare const START_SCRIPT: string;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`vertex-batch-mcp needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
const { main } = runScript<typeof import('./cli/main.ts')>(join(import.meta.dirname, START_SCRIPT));
void main(process.argv.slice(2));
