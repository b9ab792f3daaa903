import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetch } from '../../src/backend.ts';
import { manualClock } from './manual-clock.ts';
import { requestRows } from './rows.ts';
import { type Called, startSession } from './session.ts';
import { isCreate, type Sent, traffic } from './traffic.ts';

/**
 * What goes wrong at the nth call to Google, or at the create: the answer is lost, or it is a refusal, or the network
 * or the process ends there for good; before the work is done or after it.
 */
export interface Fault {
  kind: 'lost' | 'refused' | 'cut off' | 'killed';
  at: number | 'create';
  done: boolean;
}

/** A value that the server gave out, and what it was given out for. */
export interface Given {
  value: string;
  plan: string;
  again: boolean;
}

/** A job that Google made. */
export interface Created {
  token: string;
  name: string;
  /** Of the create, UTC. */
  day: string;
  /** Content, labels and model. */
  plan: string;
  /** Whether it was run once more on purpose. */
  again: boolean;
}

/** One workspace, its servers one after the other, and all that a person and Google have seen of them. */
export async function openWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-once-'));
  const clock = manualClock({ jump: true });
  const chosen = { content: 0, labels: 0, model: 0 };
  const given: Given[] = [];
  const created: Created[] = [];
  /** Tokens of creates that came with no consent to them. */
  const unauthorized: string[] = [];
  /** Plans of calls that broke off, of which nobody knows how far they came. */
  const brokenOff = new Set<string>();
  let sending: { at: number; confirm: unknown; plan: string; again: boolean } | undefined;
  let armed: { fault: Fault; calls: number; gone: boolean; die: () => void } | undefined;
  const plan = () => Object.values(chosen).join('/');

  const isAgreed = (token: string): boolean =>
    given.some(({ value }) => {
      const [of, until = ''] = value.split('.');
      const inTime = sending !== undefined && sending.at <= Number.parseInt(until, 36) * 1000;
      return value === sending?.confirm && inTime && token.startsWith(`${of}`);
    });
  const observed = traffic((sent, pass) => {
    if (!isCreate(sent)) return undefined;
    const token: string = sent.body.labels.submit_token;
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const { plan: of = '', again = false } = sending ?? {};
    if (!isAgreed(token)) unauthorized.push(token);
    return pass().then(async (response) => {
      const { name } = (await response.clone().json()) as { name: string };
      created.push({ token, name, day, plan: of, again });
      return response;
    });
  });
  const never = new Promise<Response>(() => {});
  const isMoment = (sent: Sent): boolean => {
    if (!armed) return false;
    armed.calls += 1;
    return armed.fault.at === 'create' ? isCreate(sent) : armed.calls === armed.fault.at;
  };
  const faulty = (next: Fetch): Fetch => {
    const google = observed.network(next);
    return traffic((sent, pass) => {
      if (!armed) return undefined;
      const { kind, done } = armed.fault;
      const broken = () => (kind === 'killed' ? never : Promise.reject(new TypeError('fetch failed')));
      if (armed.gone) return broken();
      if (!isMoment(sent)) return undefined;
      if (kind === 'refused')
        return Promise.resolve(Response.json({ error: { code: 403, message: 'No.' } }, { status: 403 }));
      brokenOff.add(plan());
      armed.gone = kind !== 'lost';
      return Promise.resolve(done && pass())
        .finally(armed.die)
        .then(broken);
    }).network(google);
  };
  const open = () =>
    startSession({ folder, clock, network: faulty, settings: { askAboveUsd: 0, maxDayUsd: 1_000 } });
  let session = await open();

  const write = () =>
    writeFile(join(folder, 'rows.jsonl'), requestRows(2).replaceAll('number', `number ${chosen.content}`));
  await write();

  /** Sends a call through its fault, also twice at once; undefined where the server did not live to answer. */
  async function send(
    sent: Record<string, unknown>,
    fault?: Fault,
    twice = false,
  ): Promise<Called | undefined> {
    let die = () => {};
    const died = new Promise<undefined>((resolve) => {
      die = () => fault?.kind === 'killed' && resolve(undefined);
    });
    armed = fault && { fault, calls: 0, gone: false, die };
    const again = sent.allow_duplicate === true;
    sending = { at: clock.now(), plan: plan(), again, confirm: sent.confirm };
    const calls = Array.from({ length: twice ? 2 : 1 }, () => session.call('create_batch_job', sent));
    for (const one of calls) one.catch(() => undefined);
    const replies = await Promise.race([Promise.all(calls), died]);
    if (armed?.gone) {
      await session.close();
      session = await open();
    }
    [sending, armed] = [undefined, undefined];
    const reply = replies?.[0];
    if (reply?.data?.confirm) given.push({ value: reply.data.confirm, plan: plan(), again });
    return reply;
  }

  return {
    ...{ folder, clock, chosen, given, created, unauthorized, brokenOff, plan, send, write },
    /** The arguments of a submit of what is chosen. */
    args: () => ({
      ...{ model: ['gemini-3.5-flash-lite', 'gemini-3.8-flash'][chosen.model], location: 'global' },
      ...{ input: 'rows.jsonl', ...(chosen.labels > 0 && { labels: { team: 'b' } }) },
    }),
    remove: (job: string) => session.call('delete_batch_job', { job }),
    close: async () => {
      await session.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;
