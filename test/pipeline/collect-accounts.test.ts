import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTCOMES, type Outcome, tallyTotal } from '../../src/batch/outcomes.ts';
import { answered, collecting, type Files, jsonl, type Line, outputLine, request } from './collect-in.ts';

/** What becomes of a row: the lines that the output holds for it, in their order. */
const FATES = {
  ok: ['ok'],
  truncated: ['truncated'],
  blocked: ['blocked'],
  empty: ['empty'],
  error_retriable: ['error_retriable'],
  error_permanent: ['error_permanent'],
  lost: [],
  doubled: ['ok', 'ok'],
  'an error, then an answer': ['error_retriable', 'ok'],
  'an answer, then an error': ['ok', 'error_permanent'],
  'an error, then half an answer': ['error_permanent', 'truncated'],
} satisfies Record<string, Outcome[]>;
type Fate = keyof typeof FATES;

const WORTH: readonly (readonly Outcome[])[] = [
  ['missing'],
  ['error_retriable', 'error_permanent'],
  ['truncated', 'blocked', 'empty'],
  ['ok'],
];
const worth = (outcome: Outcome) => WORTH.findIndex((outcomes) => outcomes.includes(outcome));

const STATUS: Partial<Record<Outcome, string>> = {
  error_retriable:
    'Too Many Requests: {"error": {"code": 429, "message": "Slow down", "status": "RESOURCE_EXHAUSTED"}}',
  error_permanent:
    'Bad Request: {"error": {"code": 400, "message": "Bad role", "status": "INVALID_ARGUMENT"}}',
};

function lineOf(input: Line, outcome: Outcome, answer: string): Line {
  if (STATUS[outcome]) return outputLine(input, {}, STATUS[outcome]);
  if (outcome === 'blocked') return outputLine(input, { promptFeedback: { blockReason: 'SAFETY' } });
  if (outcome === 'empty') return outputLine(input, { candidates: [{ finishReason: 'STOP' }] });
  const { candidates, ...rest } = answered(answer) as { candidates: Line[] };
  const finishReason = outcome === 'truncated' ? 'MAX_TOKENS' : 'STOP';
  return outputLine(input, { candidates: [{ ...candidates[0], finishReason }], ...rest });
}

/** An echoed request as a table gives it back: members in another order, and null where other rows have something. */
const nullFilled = (line: Line): Line => {
  const { contents } = line.request as { contents: { role: string; parts: { text: string }[] }[] };
  const [turn] = contents;
  const parts = turn?.parts.map(({ text }) => ({ file_data: null, text }));
  return {
    ...line,
    request: { tools: null, generation_config: { top_k: null }, contents: [{ parts, role: turn?.role }] },
  };
};

