import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { readCodeCache, writeCodeCache } from './code-cache.ts';

/** By then a host has made its opening calls, and what they compiled goes into the cache too. */
const WRITE_AFTER_MS = 1_500;

/**
 * Runs a bundled CommonJS script, a neighbour of the file that this ends up in, and returns its exports.
 * A host starts the server with every conversation, and a third of the time to its first answer is V8 compiling:
 * the first run leaves the compiled code for the next. A script gets `__importLate`, as it cannot import by itself.
 */
export function runScript<Exports>(path: string): Exports {
  const source = readFileSync(path, 'latin1');
  const cachedData = readCodeCache(path);
  const options = { filename: path, ...(cachedData && { cachedData }) };
  const script = new vm.Script(`(function (module, exports, require, __importLate) {${source}\n})`, options);
  const module = { exports: {} as Exports };
  const importLate = (specifier: string) => import(specifier);
  script.runInThisContext()(module, module.exports, createRequire(path), importLate);
  if (!cachedData || script.cachedDataRejected)
    setTimeout(() => void writeCodeCache(path, script.createCachedData()), WRITE_AFTER_MS).unref();
  return module.exports;
}
