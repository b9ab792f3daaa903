import { backoff, MOST_FAILURES } from '../../pipeline/poll.ts';
import { systemClock, timestamp } from '../../support/clock.ts';
import { UserError } from '../../support/errors.ts';
import { systemIds } from '../../support/ids.ts';
import type { Command } from '../command.ts';
import { type Connection, connect } from '../connection.ts';
import { barScreen, jsonScreen, lineScreen, type Screen } from '../watch/screens.ts';
import { type Status, statesOf } from '../watch/status.ts';
import { notOk } from '../watch/verdict.ts';

/** As a shell says that a program was ended by SIGINT. */
const INTERRUPTED = 130;

export const watch: Command = {
  name: 'watch',
  about: 'Follow a job or a run to its end. Exits with 0 when every row is ok, with 1 when not.',
  positional: 'job or run',
  options: [{ flag: 'json', about: 'Print one JSON object a change instead.' }],
  run: async ({ settings, flags, positionals }) => {
    const [job, ...more] = positionals;
    if (job === undefined || more.length > 0)
      throw new UserError('bad_command_line', {
        what: job === undefined ? 'It is not said what to watch.' : 'Only one job or run can be watched.',
        fix: 'Give a job by its name or id, or a run as run-0123456789.',
      });
    const { stdout } = process;
    const screen = (flags.json ? jsonScreen : stdout.isTTY ? barScreen : lineScreen)(stdout);
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    const server = await connect({ ...settings, logLevel: 'warning' });
    try {
      process.exitCode = await follow(job, { server, screen, signal: stopping.signal });
    } catch (error) {
      if (!stopping.signal.aborted) throw badName(error);
      screen.note(`Stopped watching. The job goes on; to see it again: vertex-batch-mcp watch ${job}`);
      process.exitCode = INTERRUPTED;
    } finally {
      screen.close();
      await server.close();
    }
  },
};

interface Watching {
  server: Pick<Connection, 'call'>;
  screen: Screen;
  signal: AbortSignal;
}

/** Looks less and less often while nothing changes, to the end of the job; returns what to exit with. */
async function follow(job: string, watching: Watching): Promise<number> {
  const { server, screen, signal } = watching;
  const look = (named: string) => unlessAborted(server.call('get_job_status', { job: named }), signal);
  const now = () => timestamp(systemClock.now());
  let status: Status = await look(job);
  const pauses = backoff({ emulated: status.emulated, ids: systemIds });
  for (let failures = 0; !status.data.ended; ) {
    screen.look(status, now());
    await systemClock.sleep(pauses.next(), signal);
    try {
      const before = statesOf(status);
      status = await look(status.data.job);
      if (statesOf(status) !== before) pauses.reset();
      failures = 0;
    } catch (error) {
      failures += 1;
      if (!isPassing(error) || failures >= MOST_FAILURES) throw error;
      if (failures === 1) screen.note(`${(error as Error).message} Still trying.`);
    }
  }
  screen.end(status, now());
  return notOk(status) === undefined ? 0 : 1;
}

/** What may be over at the next look: the network, Google's troubles, a quota. */
const isPassing = (error: unknown): boolean =>
  error instanceof UserError && ['network', 'google_unavailable', 'quota_exhausted'].includes(error.code);

const badName = (error: unknown): unknown =>
  error instanceof UserError && error.code === 'bad_job_name'
    ? new UserError('bad_command_line', { what: error.what, fix: error.fix, cause: error })
    : error;

/** A call under way is not waited for once the person has had enough. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}
