import { describe, expect, test } from 'vitest';
import { traffic } from '../support/traffic.ts';
import { answering, isGenerate, MODEL, previewing, refusal } from './previewing.ts';

const there = previewing();
const { start, preview, ledger } = there;

interface RowTokens {
  prompt: number;
  answer: number;
  thoughts: number;
}
/** At $0.75 and $3.75 a million. */
const standardUsd = (sum: number, { prompt, answer, thoughts }: RowTokens) =>
  sum + (prompt * 0.75 + (answer + thoughts) * 3.75) / 1e6;

describe('money', () => {
  test('a row whose answer is lost is not sent again by itself, and counts at the most that it can cost', async () => {
    const { sent, network } = answering((text) =>
      text.includes('Strange') ? Promise.reject(new TypeError('fetch failed')) : undefined,
    );
    await start({ network });
    const { data } = await preview();
    expect(data.rows[1]).toMatchObject({
      outcome: 'error_retriable',
      note: expect.stringContaining('it may be charged'),
    });
    expect(sent.filter(isGenerate)).toHaveLength(3);
    const [entry] = await ledger();
    const real = data.rows.flatMap(({ tokens }: { tokens?: object }) => tokens ?? []).reduce(standardUsd, 0);
    expect(entry.actual).toMatchObject({ rows: 2, usd: expect.closeTo(data.usd, 6) });
    expect(data.usd).toBeGreaterThan(real + entry.estimate.high / 4);
  });

  test('goes into the ledger at the standard price, with real tokens', async () => {
    await start();
    const { data } = await preview();
    const [entry, ...others] = await ledger();
    expect(others).toEqual([]);
    const tokens: RowTokens[] = data.rows.map((row: { tokens: RowTokens }) => row.tokens);
    const sum = (of: keyof RowTokens) => tokens.reduce((total, row) => total + row[of], 0);
    expect(entry).toMatchObject({
      kind: 'preview',
      model: `publishers/google/models/${MODEL}`,
      rows: 3,
      shape: expect.stringMatching(/^[0-9a-f]{16}$/),
      actual: {
        rows: 3,
        input_tokens: sum('prompt'),
        output_tokens: sum('answer'),
        thinking_tokens: sum('thoughts'),
      },
    });
    expect(entry.actual.usd).toBeCloseTo(tokens.reduce(standardUsd, 0), 10);
    expect(data.usd).toBeCloseTo(entry.actual.usd, 6);
    expect(entry.estimate.high).toBeGreaterThan(entry.actual.usd);
  });

  test('is spent once: kept answers are shown again for free, and again: true pays for new ones', async () => {
    const { sent, network } = traffic();
    await start({ network });
    const first = await preview();
    const shown = await preview();
    expect(shown.summary).toMatch(
      /^3 of 3 rows answered: 3 ok, shown again from an earlier preview for free;/,
    );
    expect(shown.data).toEqual({ ...first.data, usd: 0 });
    expect(sent.filter(isGenerate)).toHaveLength(3);
    await preview({ again: true });
    expect(sent.filter(isGenerate)).toHaveLength(6);
    expect(await ledger()).toHaveLength(2);
  });

  test('for an answer is not lost to a failure of the same row later', async () => {
    let busy = false;
    const { network } = answering((text) =>
      busy && text.includes('Strange') ? refusal(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.') : undefined,
    );
    await start({ network });
    const first = await preview();
    busy = true;
    expect((await preview({ again: true })).summary).toMatch(/^2 of 3 rows answered/);
    expect((await preview()).data.rows).toEqual(first.data.rows);
  });

  test('wants consent where nobody can be asked: the reply has the price, the same call with confirm goes on', async () => {
    const { sent, network } = traffic();
    await start({ network, settings: { askAboveUsd: 0 } });
    const plan = await preview();
    expect(plan.summary).toMatch(
      /^Nothing was sent yet\. This would run 3 rows online on gemini-3\.8-flash in global, for about \$0\.00\d+ \(\$0\.00\d+ to \$0\.0\d+\) at the standard price\./,
    );
    expect(plan.data.rows[0]).toEqual({ key: 'r-000001', prompt: expect.stringContaining('First Love') });
    expect(plan.next?.arguments).toEqual({ input: there.input, model: MODEL, confirm: plan.data.confirm });
    expect(sent.filter(isGenerate)).toEqual([]);
    const { confirm } = plan.data;
    const others = await preview({ confirm, rows: 4 });
    expect(others.text).toMatch(/^\[plan_changed\]/);
    expect(sent.filter(isGenerate)).toEqual([]);
    expect((await there.session.call('preview_batch', plan.next?.arguments)).summary).toMatch(
      /^3 of 3 rows answered/,
    );
    // Seen again it is free, and asks nobody; paid for again, it wants to be agreed to again.
    expect((await preview()).summary).toContain('for free');
    expect((await preview({ again: true, confirm })).text).toMatch(/^\[plan_changed\]/);
    expect(sent.filter(isGenerate)).toHaveLength(3);
  });

  test('a limit for one submit is a limit for one preview', async () => {
    const { sent, network } = traffic();
    await start({ network, settings: { maxJobUsd: 0.001 } });
    expect((await preview()).text).toMatch(/^\[over_job_limit\]/);
    expect(sent.filter(isGenerate)).toEqual([]);
    expect(await ledger()).toEqual([]);
  });

  test('counts for the day', async () => {
    await start({ settings: { maxDayUsd: 0.01 } });
    expect((await preview()).isError).toBe(false);
    const second = await preview({ model: 'gemini-3.6-flash' });
    expect(second.text).toMatch(/^\[over_day_limit\].*today's jobs come to \$0\.001\d already/);
  });
});

describe('the estimate after a preview', () => {
  const estimate = (args: Record<string, unknown> = {}) =>
    there.session.call('estimate_batch_cost', { input: there.input, model: MODEL, ...args });
  const width = ({ usd }: { usd: { low: number; high: number } }) => usd.high / usd.low;

  test('is narrower, says why, and is the one that the preview told', async () => {
    await start();
    const before = (await estimate()).data;
    const { data } = await preview();
    const after = (await estimate()).data;
    expect(width(after)).toBeLessThan(width(before) * 0.6);
    expect(data.batch_estimate).toEqual({ rows: 3201, ...after.usd });
    expect(after.basis).toContainEqual(
      expect.stringMatching(
        /^Output and thinking: what 3 rows of a preview of the same shape really used, \d+ and \d+ tokens a row, the last time on 2026-11-22\.$/,
      ),
    );
    expect(after.basis.join()).not.toMatch(/guess/);
    const mean =
      data.rows.reduce((sum: number, { tokens }: { tokens: RowTokens }) => sum + tokens.thoughts, 0) / 3;
    expect(after.tokens.thinking.likely).toBe(Math.round(mean * 3_201));
  });

  test('stays as it was after fewer rows than three, for another model, and where the length is given', async () => {
    await start();
    await preview({ rows: 2 });
    expect((await estimate()).data.basis.join()).toContain('by the response schema');
    await preview();
    expect((await estimate({ model: 'gemini-3.6-flash' })).data.basis.join()).toContain(
      'by the response schema',
    );
    expect((await estimate({ output_tokens: 50 })).data.basis.join()).toContain(
      'the expected length that was given',
    );
  });
});
