import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { systemClock } from '../../support/clock.ts';
import { systemIds } from '../../support/ids.ts';
import { isMissing } from './layout.ts';

/** The end of the line of those who wait in this process, by lock file. */
const lines = new Map<string, Promise<void>>();

/** Longer than any holder needs (milliseconds), for a lock whose process id belongs to somebody else by now. */
const ABANDONED_MS = 30_000;

/**
 * Runs `action` while nobody else does under the same lock file, in this process or another of this machine.
 * The lock of a process that died is taken over. The folder must exist, else ENOENT.
 */
export async function withLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const before = lines.get(path) ?? Promise.resolve();
  let leave = () => {};
  const end = before.then(
    () =>
      new Promise<void>((resolve) => {
        leave = resolve;
      }),
  );
  lines.set(path, end);
  await before;
  try {
    await acquire(path);
    try {
      return await action();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    leave();
    if (lines.get(path) === end) lines.delete(path);
  }
}

async function acquire(path: string): Promise<void> {
  // A link appears together with its content; a file opened with `wx` is empty for a moment.
  const claim = `${path}.${systemIds.token(12)}`;
  await writeFile(claim, String(process.pid));
  try {
    while (!(await tryLink(claim, path))) {
      if (await isAbandoned(path)) await rm(path, { force: true });
      // Another process lets go in real time, whatever clock the emulator runs on.
      else await systemClock.sleep(2);
    }
  } finally {
    await rm(claim, { force: true });
  }
}

async function tryLink(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const holder = Number(await readFile(path, 'utf8'));
    // In this process there is one holder at a time, and it is us: the file is left from an earlier life.
    if (holder === process.pid || !isAlive(holder)) return true;
    return systemClock.now() - (await stat(path)).mtimeMs > ABANDONED_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
