import { setMaxListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { jobsOfRun } from '../../src/pipeline/find-run.ts';
import { type JobFacts, jobFacts } from '../../src/pipeline/job-facts.ts';
import { backoff, type PollEvent, type PollSpec, poll } from '../../src/pipeline/poll.ts';
import type { Clock } from '../../src/support/clock.ts';
import { manualClock } from '../support/manual-clock.ts';
import { createRun, RUN } from '../support/runs.ts';
import { startSession, type TestOptions, type TestSession } from '../support/session.ts';
import { isGetJob, type Sent, traffic } from '../support/traffic.ts';

let session: TestSession;
afterEach(() => session.close());

const isList = ({ method, url }: Sent) => method === 'GET' && url.pathname.endsWith('/batchPredictionJobs');

interface Following {
  spec: Partial<PollSpec>;
  emulated?: boolean;
  signal?: AbortSignal;
  onEvent?: (event: PollEvent) => unknown;
}

/** Everything that a poll says, and how long it slept before each look. */
async function follow(jobs: JobFacts[], following: Following) {
  const { spec, emulated = true, signal = new AbortController().signal, onEvent } = following;
  const { vertex } = await session.backend();
  const pauses: number[] = [];
  const clock: Clock = {
    now: session.clock.now,
    sleep: (ms, aborts) => {
      pauses.push(ms);
      return session.clock.sleep(ms, aborts);
    },
  };
  // The clock of tests does not take its listeners back.
  setMaxListeners(0, signal);
  const ids = { random: () => 0.999_999, token: () => 'x' };
  const ports = { vertex, clock, ids, emulated, signal };
  const events: PollEvent[] = [];
  for await (const event of poll({ jobs, ...spec }, ports)) {
    events.push(event);
    await onEvent?.(event);
  }
  return { events, pauses };
}

const states = (events: readonly PollEvent[]) => [
  ...new Set(events.flatMap((event) => (event.kind === 'job' ? [event.job.state] : []))),
];

async function withRun(rows: number[], options: TestOptions = {}): Promise<JobFacts[]> {
  session = await startSession(options);
  return (await createRun(session, rows)).map(jobFacts);
}

test('a job is followed through its states to its end, one get a look', async () => {
  const { sent, network } = traffic();
  const [job] = (await withRun([300], { network })) as [JobFacts];
  sent.length = 0;
  const { events, pauses } = await follow([job], { spec: {} });
  expect(states(events)).toEqual(['JOB_STATE_QUEUED', 'JOB_STATE_RUNNING', 'JOB_STATE_SUCCEEDED']);
  expect(events.at(-1)).toMatchObject({ job: { ended: true, rows: { succeeded: 300 } } });
  expect(sent.filter(isGetJob)).toHaveLength(pauses.length);
  expect(sent.filter(isList)).toHaveLength(0);
});

test('only changes are told: of state, or of rows that are done', async () => {
  const jobs = await withRun([5_000]);
  const { events } = await follow(jobs, { spec: {} });
  for (const event of events) {
    if (event.kind !== 'job') continue;
    const { job, before } = event;
    expect([job.state, job.rows]).not.toEqual([before?.state, before?.rows]);
  }
  expect(events.length).toBeGreaterThan(4);
});

describe('a run', () => {
  test('is one list call a look, and shards that are submitted meanwhile are taken in', async () => {
    const { sent, network } = traffic();
    session = await startSession({ network });
    const jobs = (await createRun(session, [20, 20], { of: 3 })).map(jobFacts);
    sent.length = 0;
    let late: string | undefined;
    const onEvent = async () => {
      if (late) return;
      const [job] = await createRun(session, [20], { of: 3, numbers: [3] });
      late = job?.name;
      sent.length = 0;
    };
    const { events, pauses } = await follow(jobs, {
      spec: { run: { run: RUN, location: 'global' } },
      onEvent,
    });
    const ends = events.filter((event) => event.kind === 'job' && event.job.ended);
    expect(ends).toHaveLength(3);
    expect(events.find((event) => event.kind === 'job' && event.job.job === late)).toMatchObject({
      before: undefined,
    });
    expect(sent.filter(isGetJob)).toHaveLength(0);
    expect(sent.filter(isList).length).toBeLessThanOrEqual(pauses.length);
  });

  test('among other jobs is found by its label, and nothing is added to what was asked for', async () => {
    const { sent, network } = traffic();
    session = await startSession({ network });
    const [first, second] = (await createRun(session, [5, 5, 5])).map(jobFacts) as [JobFacts, JobFacts];
    const [other] = (await createRun(session, [5], { run: 'run-9999999999' })).map(jobFacts) as [JobFacts];
    sent.length = 0;
    const { events, pauses } = await follow([first, second, other], { spec: {} });
    const seen = new Set(events.flatMap((event) => (event.kind === 'job' ? [event.job.job] : [])));
    expect(seen).toEqual(new Set([first.job, second.job, other.job]));
    // A list for the two of the run, and a get for the other: two calls a look, as long as there are two.
    expect(sent.filter(isList).length).toBeGreaterThan(2);
    expect(sent.length).toBeLessThanOrEqual(2 * pauses.length);
  });

  test('whose job vanishes from the list is told of by its name', async () => {
    const jobs = await withRun([5, 5]);
    const [job] = jobs as [JobFacts];
    const gone = { ...job, job: job.job.replace(/\d+$/, '42') };
    const spec = { run: { run: RUN, location: 'global' } };
    await expect(follow([gone, ...jobs], { spec })).rejects.toMatchObject({ status: 404 });
  });
});

describe('pauses', () => {
  const ceilings = (emulated: boolean, looks: number, resetAt?: number) => {
    const pauses = backoff({ emulated, ids: { random: () => 1, token: () => '' } });
    return Array.from({ length: looks }, (_, look) => {
      if (look === resetAt) pauses.reset();
      return pauses.next();
    });
  };

  test('grow from a few seconds to a minute on Google, from a quarter of a second on the emulator', () => {
    expect(ceilings(false, 10)).toEqual([
      3_000, 4_500, 6_750, 10_125, 15_188, 22_782, 34_172, 51_258, 60_000, 60_000,
    ]);
    expect(ceilings(true, 3)).toEqual([250, 375, 563]);
    expect(Math.max(...ceilings(true, 20))).toBe(5_000);
  });

  test('have full jitter: anything up to the ceiling', () => {
    const values = [0, 0.25, 0.5];
    const pauses = backoff({ emulated: false, ids: { random: () => values.shift() ?? 0, token: () => '' } });
    expect([pauses.next(), pauses.next(), pauses.next()]).toEqual([0, 1_125, 3_375]);
  });

  test('begin anew with each change of state, and not with each row', async () => {
    session = await startSession();
    const jobs = (await createRun(session, [20_000])).map(jobFacts);
    const { events, pauses } = await follow(jobs, { spec: {}, emulated: false });
    const starts = pauses.filter((pause) => pause === 3_000).length;
    const changes = events.filter((event) => event.kind === 'job' && event.job.state !== event.before?.state);
    // The first pause, and one after each change but the last, which is the end.
    expect(starts).toBe(changes.length);
    expect(pauses.filter((pause) => pause === 60_000).length).toBeGreaterThan(2);
  });
});

describe('trouble', () => {
  const broken = (from: number, to: number) => {
    let looks = 0;
    return traffic((call) => {
      if (!isGetJob(call)) return undefined;
      looks += 1;
      return looks > from && looks <= to ? Promise.reject(new TypeError('fetch failed')) : undefined;
    });
  };

  test('on the wire is survived, and told once', async () => {
    const { network } = broken(2, 60);
    const jobs = await withRun([300], { network });
    const { events } = await follow(jobs, { spec: {} });
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'job');
    expect(kinds).toEqual(['trouble', 'recovered']);
    expect(events.at(-1)).toMatchObject({ job: { ended: true } });
  });

  test('that stays is thrown in the end', async () => {
    const { network } = broken(0, Number.POSITIVE_INFINITY);
    const jobs = await withRun([300], { network });
    const began = session.clock.now();
    await expect(follow(jobs, { spec: {}, emulated: false })).rejects.toMatchObject({ reason: 'NETWORK' });
    expect(session.clock.now() - began).toBeGreaterThan(1_800_000);
  });

  test('that asks for patience gets it', async () => {
    const busy = { error: { code: 429, message: 'Busy', status: 'RESOURCE_EXHAUSTED' } };
    let refused = false;
    const { network } = traffic((call) => {
      if (!isGetJob(call) || refused) return undefined;
      refused = true;
      return Promise.resolve(Response.json(busy, { status: 429, headers: { 'retry-after': '120' } }));
    });
    const jobs = await withRun([5], { network });
    const { pauses } = await follow(jobs, { spec: {} });
    expect(pauses[1]).toBe(120_000);
  });

  test('that asking again does not mend is thrown at once', async () => {
    const { sent, network } = traffic();
    const jobs = await withRun([5], { network });
    const { vertex } = await session.backend();
    session.clock.advance(86_400_000);
    for (const { job } of jobs) await vertex.batchPredictionJobs.delete(job);
    sent.length = 0;
    await expect(follow(jobs, { spec: {} })).rejects.toMatchObject({ status: 404 });
    expect(sent).toHaveLength(1);
  });
});

describe('a poll ends', () => {
  test('at its time, with a last look then', async () => {
    const jobs = await withRun([300]);
    const until = session.clock.now() + 10_000;
    const { pauses } = await follow(jobs, { spec: { until } });
    expect(session.clock.now()).toBe(until);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(10_000);
  });

  test('without a word when its signal aborts, in the middle of a pause too', async () => {
    const jobs = await withRun([300], { clock: manualClock() });
    const stop = new AbortController();
    const following = follow(jobs, { spec: {}, signal: stop.signal });
    setImmediate(() => stop.abort());
    expect(await following).toMatchObject({ events: [], pauses: [250] });
  });

  test('before it begins where all jobs have ended', async () => {
    const jobs = await withRun([5, 5]);
    session.clock.advance(86_400_000);
    const { vertex } = await session.backend();
    const signal = new AbortController().signal;
    const ended = (await jobsOfRun(RUN, 'global', { vertex, signal })).map(jobFacts);
    expect(ended.map(({ shard }) => shard)).toEqual(['1-of-2', '2-of-2']);
    expect((await follow(ended, { spec: {} })).pauses).toEqual([]);
    expect(jobs).toHaveLength(2);
  });
});
