import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, idOf, openVertex, row, rowsOf, type Vertex } from '../support/vertex-emulator.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

let vertex: Vertex;
beforeEach(async () => {
  vertex = await openVertex();
});
afterEach(() => vertex.close());

/** Looks at a job every ten seconds until it ends. */
async function watch(name: string): Promise<Answer[]> {
  const seen: Answer[] = [];
  for (let look = 0; look < 500; look++) {
    vertex.clock.advance(10 * SECOND);
    seen.push(await vertex.get(name));
    if (seen.at(-1).endTime) return seen;
  }
  throw new Error('the job did not end');
}

describe('a job that is watched', () => {
  test('goes through its states in order, and its times fit them', async () => {
    await vertex.put('in.jsonl', rowsOf(1000));
    const created = await vertex.create();
    const seen = await watch(created.name);
    const states = [created, ...seen].map(({ state }) => state);
    expect([...new Set(states)]).toEqual([
      'JOB_STATE_PENDING',
      'JOB_STATE_QUEUED',
      'JOB_STATE_RUNNING',
      'JOB_STATE_SUCCEEDED',
    ]);
    const done = seen.at(-1);
    const times = [done.createTime, done.startTime, done.endTime].map((time) => Date.parse(time));
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(60 * SECOND);
    expect(times[1]! - times[0]!).toBeLessThanOrEqual(180 * SECOND);
    // 30 s of start-up, 1,000 rows at 40 a second, 10 s of wrapping up.
    expect(times[2]! - times[1]!).toBe(65 * SECOND);
  });

  test('shows counts that grow, and its output place only near the end', async () => {
    await vertex.put('in.jsonl', rowsOf(2000));
    const seen = await watch((await vertex.create()).name);
    const running = seen.filter(({ state }) => state === 'JOB_STATE_RUNNING');
    const done = running.map(({ completionStats }) => Number(completionStats?.successfulCount ?? 0));
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(new Set(done).size).toBeGreaterThan(3);
    const halfway = running.find(({ completionStats }) => Number(completionStats?.successfulCount) > 900);
    expect(
      Number(halfway.completionStats.successfulCount) + Number(halfway.completionStats.incompleteCount),
    ).toBe(2000);
    expect(halfway).not.toHaveProperty('outputInfo');
    expect(seen.at(-1).completionStats).toEqual({ successfulCount: '2000' });
    const directory = seen.at(-1).outputInfo.gcsOutputDirectory;
    expect(directory).toMatch(
      /^gs:\/\/emulated-bucket\/out\/prediction-model-\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/,
    );
    expect(Date.parse(directory.split('prediction-model-')[1])).not.toBe(Date.parse(seen.at(-1).createTime));
  });

  test('leaves chunks while it runs, and ends with the same rows as one that nobody watched', async () => {
    await vertex.put('in.jsonl', rowsOf(500));
    const { name, createTime } = await vertex.create();
    const done = (await watch(name)).at(-1);
    const chunks = await vertex.objects('out/');
    expect([...chunks.keys()].some((object) => object.includes('/incremental_predictions/'))).toBe(true);

    const unwatched = await openVertex();
    expect(new Date(unwatched.clock.now()).toISOString()).toBe(createTime);
    const { job, rows } = await unwatched.run(rowsOf(500));
    expect(job.name).toBe(name);
    expect(job.outputInfo).toEqual(done.outputInfo);
    expect(rows).toEqual(await vertex.rows(done));
    await unwatched.close();
  });
});

describe('speed', () => {
  test('divides every duration', async () => {
    const fast = await openVertex({ speed: 60 });
    await fast.put('in.jsonl', rowsOf(100));
    const { name } = await fast.create();
    fast.clock.advance(5 * SECOND);
    expect((await fast.get(name)).state).toBe('JOB_STATE_SUCCEEDED');
    await fast.close();
  });
});

