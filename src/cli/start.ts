import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { readCodeCache, writeCodeCache } from './code-cache.ts';

/** By then a host has made its opening calls, and what they compiled goes into the cache too. */
const WRITE_AFTER_MS = 1_500;

/**
 * Runs a CommonJS bundle and returns its exports. A host starts the server with every conversation, and a third
 * of the time to its first answer is V8 compiling the bundle: the first run leaves the compiled code for the next.
 */
export function loadBundle<Exports>(path: string): Exports {
  const source = readFileSync(path, 'utf8');
  const cachedData = readCodeCache(path);
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  if (!cachedData || script.cachedDataRejected)
    setTimeout(() => void writeCodeCache(path, script.createCachedData()), WRITE_AFTER_MS).unref();
  return module.exports;
}
