import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

let folder: string;
let written: string;
let exitCode: typeof process.exitCode;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-doctor-'));
  written = '';
  exitCode = process.exitCode;
  process.exitCode = undefined;
  for (const name of Object.keys(process.env))
    if (/^(GOOGLE|GCLOUD|CLOUDSDK|VERTEX_BATCH)/i.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', folder);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  const write = (text: string | Uint8Array) => {
    written += text;
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(write);
  vi.spyOn(process.stderr, 'write').mockImplementation(write);
});
afterEach(async () => {
  process.exitCode = exitCode;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The command line of a person; what it printed, and how it ended. */
async function doctor(...args: string[]) {
  await main(['doctor', '--workspace', folder, ...args]);
  return { lines: written.split('\n'), code: process.exitCode ?? 0 };
}

test('prints a line a check, and the way to Google', async () => {
  const { lines, code } = await doctor('--model', 'gemini-3.8-flash');
  expect(code).toBe(0);
  expect(lines[0]).toMatch(
    /^warning {2}backend {8}The embedded emulator answers, as no Google Cloud project is known/,
  );
  expect(lines[1]).toBe(`${' '.repeat(24)}→ gcloud auth application-default login`);
  expect(lines).toContain(
    `${'ok'.padEnd(9)}${'vertex_ai_api'.padEnd(15)}aiplatform.googleapis.com is enabled.`,
  );
  expect(written).toMatch(/ok {7}model {10}gemini-3\.8-flash is GA in global/);
  expect(written).toMatch(/No check failed; 1 warning: .*--project PROJECT_ID and --bucket gs:\/\/BUCKET/);
});

test('ends with 1 when something failed, the command under it', async () => {
  const { lines, code } = await doctor('--bucket', 'gs://no-such-bucket');
  expect(code).toBe(1);
  const at = lines.indexOf('failed   bucket         There is no bucket gs://no-such-bucket.');
  expect(lines[at + 1]?.trim()).toBe(
    '→ gcloud storage buckets create gs://no-such-bucket --project=emulated-project --location=us',
  );
  expect(written).toContain('1 of 11 checks failed: There is no bucket gs://no-such-bucket.');
});

test('without credentials says how to get them', async () => {
  const { code } = await doctor('--project', 'acme-prod', '--bucket', 'gs://acme');
  expect(code).toBe(1);
  expect(written).toMatch(
    /^failed {3}credentials {4}No Google credentials were found\..*\n\s+→ gcloud auth application-default login\n/,
  );
  expect(written.match(/^failed/gm)).toHaveLength(1);
});

test('does not run into faults with a stack', async () => {
  const faults = join(folder, 'faults.json');
  await writeFile(faults, JSON.stringify([{ match: { rpc: 'storage.*' }, respond: { status: 403 } }]));
  const { code } = await doctor('--emulator-faults', faults);
  expect(code).toBe(1);
  expect(written).toMatch(/warning {2}bucket {9}Where gs:\/\/emulated-bucket is may not be looked at/);
  expect(written).toMatch(/failed {3}bucket_access/);
  expect(written).not.toMatch(/\n\s+at /);
});