describe('cancelling', () => {
  test('in the queue: no rows, no output', async () => {
    await vertex.put('in.jsonl', rowsOf(10));
    const { name } = await vertex.create();
    vertex.clock.advance(30 * SECOND);
    await vertex.vertex('POST', `batchPredictionJobs/${idOf(name)}:cancel`);
    expect((await vertex.get(name)).state).toBe('JOB_STATE_CANCELLING');
    vertex.clock.advance(HOUR);
    const job = await vertex.get(name);
    expect(job.state).toBe('JOB_STATE_CANCELLED');
    expect(job).not.toHaveProperty('startTime');
    expect(job).not.toHaveProperty('outputInfo');
  });

  test('half-way: the rows that were done are kept', async () => {
    await vertex.put('in.jsonl', rowsOf(4000));
    const { name } = await vertex.create();
    for (;;) {
      vertex.clock.advance(5 * SECOND);
      if (Number((await vertex.get(name)).completionStats?.successfulCount) >= 1000) break;
    }
    await vertex.vertex('POST', `batchPredictionJobs/${idOf(name)}:cancel`);
    vertex.clock.advance(HOUR);
    const job = await vertex.get(name);
    expect(job.state).toBe('JOB_STATE_CANCELLED');
    const rows = await vertex.rows(job);
    expect(rows.length).toBe(Number(job.completionStats.successfulCount));
    expect(rows.length + Number(job.completionStats.incompleteCount)).toBe(4000);
    expect(rows.length).toBeGreaterThanOrEqual(1000);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  test('a finished job stays as it is', async () => {
    const { job } = await vertex.run([row('a')]);
    expect((await vertex.vertex('POST', `batchPredictionJobs/${idOf(job.name)}:cancel`)).status).toBe(200);
    expect((await vertex.get(job.name)).state).toBe('JOB_STATE_SUCCEEDED');
  });
});

describe('limits of time', () => {
  test('72 hours in the queue: expired', async () => {
    const slow = await openVertex({ pace: { queueSeconds: [80 * 3600, 80 * 3600] } });
    const { job } = await slow.run([row('a')]);
    expect(job.state).toBe('JOB_STATE_EXPIRED');
    expect(Date.parse(job.endTime) - Date.parse(job.createTime)).toBe(72 * HOUR);
    await slow.close();
  });

  test('24 hours of running: the rest is cancelled, what is done is kept', async () => {
    const slow = await openVertex({ pace: { rowsPerSecond: 1 / 3600 } });
    const { job, rows } = await slow.run(rowsOf(100));
    expect(job.state).toBe('JOB_STATE_CANCELLED');
    expect(Date.parse(job.endTime) - Date.parse(job.startTime)).toBe(24 * HOUR);
    expect(rows).toHaveLength(23);
    await slow.close();
  });
});

describe('a restart', () => {
  test('in the middle of a job changes nothing about its output', async () => {
    const pace = { queueSeconds: [60, 60] as const };
    const first = await openVertex({ pace });
    await first.put('in.jsonl', rowsOf(1000));
    const { name } = await first.create();
    first.clock.advance(100 * SECOND);
    expect((await first.get(name)).completionStats).toMatchObject({ incompleteCount: expect.any(String) });
    await first.emulator.close();

    const again = await first.reopen();
    first.clock.advance(HOUR);
    const unbroken = await openVertex({ pace });
    const { rows } = await unbroken.run(rowsOf(1000));
    expect(await again.rows(await again.get(name))).toEqual(rows);
    await again.close();
    await unbroken.close();
  });

  test('two processes on one folder see one truth', async () => {
    const other = await vertex.reopen();
    await vertex.put('in.jsonl', rowsOf(300));
    const { name } = await vertex.create();
    vertex.clock.advance(HOUR);
    const [here, there] = await Promise.all([vertex.get(name), other.get(name)]);
    expect(there).toEqual(here);
    expect(await other.rows(there)).toHaveLength(300);
    expect((await other.vertex('DELETE', `batchPredictionJobs/${idOf(name)}`)).status).toBe(200);
    expect((await vertex.vertex('GET', `batchPredictionJobs/${idOf(name)}`)).status).toBe(404);
    await other.emulator.close();
  });
});

describe('deleting', () => {
  test('a running job is refused, a finished one is gone and its output stays', async () => {
    await vertex.put('in.jsonl', [row('a')]);
    const { name } = await vertex.create();
    const refused = await vertex.vertex('DELETE', `batchPredictionJobs/${idOf(name)}`);
    expect(refused.json.error.status).toBe('FAILED_PRECONDITION');
    vertex.clock.advance(HOUR);
    const { outputInfo } = await vertex.get(name);
    const { json: operation } = await vertex.vertex('DELETE', `batchPredictionJobs/${idOf(name)}`);
    expect(operation.done).toBe(true);
    const found = await vertex.vertex('GET', `operations/${idOf(operation.name)}`);
    expect(found.json).toEqual(operation);
    expect((await vertex.vertex('GET', 'batchPredictionJobs')).json).toEqual({});
    expect(await vertex.rows({ outputInfo })).toHaveLength(1);
  });
});

describe('what is taken away while a job runs', () => {
  const remove = (path: string) =>
    vertex.call(`https://storage.googleapis.com/storage/v1/b/${path}`, { method: 'DELETE' });

  test('the input: the job fails, the emulator goes on', async () => {
    vertex = await vertex.reopen({ pace: { queueSeconds: [60, 60] } });
    await vertex.put('in.jsonl', rowsOf(1000));
    const { name } = await vertex.create();
    vertex.clock.advance(95 * SECOND);
    expect((await vertex.get(name)).state).toBe('JOB_STATE_RUNNING');
    await remove('emulated-bucket/o/in.jsonl');
    vertex.clock.advance(HOUR);
    const job = await vertex.get(name);
    expect(job.state).toBe('JOB_STATE_FAILED');
    expect(job.error.message).toContain('in.jsonl');
  });
});
