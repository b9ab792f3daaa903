import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fault, openWorld, type World } from '../support/consent-world.ts';
import { leftBehind } from '../support/left-behind.ts';

const CONFIRMS = ['none', 'right', 'first', 'of another plan', 'forged'] as const;
const PARTS = ['content', 'labels', 'model'] as const;

type Step =
  | {
      do: 'call';
      confirm: (typeof CONFIRMS)[number];
      again: boolean;
      twice: boolean;
      fault: Fault | undefined;
    }
  | { do: 'retry'; fault: Fault | undefined }
  | { do: 'dry run' }
  | { do: 'change'; what: (typeof PARTS)[number] }
  | { do: 'wait'; minutes: number }
  | { do: 'delete' };

const fault: fc.Arbitrary<Fault | undefined> = fc.option(
  fc.record({
    kind: fc.constantFrom<Fault['kind'][]>('lost', 'refused', 'cut off', 'killed'),
    at: fc.oneof(
      fc.integer({ min: 1, max: 14 }),
      fc.constant('create' as const),
      fc.constant('create' as const),
    ),
    done: fc.boolean(),
  }),
  { nil: undefined, freq: 3 },
);
const seldom = fc.integer({ min: 0, max: 4 }).map((n) => n === 4);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      confirm: fc.constantFrom(...CONFIRMS, ...Array<'right'>(6).fill('right')),
      ...{ again: seldom, twice: seldom, fault },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retry' as const), fault }) },
  { weight: 1, arbitrary: fc.constant({ do: 'dry run' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('change' as const), what: fc.constantFrom(...PARTS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 3, 61, 24 * 60) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'delete' as const }) },
);

/** What a person sends who took part in the conversation so far; asks first where there is nothing to confirm. */
async function argumentsOf({ confirm, again }: Extract<Step, { do: 'call' }>, at: World) {
  const args = { ...at.args(), ...(again && { allow_duplicate: true }) };
  const own = () => at.given.filter((one) => one.plan === at.plan() && one.again === again);
  if (confirm !== 'none' && own().length === 0) await at.send(args);
  const last = own().at(-1)?.value;
  const value = {
    none: undefined,
    right: last,
    first: own()[0]?.value,
    'of another plan': at.given.find((one) => one.plan !== at.plan())?.value,
    forged: last?.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')),
  }[confirm];
  return value === undefined ? args : { ...args, confirm: value };
}

async function take(step: Step, at: World, lastCall: { sent?: Record<string, unknown> | undefined }) {
  switch (step.do) {
    case 'call':
      lastCall.sent = await argumentsOf(step, at);
      return at.send(lastCall.sent, step.fault, step.twice);
    case 'retry':
      return lastCall.sent && at.send(lastCall.sent, step.fault);
    case 'dry run':
      return at.send({ ...at.args(), dry_run: true });
    case 'change':
      at.chosen[step.what] = 1 - at.chosen[step.what];
      // To repeat the last call would now mean another plan than what its sender had in mind.
      lastCall.sent = undefined;
      return at.write();
    case 'wait':
      return at.clock.advance(step.minutes * 60_000);
    case 'delete': {
      // Who deletes a job has seen it.
      const { ledger } = await leftBehind(at.folder, at);
      const job = ledger.find(({ job }) => job === at.created.at(-1)?.name)?.job;
      return job && at.remove(job);
    }
  }
}

/** What must hold after whatever happened: of Google's jobs, and of the ledger of what they cost. */
async function check({ created, unauthorized, given, brokenOff, folder, clock }: World, settled = false) {
  expect(unauthorized, 'creates without consent').toEqual([]);
  const tokens = created.map(({ token }) => token);
  expect(new Set(tokens).size, 'one job a submit token').toBe(tokens.length);
  for (const [index, { plan, again }] of created.entries()) {
    const earlier = created.slice(0, index).filter((one) => one.plan === plan);
    expect(again || earlier.length === 0, 'a plan once, unless on purpose').toBe(true);
  }
  const { ledger, inputs } = await leftBehind(folder, { clock });
  const entries = new Map(ledger.map((entry) => [entry.token, entry]));
  expect(entries.size, 'one line a job').toBe(ledger.length);
  expect(inputs.length, 'one upload a content').toBeLessThanOrEqual(2);
  for (const { token, day, name, again } of created) {
    const entry = entries.get(token);
    expect(entry?.at.slice(0, 10), 'the day that pays').toBe(day);
    expect(entry?.estimate?.high, 'what it was agreed to cost').toBeGreaterThan(0);
    expect(settled && !again ? [name] : [name, undefined], 'its job').toContain(entry?.job);
  }
  // What nobody knows the end of counts until somebody does. Repeats on purpose are not looked for again.
  const open = given.filter(({ plan, again }) => brokenOff.has(plan) && (again || !settled));
  const excused = open.map(({ value }) => value.split('.')[0]);
  const others = ledger.filter(
    ({ token }) => !tokens.includes(token) && !excused.includes(token.slice(0, 20)),
  );
  expect(others, 'lines of the ledger without a job').toEqual([]);
}

/** Everything that was begun is brought to its end, without faults. */
async function settle(at: World) {
  at.clock.advance(3 * 60_000);
  for (const plan of new Set(at.given.map((one) => one.plan))) {
    const [content = 0, labels = 0, model = 0] = plan.split('/').map(Number);
    Object.assign(at.chosen, { content, labels, model });
    await at.write();
    const reply = await at.send(at.args());
    if (reply?.data?.status !== 'needs_consent') continue;
    const done = await at.send({ ...at.args(), confirm: reply.data.confirm });
    expect(done?.data?.status, done?.text).toBe('started');
  }
  await check(at, true);
}

test('whatever happens in between, a plan runs once, with consent, and is counted on its day', async () => {
  let jobs = 0;
  const sequences = fc.array(step, { minLength: 4, maxLength: 12, size: 'max' });
  await fc.assert(
    fc.asyncProperty(sequences, async (steps) => {
      const at = await openWorld();
      try {
        const lastCall = {};
        for (const one of steps) {
          await take(one, at, lastCall);
          await check(at);
        }
        await settle(at);
        jobs += at.created.length;
      } finally {
        await at.close();
      }
    }),
    { seed: 20261122, numRuns: 40 },
  );
  expect(jobs, 'the sequences must get somewhere').toBeGreaterThan(40);
});
