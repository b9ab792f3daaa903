import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';

const SECRET = 'the vault opens at noon';
const ROWS = requestRows(2, () => ({ contents: [{ role: 'user', parts: [{ text: SECRET }] }] }));

/** Every tool that reads a local file. The rows are request rows and a table at once. */
const READERS: Record<string, (session: TestSession, path: string) => ReturnType<TestSession['call']>> = {
  compose_batch_input: ({ call }, source) =>
    call('compose_batch_input', { source, prompt: 'Repeat {{key}}.' }),
  create_batch_job: ({ call }, input) => call('create_batch_job', { model: 'gemini-3.5-flash-lite', input }),
};

/** `workspace`, `workspace-other`, `tables` and `outside` beside each other; each but the first has `rows.jsonl`. */
let root: string;
let session: TestSession;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'vertex-batch-files-')));
  for (const folder of ['workspace', 'workspace-other', 'tables', 'outside']) await mkdir(join(root, folder));
  for (const folder of ['workspace-other', 'tables', 'outside'])
    await writeFile(join(root, folder, 'rows.jsonl'), ROWS);
});
afterEach(async () => {
  await session.close();
  await rm(root, { recursive: true, force: true });
});

const start = async (allowed: string[] = []) => {
  session = await startSession({
    folder: join(root, 'workspace'),
    settings: { allowDirs: allowed.map((folder) => join(root, folder)) },
  });
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  describe('refuses what is outside, and does not tell whether it is there', () => {
    const ways: [string, (name: string) => string][] = [
      ['an absolute path', (name) => join(root, 'outside', name)],
      ['a path with ../', (name) => `../outside/${name}`],
      ['an absolute path with ../', (name) => `${root}/workspace/../outside/${name}`],
      ['../ behind an allowed folder', (name) => `${root}/tables/../outside/${name}`],
      ['a folder that begins like the workspace', (name) => join(root, 'workspace-other', name)],
      ['a link to a folder', (name) => `linked/${name}`],
      ['a link to a folder, and one that is not there', (name) => `linked/${name}/${name}`],
    ];
    test.each(ways)('%s', async (_, path) => {
      await start(['tables']);
      await symlink(join(root, 'outside'), join(root, 'workspace', 'linked'));
      const [there, missing] = [path('rows.jsonl'), path('nothing.jsonl')];
      const reply = await read(session, there);
      expect(reply.isError).toBe(true);
      expect(reply.text).toMatch(/^\[file_not_allowed\].*--allow-dir/s);
      expect(reply.text).not.toContain(SECRET);
      expect((await read(session, missing)).text).toBe(reply.text.replaceAll(there, missing));
    });

    test('a link to a file, in the workspace as in an allowed folder', async () => {
      await start(['tables']);
      for (const folder of ['workspace', 'tables']) {
        const link = join(root, folder, 'link.jsonl');
        await symlink(join(root, 'outside', 'rows.jsonl'), link);
        const { text } = await read(session, link);
        expect(text).toMatch(/^\[file_not_allowed\].*«.*link\.jsonl»/s);
        expect(text).not.toContain(SECRET);
      }
    });
  });

  describe('reads what is allowed', () => {
    const succeeds = async (path: string) => {
      const { data, text } = await read(session, path);
      expect(data?.rows, text).toBe(2);
    };

    test('a relative path is one in the workspace, not in the folder that the server was started from', async () => {
      await start();
      await session.file('rows.jsonl', ROWS);
      await succeeds('rows.jsonl');
      await succeeds('./rows.jsonl');
      expect((await read(session, 'package.json')).text).toMatch(/^\[file_not_found\]/);
    });

    test('a file of an allowed folder, and of one that is a link', async () => {
      await start(['tables', 'shortcut']);
      await symlink(join(root, 'outside'), join(root, 'shortcut'));
      await succeeds(join(root, 'tables', 'rows.jsonl'));
      await succeeds(join(root, 'shortcut', 'rows.jsonl'));
      await succeeds(join(root, 'outside', 'rows.jsonl'));
      expect((await read(session, join(root, 'shortcut', 'nothing.jsonl'))).text).toMatch(
        /^\[file_not_found\]/,
      );
    });

    test('a link from the workspace into an allowed folder', async () => {
      await start(['tables']);
      await symlink(join(root, 'tables', 'rows.jsonl'), join(root, 'workspace', 'link.jsonl'));
      await succeeds('link.jsonl');
    });
  });

  describe('says what is wrong with a path', () => {
    test.each([
      ['a folder', '.', 'not_a_file'],
      ['a folder below', 'inputs', 'not_a_file'],
      ['a pipe that nobody writes to', 'pipe', 'not_a_file'],
      ['an empty file', 'empty.jsonl', 'empty_file'],
      ['a missing file', 'nothing.jsonl', 'file_not_found'],
      ['a file below a file', 'rows.jsonl/more', 'file_not_found'],
      ['a link to itself', 'circle', 'file_not_found'],
      ['a name longer than any', `${'x'.repeat(5_000)}.jsonl`, 'file_not_found'],
      ['a name that ends early', 'rows.jsonl\0.png', 'file_not_found'],
    ])('%s', async (_, path, code) => {
      await start();
      await mkdir(join(session.folder, 'inputs'), { recursive: true });
      await session.file('rows.jsonl', ROWS);
      await session.file('empty.jsonl', '');
      await symlink('circle', join(session.folder, 'circle'));
      if (basename(path) === 'pipe') execFileSync('mkfifo', [join(session.folder, 'pipe')]);
      const reply = await read(session, path);
      expect(reply.isError).toBe(true);
      expect(reply.text.slice(0, 200)).toMatch(new RegExp(`^\\[${code}\\]`));
    });
  });
});
