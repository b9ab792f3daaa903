import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/server/session.ts';
import { createRun, RUN, type RunOptions } from '../support/runs.ts';
import { testSettings } from '../support/session.ts';

const run = promisify(execFile);
const BIN = resolve('dist/bin.cjs');

let folder: string;
let sessions: Session[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-watch-'));
  sessions = [];
});
afterEach(async () => {
  for (const session of sessions) await session.close();
  await rm(folder, { recursive: true, force: true });
});

/** Jobs in the workspace, made by another process than the one that watches; each takes some two seconds. */
async function submitted(rows: number[], options: RunOptions = {}, faults: unknown[] = [], speed = 120) {
  const emulatorFaults = join(folder, 'faults.json');
  await writeFile(emulatorFaults, JSON.stringify(faults));
  const settings = testSettings(join(folder, 'workspace'), { emulatorSpeed: speed, emulatorFaults });
  const session = createSession({ settings, log: () => undefined });
  sessions.push(session);
  const jobs = await createRun(session, rows, options);
  return jobs.map(({ name = '' }) => name);
}

const env = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  TMPDIR: folder,
  NO_COLOR: '1',
  VERTEX_BATCH_WORKSPACE: join(folder, 'workspace'),
  VERTEX_BATCH_EMULATOR_FAULTS: join(folder, 'faults.json'),
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The built program, not on a terminal. */
async function watch(...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(process.execPath, [BIN, 'watch', ...args], { env: env() });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as Ended;
  }
}

const LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}(.*)$/;

describe('a job', () => {
  test('is followed with a line a state to its end, and 0 says that every row is ok', async () => {
    const [job = ''] = await submitted([40], { labels: {} });
    const { code, stdout, stderr } = await watch(job);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').flatMap((line) => LINE.exec(line)?.[1] ?? []);
    expect(lines.length).toBeGreaterThan(1);
    expect(new Set(lines.map((line) => /JOB_STATE_\w+/.exec(line)?.[0])).size).toBe(lines.length);
    expect(lines.at(-1)).toMatch(/^All 40 rows are ok\. The job ended as JOB_STATE_SUCCEEDED/);
    expect(stdout).toMatch(/rows\n {2}ok +40 rows\n$/);
  });

  test('whose rows are not all ok ends with 1, and the reason', async () => {
    const rowStatus =
      'Bad Request: {"error": {"code": 400, "message": "No role", "status": "INVALID_ARGUMENT"}}';
    const [job = ''] = await submitted([10], {}, [{ match: { row: { every: 5 } }, respond: { rowStatus } }]);
    const { code, stdout, stderr } = await watch(job.split('/').at(-1) ?? '');
    expect(code).toBe(1);
    expect(stderr).toBe('\n2 of 10 rows are not ok.\n');
    expect(stdout).toMatch(/causes\n {2}error_permanent +2 rows {2}«No role»/);
  });

  test('that fails ends with 1 and says that it failed', async () => {
    const [job = ''] = await submitted([10], {}, [
      { respond: { jobState: 'JOB_STATE_FAILED', afterRows: 4 } },
    ]);
    const { code, stderr } = await watch(job);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^\nThe job ended as JOB_STATE_FAILED\. \d of 10 rows are not ok\.\n$/),
    });
  });

  test('is left alone by Ctrl-C, which ends with 130', async () => {
    const [job = ''] = await submitted([10], {}, [], 1);
    const watching = spawn(process.execPath, [BIN, 'watch', job], { env: env() });
    let stderr = '';
    watching.stderr.on('data', (text) => {
      stderr += text;
    });
    await once(watching.stdout, 'data');
    watching.kill('SIGINT');
    expect(await once(watching, 'exit')).toEqual([130, null]);
    expect(stderr).toContain(`The job goes on; to see it again: vertex-batch-mcp watch ${job}`);
  });
});

describe('a run', () => {
  test('is followed as one, as one JSON object a change', async () => {
    await submitted([30, 30]);
    const { code, stdout, stderr } = await watch(RUN, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const changes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(changes.length).toBeGreaterThan(1);
    for (const [at, change] of changes.entries()) {
      expect(change).toMatchObject({ job: RUN, emulated: true, at: expect.stringMatching(/Z$/) });
      const { at: _, summary: __, clock: ___, ...facts } = change;
      const { at: ____, summary: _____, clock: ______, ...before } = changes[at - 1] ?? {};
      expect(facts).not.toEqual(before);
    }
    expect(changes.at(-1)).toMatchObject({ ended: true, ok: true, outcomes: { ok: 60 } });
    expect(changes.at(-1).jobs).toHaveLength(2);
  });

  test('of which jobs are missing is not ok, however well the others ended', async () => {
    await submitted([5], { of: 3 });
    const { code, stdout, stderr } = await watch(RUN, '--json');
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(last).toMatchObject({ ok: false, problem: 'Only 1 of 3 jobs of the run were submitted.' });
  });
});

describe('what cannot be watched', () => {
  test.each([
    ['nothing', []],
    ['two things', ['1', '2']],
    ['what is no name', ['my job']],
    ['an option that there is not', ['1', '--colour']],
  ])('%s is bad usage', async (_, args) => {
    await submitted([]);
    expect(await watch(...args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^\[bad_command_line\] /),
    });
  });

  test('a job that does not exist is a failure', async () => {
    await submitted([]);
    expect(await watch('123456789')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^\[job_not_found\] /),
    });
  });
});
