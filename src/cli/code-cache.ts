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

/** Leaves the cache for the next run, and takes away those of versions long gone. */
export async function writeCodeCache(bundle: string, code: Buffer): Promise<void> {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const { mkdir, readdir, rm, stat } = await import('node:fs/promises');
  const { writeFileAtomic } = await import('../support/files.ts');
  const folder = cacheDirectory();
  try {
    // What lies here is run as code: it is nobody else's to write.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(cachePath(bundle), code, { mode: 0o600 });
    for (const path of (await readdir(folder)).map((name) => join(folder, name))) {
      const { mtimeMs } = await stat(path);
      if (mtimeMs < systemClock.now() - STALE_AFTER_MS) await rm(path, { force: true });
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
