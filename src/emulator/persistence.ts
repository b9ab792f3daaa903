import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemIds } from '../support/ids.ts';

/**
 * Facts on disk: small JSON files that are written once and never changed. Whoever comes second finds the
 * first one's fact, so two processes on one folder need no lock and cannot corrupt each other.
 */

/** False when the fact was there already. Readers see the whole file or none. */
export async function writeOnce(path: string, fact: unknown): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${systemIds.token(8)}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(fact), { flag: 'wx', flush: true });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Undefined when nobody wrote it yet. */
export async function readFact<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names in a folder, sorted; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.endsWith('.tmp')).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