interface Case {
  rows: { fate: Fate; text: string; keyLost: boolean }[];
  keys: 'unique' | 'none' | 'some' | 'repeated';
  foreign: number;
  files: number;
  incremental: boolean;
  filled: boolean;
  cut: boolean;
  order: number[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  rows: fc.array(
    fc.record({
      fate: fc.constantFrom(...(Object.keys(FATES) as Fate[])),
      text: fc.constantFrom('a', 'b', 'c', 'd', 'say "response": {}', 'ü,"response":{}'),
      keyLost: fc.boolean(),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  keys: fc.constantFrom('unique' as const, 'none' as const, 'some' as const, 'repeated' as const),
  foreign: fc.nat(2),
  files: fc.integer({ min: 1, max: 3 }),
  incremental: fc.boolean(),
  filled: fc.boolean(),
  cut: fc.boolean(),
  order: fc.infiniteStream(fc.nat(1_000)).map((stream) => [...stream.take(80)]),
});

function keyOf(index: number, { keys }: Case): string | undefined {
  if (keys === 'none' || (keys === 'some' && index % 2 === 0)) return undefined;
  return keys === 'repeated' ? `k${index >> 1}` : `k${index}`;
}

interface Written {
  line: Line;
  outcome: Outcome;
  /** Of the input row that it was written for; undefined for a foreign one. */
  row: number | undefined;
  text: string;
}

/** The lines of the output, shuffled, but those of a row in their order. */
function outputOf(given: Case, input: readonly Line[]): Written[] {
  const waiting: Written[][] = given.rows.map(({ fate, text, keyLost }, row) =>
    FATES[fate].map((outcome) => {
      const own = input[row] as Line;
      const line = lineOf(own, outcome, `row ${row} asked ${text}`);
      return { line: keyLost ? { ...line, key: null } : line, outcome, row, text };
    }),
  );
  for (let n = 0; n < given.foreign; n++) {
    const line = lineOf({ key: `foreign-${n}`, request: request(`foreign ${n}`) }, 'ok', 'foreign');
    waiting.push([{ line, outcome: 'ok', row: undefined, text: '' }]);
  }
  const written: Written[] = [];
  for (let at = 0; ; at++) {
    const left = waiting.filter((lines) => lines.length > 0);
    if (left.length === 0) return written;
    const next = left[(given.order[at % given.order.length] ?? 0) % left.length]?.shift();
    if (next) written.push(given.filled ? { ...next, line: nullFilled(next.line) } : next);
  }
}

function filesOf({ files, incremental, cut }: Case, lines: readonly Written[]): Files {
  const each = Math.ceil(lines.length / files) || 1;
  const made: Files = {};
  for (let n = 0; n < files; n++) {
    const name = incremental
      ? `incremental_predictions/predictions_0000${n + 1}.jsonl`
      : `predictions_000${n + 1}.jsonl`;
    const last = cut && n === files - 1 ? '{"key":"k0","status":"","request":{"cont' : '';
    made[name] = jsonl(lines.slice(n * each, (n + 1) * each).map(({ line }) => line)) + last;
  }
  // Chunks are there beside final files, and must not be counted twice.
  if (!incremental)
    made['incremental_predictions/predictions_00001.jsonl'] = jsonl(lines.map(({ line }) => line));
  return made;
}

describe('whatever a job wrote', () => {
  test('every row is accounted for once, with no answer but its own', { timeout: 120_000 }, async () => {
    const { job, rowsOf } = await collecting();
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const input = given.rows.map(({ text }, row): Line => {
          const key = keyOf(row, given);
          return { ...(key !== undefined && { key }), request: request(text) };
        });
        const lines = outputOf(given, input);
        const half = Math.ceil(input.length / 2);
        const made = await job({
          'in/a.jsonl': jsonl(input.slice(0, half)),
          'in/b.jsonl': jsonl(input.slice(half)),
        });
        await made.end(filesOf(given, lines));
        const { report, table } = await rowsOf(made.name);

        expect(table).toHaveLength(input.length);
        expect(report.rows).toBe(input.length);
        expect(tallyTotal(report.tally as Record<Outcome, number>)).toBe(input.length);
        for (const outcome of OUTCOMES)
          expect(report.tally[outcome]).toBe(table.filter((row) => row.outcome === outcome).length);
        expect(table.map(({ key }) => key)).toEqual(input.map(({ key }, row) => key ?? `line-${row + 1}`));

        const answers = table.map(({ answer }) => /^row (\d+) asked (.*)$/s.exec(answer ?? ''));
        answers.forEach((answer, row) => {
          if (answer) expect(answer[2]).toBe(given.rows[row]?.text);
        });
        // An answer is one line's, and a line is one row's; doubled lines say the same.
        const told = given.rows.map(
          ({ fate }) => FATES[fate].filter((outcome) => outcome === 'ok' || outcome === 'truncated').length,
        );
        for (const row of given.rows.keys())
          expect(answers.filter((answer) => Number(answer?.[1]) === row).length).toBeLessThanOrEqual(
            told[row] ?? 0,
          );

        const kept = given.keys === 'unique' && given.rows.every(({ keyLost }) => !keyLost);
        if (kept) expectByKey(given, table);
        else expectByRequest(given, table, lines);

        const perRow = kept
          ? given.rows.map((_, row) => lines.filter((line) => line.row === row).length)
          : undefined;
        if (perRow)
          expect(report.findings.duplicate).toBe(perRow.reduce((sum, n) => sum + Math.max(0, n - 1), 0));
        expect(report.findings.unmatched).toBe(given.foreign);
        expect(report.findings.cut).toBe(given.cut ? 1 : 0);
        const missing = report.tally.missing ?? 0;
        expect(input.length - missing + report.findings.duplicate + report.findings.unmatched).toBe(
          lines.length,
        );
      }),
      { numRuns: 60 },
    );
  });
});

/** With a key of its own, a row has the best of its lines, and of several such the last. */
function expectByKey(given: Case, table: readonly Line[]): void {
  given.rows.forEach(({ fate }, row) => {
    const best = FATES[fate].reduce<Outcome>(
      (before, outcome) => (worth(outcome) >= worth(before) ? outcome : before),
      'missing',
    );
    expect(table[row]?.outcome).toBe(best);
  });
}

/** Without, rows that ask the same share the lines that answer it, and get the best of them. */
function expectByRequest(given: Case, table: readonly Line[], lines: readonly Written[]): void {
  if (given.keys !== 'none') return;
  for (const text of new Set(given.rows.map((row) => row.text))) {
    const rows = given.rows.flatMap((row, index) => (row.text === text ? [table[index]] : []));
    const best = lines
      .filter((line) => line.row !== undefined && line.text === text)
      .map(({ outcome }) => worth(outcome))
      .sort((a, b) => b - a)
      .slice(0, rows.length);
    const got = rows.map((row) => worth(row?.outcome as Outcome)).sort((a, b) => b - a);
    expect(got.filter((value) => value > 0)).toEqual(best);
  }
}
