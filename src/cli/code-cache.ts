import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { systemClock } from '../support/clock.ts';

/**
 * V8's code cache of one bundle. It is worth nothing elsewhere and is never needed: every failure is a miss.
 * V8 itself knows a source by its length alone, so the file is named after the bundle, whose name has a hash of
 * its content, and after what runs it.
 */
const cachePath = (bundle: string): string =>
  join(cacheDirectory(), `${basename(bundle)}-${process.version}-${process.platform}-${process.arch}`);

/** Undefined where there is none, or where Node's own switch for such caches is off. */
export function readCodeCache(bundle: string): Buffer | undefined {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  try {
    return readFileSync(cachePath(bundle));
  } catch {
    return undefined;
  }
}

/** A cache is written once and then only read; the one of a version still in use comes back with its next start. */
const STALE_AFTER_MS = 30 * 24 * 3_600_000;

/**
 * Leaves the cache for the next run, whole or not at all, and takes away those of versions long gone.
 * By itself, without `support/files`: whatever this file imports is paid by every start.
 */
export async function writeCodeCache(bundle: string, code: Buffer): Promise<void> {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const { mkdir, readdir, rename, rm, stat, writeFile } = await import('node:fs/promises');
  const folder = cacheDirectory();
  const path = cachePath(bundle);
  const temporary = `${path}.${process.pid}`;
  try {
    // What lies here is run as code: it is nobody else's to write.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(temporary, code, { mode: 0o600, flag: 'wx', flush: true });
    await rename(temporary, path);
    for (const name of await readdir(folder)) {
      const { mtimeMs } = await stat(join(folder, name));
      if (mtimeMs < systemClock.now() - STALE_AFTER_MS) await rm(join(folder, name), { force: true });
    }
  } catch {
    // A read-only home is no reason to say anything.
  }
}

/** Where the platform wants an application's cache. */
function cacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'vertex-batch-mcp');
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'vertex-batch-mcp', 'cache');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'vertex-batch-mcp');
}
