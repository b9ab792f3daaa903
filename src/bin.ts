#!/usr/bin/env node
import { join } from 'node:path';
import { loadBundle } from './cli/start.ts';

/** File name of the bundle of `cli/main`, beside this file; put in by `scripts/build.ts`. */
declare const MAIN_BUNDLE: string;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`vertex-batch-mcp needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
const { main } = loadBundle<typeof import('./cli/main.ts')>(join(import.meta.dirname, MAIN_BUNDLE));
void main(process.argv.slice(2));
