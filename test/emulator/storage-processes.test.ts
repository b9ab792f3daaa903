import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createObjectStore } from '../../src/emulator/objects/store.ts';
import { seededIds } from '../../src/support/ids.ts';
import { manualClock } from '../support/manual-clock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-processes-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openStore = () => createObjectStore({ folder, clock: manualClock(), ids: seededIds('processes') });

/** Creates the same thirty objects as every other such process, and prints how many of them were its own. */
const CREATOR = `
  import { createObjectStore } from './src/emulator/objects/store.ts';
  import { systemClock } from './src/support/clock.ts';
  import { systemIds } from './src/support/ids.ts';
  const store = createObjectStore({ folder: process.argv[1], clock: systemClock, ids: systemIds });
  let own = 0;
  for (let index = 0; index < 30; index++) {
    try {
      const preconditions = { ifGenerationMatch: '0' };
      await store.insert('shared', 'object-' + index, [Buffer.from(String(process.pid))], { preconditions });
      own += 1;
    } catch (error) {
      if (error.status !== 412) throw error;
    }
  }
  process.stdout.write(String(own));
`;

test('of processes that create the same objects, one creates each', async () => {
  await openStore().createBucket({ name: 'shared' });
  const creator = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', CREATOR, folder]);
  const outputs = await Promise.all([creator(), creator(), creator()]);
  const created = outputs.map(({ stdout }) => Number(stdout));
  expect(created.reduce((sum, own) => sum + own)).toBe(30);

  const { items } = await openStore().list('shared');
  expect(items).toHaveLength(30);
  expect(new Set(items.map(({ generation }) => generation)).size).toBe(30);
});

test('the lock of a process that died is taken over, and so is one from an earlier life of this one', async () => {
  const store = openStore();
  await store.createBucket({ name: 'locked' });
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  for (const pid of [dead, process.pid]) {
    await writeFile(join(folder, 'buckets', 'locked', 'lock'), String(pid));
    await store.insert('locked', 'object', [Buffer.from('x')]);
  }
  expect(await store.stat('locked', 'object')).toMatchObject({ size: '1' });
});

test('a reader that has begun gets the content it began with', async () => {
  const store = openStore();
  await store.createBucket({ name: 'busy' });
  const old = Buffer.alloc(5 << 20, 'a');
  await store.insert('busy', 'object', [old]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read('busy', 'object')) {
    if (chunks.length === 0) await store.insert('busy', 'object', [Buffer.from('new')]);
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).equals(old)).toBe(true);
});

test('two writers of one object leave one whole object', async () => {
  const store = openStore();
  await store.createBucket({ name: 'busy' });
  await Promise.all(
    Array.from({ length: 20 }, (_, writer) =>
      store.insert('busy', 'object', [Buffer.from(`writer ${writer}`)]),
    ),
  );
  const text: Uint8Array[] = [];
  for await (const chunk of store.read('busy', 'object')) text.push(chunk);
  expect(Buffer.concat(text).toString()).toMatch(/^writer \d+$/);
});
