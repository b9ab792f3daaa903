import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../support/errors.ts';
import { writeFileAtomic } from '../support/files.ts';
import { list, quoteUntrusted } from '../support/text.ts';

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

/** Where a path leads, with links resolved as far as there is something. */
const leadsTo = (path: string): Promise<string> =>
  realpath(path).catch(async () =>
    dirname(path) === path ? path : join(await leadsTo(dirname(path)), basename(path)),
  );

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}
