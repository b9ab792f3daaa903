import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../support/errors.ts';

const LEAST_CHARACTERS = 32;

/**
 * The secret that signs `confirm` values: of the file that was given, else of the workspace, where it is made for
 * its owner's eyes only. Throws `bad_consent_key`.
 */
export async function readConsentKey(given: string | undefined, workspaceFolder: string): Promise<string> {
  if (given !== undefined) return read(given);
  const path = join(workspaceFolder, 'consent.key');
  await mkdir(workspaceFolder, { recursive: true });
  await create(path);
  return read(path);
}

/** Whoever comes first makes it. */
async function create(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await file.sync();
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
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
