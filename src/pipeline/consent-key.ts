import { randomBytes } from 'node:crypto';
import { access, constants, copyFile, link, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../support/errors.ts';
import { writeFileAtomic } from '../support/files.ts';

const LEAST_CHARACTERS = 32;

/**
 * The secret that signs `confirm` values: of the file that was given, else of the workspace, where it is made for
 * its owner's eyes only. Throws `bad_consent_key`.
 */
export async function readConsentKey(given: string | undefined, workspaceFolder: string): Promise<string> {
  if (given !== undefined) return read(given);
  const path = join(workspaceFolder, 'consent.key');
  await access(path).catch(() => create(path));
  return read(path);
}

/** Whoever comes first makes it, and nobody ever reads a part of it: it gets its name when it is whole. */
async function create(path: string): Promise<void> {
  const key = randomBytes(32).toString('hex');
  const whole = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFileAtomic(whole, `${key}\n`, { mode: 0o600 });
    // Not every file system has links.
    await link(whole, path).catch(() => copyFile(whole, path, constants.COPYFILE_EXCL));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

async function read(path: string): Promise<string> {
  const key = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  if (key.length >= LEAST_CHARACTERS) return key;
  throw new UserError('bad_consent_key', {
    what: `The key file ${path} cannot be read, or holds less than ${LEAST_CHARACTERS} characters.`,
    why: 'It signs what a person agreed to, so it must be a secret that cannot be guessed.',
    fix: 'Make one with `openssl rand -hex 32`, readable only for you, or remove the file and --consent-key.',
  });
}
