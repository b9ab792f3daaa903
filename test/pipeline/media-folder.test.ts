import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStorageClient } from '../../src/google/storage.ts';
import { type MediaFolder, openMediaFolder } from '../../src/pipeline/media-folder.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import type { Row, Skipped } from '../../src/tables/table.ts';
import { testHttp } from '../google/support/test-http.ts';
import { BUCKET, openVertex } from '../support/vertex-emulator.ts';

async function open() {
  const vertex = await openVertex({ buckets: [BUCKET] });
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-folder-'));
  onTestFinished(async () => {
    await vertex.close();
    await rm(folder, { recursive: true, force: true });
  });
  const storage = createStorageClient({ http: testHttp((url, init) => vertex.call(String(url), init)) });
  const ports = { workspace: createWorkspace(folder, []), storage, signal: new AbortController().signal };
  return {
    folder,
    file: async (name: string, content = 'x') => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    },
    object: (name: string, contentType: string, content = 'x') =>
      storage.upload({ bucket: BUCKET, name, contentType, bytes: bytesOf(content) }),
    read: async (source: string) => readAll(await openMediaFolder(source, ports)),
  };
}

async function* bytesOf(content: string) {
  if (content) yield Buffer.from(content);
}

async function readAll(folder: MediaFolder | undefined) {
  if (!folder) return undefined;
  const entries: (Row | Skipped)[] = [];
  for await (const entry of folder.rows) entries.push(entry);
  return {
    sha256: folder.sha256,
    bytes: folder.bytes,
    rows: entries.flatMap((entry) => ('cells' in entry ? [entry.cells] : [])),
    skipped: entries.flatMap((entry) => ('skipped' in entry ? [entry] : [])),
  };
}

describe('a local folder', () => {
  test('is a row for each file, in order of name, with all others told', async () => {
    const { file, folder, read } = await open();
    for (const name of ['in/b.png', 'in/a/x.jpg', 'in/c.exe', '.git/x.png', 'in/.DS_Store']) await file(name);
    await file('in/d.png', '');
    expect(await read('in')).toEqual({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      bytes: 3,
      rows: [
        { file: join(folder, 'in/a/x.jpg'), name: 'x.jpg', folder: 'a' },
        { file: join(folder, 'in/b.png'), name: 'b.png', folder: '' },
      ],
      skipped: [
        { place: 3, skipped: 'no type that Gemini reads' },
        { place: 4, skipped: 'empty file' },
      ],
    });
  });

  test('is another one where a file is another one', async () => {
    const { file, folder, read } = await open();
    await file('in/a.png');
    const hashes = new Set([(await read('in'))?.sha256, (await read('in'))?.sha256]);
    expect(hashes.size).toBe(1);
    await utimes(join(folder, 'in/a.png'), 1, 1);
    hashes.add((await read('in'))?.sha256);
    await file('in/b.png');
    hashes.add((await read('in'))?.sha256);
    expect(hashes.size).toBe(3);
  });

  test('a file is none, and nothing in it is an error', async () => {
    const { file, folder, read } = await open();
    await file('rows.csv');
    expect(await read('rows.csv')).toBeUndefined();
    await mkdir(join(folder, 'empty'));
    await expect(read('empty')).rejects.toMatchObject({ code: 'no_rows' });
    await expect(read('nowhere')).rejects.toMatchObject({ code: 'file_not_found' });
  });

  test('of the server itself is no media', async () => {
    const { file, folder, read } = await open();
    await file('inputs/in-1/manifest.json');
    for (const path of ['.', folder, 'inputs', 'inputs/in-1'])
      await expect(read(path)).rejects.toMatchObject({ code: 'not_a_file' });
  });

  test('outside is not read, also through a link', async () => {
    const { folder, read } = await open();
    await symlink(tmpdir(), join(folder, 'link'));
    for (const path of ['link', '..', tmpdir()])
      await expect(read(path)).rejects.toMatchObject({ code: 'file_not_allowed' });
  });
});

test('a prefix in Cloud Storage', async () => {
  const { object, read } = await open();
  await object('in/b', 'image/png');
  await object('in/a/x.jpg', 'application/octet-stream');
  await object('in/c.bin', 'application/octet-stream');
  await object('in/', 'text/plain', '');
  await object('other/x.png', 'image/png');
  expect(await read(`gs://${BUCKET}/in/`)).toEqual({
    sha256: expect.any(String),
    bytes: 3,
    rows: [
      { file: `gs://${BUCKET}/in/a/x.jpg`, name: 'x.jpg', folder: 'a' },
      { file: `gs://${BUCKET}/in/b`, name: 'b', folder: '' },
    ],
    skipped: [{ place: 3, skipped: 'no type that Gemini reads' }],
  });
  expect(await read(`gs://${BUCKET}/in/b`)).toBeUndefined();
  await expect(read(`gs://${BUCKET}/none/`)).rejects.toMatchObject({ code: 'no_rows' });
});
