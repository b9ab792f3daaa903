import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../support/errors.ts';
import { writeFileAtomic } from '../support/files.ts';
import { list, quoteUntrusted } from '../support/text.ts';
import { isInside, leadsTo } from './real-paths.ts';

/** The folder that holds what Vertex AI does not: plain files that a person can read. */
export interface Workspace {
  folder: string;
  /** Where one composed input lives: `requests.jsonl` and `manifest.json`. */
  inputFolder(id: string): string;
  emulatorFolder: string;
  /** What the emulator would have billed is kept apart from what Google bills. */
  ledgerFolder(emulated: boolean): string;
  writeJson(path: string, value: unknown): Promise<void>;
  /** Undefined where the file is not there. */
  readJson(path: string): Promise<unknown>;
  /**
   * The real path of a local file that may be read: under the workspace or an allowed folder,
   * after links are resolved. Throws `file_not_found`, `not_a_file`, `empty_file` or `file_not_allowed`.
   */
  readableFile(path: string): Promise<{ path: string; size: number }>;
  /**
   * The real path of a file that may be written: under `exports` in the workspace, where relative paths lead, or an
   * allowed folder, after links are resolved. Throws `file_not_allowed` or `not_a_file`.
   */
  writableFile(path: string): Promise<{ path: string; exists: boolean }>;
  /** The real path of an allowed folder; undefined where there is a file. Throws `file_not_found` or `file_not_allowed`. */
  readableFolder(path: string): Promise<string | undefined>;
}

export function createWorkspace(folder: string, allowDirs: readonly string[]): Workspace {
  return {
    folder,
    inputFolder: (id) => join(folder, 'inputs', id),
    emulatorFolder: join(folder, 'emulator'),
    ledgerFolder: (emulated) => (emulated ? join(folder, 'emulator', 'ledger') : join(folder, 'ledger')),
    writeJson: (path, value) => writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`),
    readJson: async (path) => {
      try {
        return JSON.parse(await readFile(path, 'utf8'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    readableFile: (path) => readableFile(path, folder, allowDirs),
    writableFile: (path) => writableFile(path, folder, allowDirs),
    readableFolder: async (path) => {
      const { real, facts } = await readable(path, folder, allowDirs);
      return facts.isDirectory() ? real : undefined;
    },
  };
}

async function readableFile(path: string, workspace: string, allowDirs: readonly string[]) {
  const { real, facts } = await readable(path, workspace, allowDirs);
  const named = quoteUntrusted(path);
  if (!facts.isFile())
    throw new UserError('not_a_file', { what: `${named} is not a file.`, fix: 'Name one file with rows.' });
  if (facts.size === 0)
    throw new UserError('empty_file', {
      what: `The file ${named} is empty.`,
      fix: 'Name a file with at least one row.',
    });
  return { path: real, size: facts.size };
}

/** What is at an allowed path, with links resolved. */
async function readable(path: string, workspace: string, allowDirs: readonly string[]) {
  await mkdir(workspace, { recursive: true });
  const asked = isAbsolute(path) ? path : resolve(workspace, path);
  const named = quoteUntrusted(path);
  const folders = [workspace, ...allowDirs];
  const allowed = await Promise.all(folders.map(leadsTo));
  // What lies outside is refused before it is looked at: whether it exists is nobody's business.
  const real = await realpath(asked).catch(() => undefined);
  const target = real ?? (await leadsTo(asked));
  const inside = allowed.some((folder) => isInside(folder, target));
  if (!inside)
    throw new UserError('file_not_allowed', {
      what: `The file ${named} is outside the folders that this server may read.`,
      why: `It reads only under ${list(folders)}, with links resolved.`,
      fix: 'Move the file there, or start the server with --allow-dir and the folder that holds it.',
    });
  const facts = real && (await stat(real));
  if (!real || !facts)
    throw new UserError('file_not_found', {
      what: `There is no file ${named}.`,
      why: `It was looked for at ${asked}.`,
      fix: 'Give an absolute path, or a path relative to the workspace folder.',
    });
  return { real, facts };
}

async function writableFile(path: string, workspace: string, allowDirs: readonly string[]) {
  await mkdir(workspace, { recursive: true });
  const exported = join(workspace, 'exports');
  // `exports/a.csv` and `a.csv` are the same.
  const asked = path.split(/[\\/]/)[0] === 'exports' ? resolve(workspace, path) : resolve(exported, path);
  const target = await leadsTo(asked);
  const folders = await Promise.all([exported, ...allowDirs].map(leadsTo));
  const own = await leadsTo(workspace);
  const [exports = ''] = folders;
  // A folder that is allowed may hold the workspace, and what the server keeps there is not written over.
  const isOwn = isInside(own, target) && !isInside(exports, target);
  const named = quoteUntrusted(path);
  if (isOwn || !folders.some((folder) => isInside(folder, target)))
    throw new UserError('file_not_allowed', {
      what: `The file ${named} is outside the folders that this server may write to.`,
      why: `It writes only under ${list([exported, ...allowDirs])}, with links resolved.`,
      fix: 'Give a plain name such as results.csv, or start the server with --allow-dir and the folder.',
    });
  const facts = await stat(target).catch(() => undefined);
  if (facts && !facts.isFile())
    throw new UserError('not_a_file', { what: `${named} is a folder.`, fix: 'Name a file in it.' });
  return { path: target, exists: facts !== undefined };
}
