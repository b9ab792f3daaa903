import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

// An independent client, written in Python: bare LF in multipart bodies, its own address for resumable uploads.
const hasGcloud = spawnSync('gcloud', ['--version']).status === 0;

describe.skipIf(!hasGcloud)('gcloud storage', () => {
  let emulator: StorageEmulator;
  let folder: string;

  beforeAll(async () => {
    emulator = await startStorage();
    folder = await mkdtemp(join(tmpdir(), 'storage-gcloud-'));
    await writeFile(join(folder, 'token'), 'anyone');
    await emulator.objects.createBucket({ name: 'from-gcloud', location: 'europe-west4', project: 'acme' });
  });
  afterAll(async () => {
    await emulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function gcloud(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('gcloud', ['storage', ...args], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        CLOUDSDK_CONFIG: join(folder, 'config'),
        CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${emulator.url}/storage/v1/`,
        CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, 'token'),
        CLOUDSDK_CORE_PROJECT: 'acme',
        CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
        CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
        CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
      },
    });
    return stdout;
  }

  test('a small file goes up by multipart, a large one by a resumable session, and both come down', async () => {
    const files = { 'small.jsonl': Buffer.from('{"key":"größe"}\r\n'), 'large.bin': randomBytes(12_000_000) };
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(folder, name), bytes);
      await gcloud('cp', name, `gs://from-gcloud/in put/${name}`);
      await gcloud('cp', `gs://from-gcloud/in put/${name}`, 'back');
      expect((await readFile(join(folder, 'back'))).equals(bytes)).toBe(true);
    }
    const listing = await gcloud('ls', '--long', 'gs://from-gcloud/in put/');
    expect(listing).toContain('12000000  2026-11-22T12:00:00Z  gs://from-gcloud/in put/large.bin');
  });

  test('compose, move, describe', async () => {
    await emulator.objects.insert('from-gcloud', 'a', [Buffer.from('a')]);
    await emulator.objects.insert('from-gcloud', 'b', [Buffer.from('b')]);
    await gcloud('objects', 'compose', 'gs://from-gcloud/a', 'gs://from-gcloud/b', 'gs://from-gcloud/ab');
    await gcloud('mv', 'gs://from-gcloud/ab', 'gs://from-gcloud/moved');
    expect(await gcloud('cat', 'gs://from-gcloud/moved')).toBe('ab');
    expect(await gcloud('buckets', 'describe', 'gs://from-gcloud', '--format=value(location)')).toBe(
      'EUROPE-WEST4\n',
    );
  });

  test('a bucket is made, and removed with all that is in it', async () => {
    await gcloud('buckets', 'create', 'gs://short-lived', '--location=us-central1');
    await emulator.objects.insert('short-lived', 'x/y', [Buffer.from('z')]);
    await gcloud('rm', '--recursive', 'gs://short-lived');
    expect(await emulator.objects.bucket('short-lived')).toBeUndefined();
    await expect(gcloud('cat', 'gs://short-lived/x/y')).rejects.toMatchObject({
      stderr: expect.stringContaining('gs://short-lived not found: 404'),
    });
  });
});
