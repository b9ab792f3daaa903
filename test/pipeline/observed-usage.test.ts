import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inputShape } from '../../src/pipeline/input-shape.ts';
import { inspectInput } from '../../src/pipeline/job-input.ts';
import type { LedgerEntry } from '../../src/pipeline/ledger.ts';
import { observedUsage } from '../../src/pipeline/observed-usage.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';
import { portsOf } from './session-ports.ts';

const KNOWN = { model: 'publishers/google/models/gemini-3.8-flash', shape: '0123456789abcdef' };

/** An entry with these rows, each with 10 tokens of answer and 100 of thoughts times `factor`. */
const entry = (day: string, rows: number, factor: number, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ token: `${day}-${rows}`, kind: 'preview', at: `${day}T08:00:00Z`, project: 'p', location: 'global' },
  ...KNOWN,
  actual: {
    at: `${day}T09:00:00Z`,
    rows,
    input_tokens: 5 * rows,
    output_tokens: 10 * factor * rows,
    thinking_tokens: 100 * factor * rows,
  },
  ...more,
});
const known = (...entries: LedgerEntry[]) => observedUsage(KNOWN, { entries: async () => entries });

describe('what the ledger knows of a shape', () => {
  test('is the mean over its rows', async () => {
    expect(await known(entry('2026-11-20', 30, 1, { kind: 'job' }), entry('2026-11-21', 10, 2))).toEqual({
      observed: { rows: 40, candidateTokens: 12.5, thoughtTokens: 125 },
      from: { previews: 1, jobs: 1, day: '2026-11-21' },
    });
  });

  test('is nothing where rows are fewer than three, not paid yet, or of another kind', async () => {
    const { actual: _, ...open } = entry('2026-11-20', 9, 1);
    const others = [{ shape: 'fedcba9876543210' }, { model: 'publishers/google/models/gemini-4-argon' }];
    const strangers = others.map((other) => entry('2026-11-20', 9, 1, other));
    expect(await known()).toBeUndefined();
    expect(await known(entry('2026-11-20', 2, 1), open, ...strangers)).toBeUndefined();
  });

  test('is of the newest five', async () => {
    const days = ['11', '12', '13', '14', '15', '16'].map((day, n) =>
      entry(`2026-11-${day}`, 3, n === 0 ? 99 : 1),
    );
    expect((await known(...days))?.observed).toEqual({ rows: 15, candidateTokens: 10, thoughtTokens: 100 });
  });
});

describe('the shape of an input', () => {
  let session: TestSession;
  beforeAll(async () => {
    session = await startSession();
  });
  afterAll(() => session.close());
  const shape = async (input: string) => {
    const ports = await portsOf(session);
    return inputShape(await inspectInput(input, {}, ports), ports);
  };
  const composed = async (table: string, args: Record<string, unknown> = {}) => {
    const source = await session.file('table.csv', table);
    const { data } = await session.call('compose_batch_input', {
      ...{ source, prompt: 'Greet {{name}}.', system_instruction: 'Speak {{lang}}.', ...args },
    });
    return data.input_id as string;
  };

  test('composed, it is that of the template, whatever the data, and another for another template', async () => {
    const one = await shape(await composed('name,lang\nAda,English\n'));
    expect(await shape(await composed('name,lang\nZuse,German\nAda,English\n'))).toBe(one);
    const others = [
      { prompt: 'Insult {{name}}.' },
      { system_instruction: 'Answer in {{lang}}.' },
      { generation_config: { maxOutputTokens: 9 } },
      { examples: [{ user: 'Greet Eve.', model: 'Hi!' }] },
    ];
    for (const other of others)
      expect(await shape(await composed('name,lang\nAda,English\n', other))).not.toBe(one);
  });

  test('else, it goes by how the first prompt begins', async () => {
    const file = (name: string, text: (n: number) => string) =>
      session.file(
        name,
        requestRows(3, (n) => ({ contents: [{ role: 'user', parts: [{ text: text(n) }] }] })),
      );
    const grade = 'Grade this review from 1 to 5, and say why: ';
    const one = await shape(await file('a.jsonl', (n) => `${grade}${n}`));
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(await shape(await file('b.jsonl', (n) => `${grade}kettle ${n}`))).toBe(one);
    expect(await shape(await file('c.jsonl', (n) => `Write an essay on ${n}`))).not.toBe(one);
  });

  test('without a request there is none', async () => {
    expect(await shape(await session.file('table.txt', 'a,b\n1,2\n'))).toBeUndefined();
  });
});
