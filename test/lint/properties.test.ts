import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conclude } from '../../src/batch/lint/conclude.ts';
import { duplicatesIn } from '../../src/batch/lint/key-index.ts';
import { buffersOf } from '../../src/batch/lint/key-log.ts';
import { createLinter } from '../../src/batch/lint/linter.ts';
import { createMender } from '../../src/batch/lint/mend-line.ts';
import { type LintPart, mergeLint } from '../../src/batch/lint/part.ts';
import { targetOf } from '../../src/batch/lint/target.ts';
import { lintRange } from '../../src/pipeline/lint-range.ts';
import { wildLine, wildRow } from './arbitrary-rows.ts';
import { fileOf, lintLines, TODAY } from './lint-lines.ts';

const target = targetOf({ on: TODAY, model: 'gemini-3.5-flash-lite', longestLine: 5_000 });
const inPieces = (bytes: Uint8Array, size: number) => {
  const linter = createLinter(target);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Uint8Array.from(bytes.subarray(at, at + size));
    linter.push(piece);
    // The caller may use its buffer again.
    piece.fill(0x7b);
  }
  return linter.finish();
};

const told = (part: LintPart) => ({ lines: part.lines, ...conclude(part, target) });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lint-properties-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('never throws on bytes, and how they arrive makes no difference', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (bytes, size) => {
      expect(told(inPieces(bytes, size))).toEqual(told(inPieces(bytes, bytes.length || 1)));
    }),
  );
});

test('never throws on lines, counts each, and says the same of a file that arrives in pieces', () => {
  fc.assert(
    fc.property(fc.array(wildLine, { maxLength: 8 }), fc.integer({ min: 1, max: 200 }), (lines, size) => {
      const file = fileOf(lines);
      const part = inPieces(file, size);
      expect(told(part)).toEqual(told(inPieces(file, file.length || 1)));
      const ends = file.filter((byte) => byte === 0x0a).length;
      expect(part.lines).toBe(ends);
      expect(part.bytes).toBe(file.length);
      expect(part.rows).toBeLessThanOrEqual(part.lines);
      for (const { lines: told, count } of conclude(part, target).findings) {
        expect(count).toBeGreaterThan(0);
        for (const line of told) expect(line).toBeGreaterThan(0);
      }
    }),
    { numRuns: 400 },
  );
});

test('a file in two parts, cut anywhere, is told of as one', async () => {
  const path = join(folder, 'cut.jsonl');
  await fc.assert(
    fc.asyncProperty(
      fc.array(wildLine, { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (lines, share) => {
        const file = fileOf(lines);
        await writeFile(path, file);
        const cut = Math.floor(file.length * share);
        const parts = [
          lintRange(path, { from: 0, to: cut }, target),
          lintRange(path, { from: cut, to: file.length }, target),
        ];
        const whole = conclude(inPieces(file, file.length || 1), target);
        expect(conclude(parts.reduce(mergeLint), target)).toEqual(whole);
      },
    ),
    { numRuns: 200 },
  );
});

test('line numbers are right between blank lines, line ends of both kinds and rows of any length', () => {
  const good = (n: number) =>
    JSON.stringify({
      key: `k-${n}`,
      request: { contents: [{ role: 'user', parts: [{ text: `${'x'.repeat((n * 37) % 400)}y` }] }] },
    });
  const kinds = fc.constantFrom('good', 'good', 'blank', 'not-json', 'role-unknown');
  fc.assert(
    fc.property(
      fc.array(kinds, { maxLength: 60 }),
      fc.integer({ min: 1, max: 500 }),
      fc.boolean(),
      (file, size, crlf) => {
        const lines = file.map((kind, index) => {
          if (kind === 'blank') return '';
          if (kind === 'not-json') return '{"key": ';
          return kind === 'good' ? good(index) : good(index).replace('"user"', '"bot"');
        });
        const bytes = Buffer.from(lines.map((line) => `${line}${crlf ? '\r' : ''}\n`).join(''));
        const { findings } = conclude(inPieces(bytes, size), target);
        for (const rule of ['not-json', 'role-unknown', 'blank-line'] as const) {
          const planted = file.flatMap((kind, index) =>
            kind === rule.replace('-line', '') ? [index + 1] : [],
          );
          const found = findings.find((finding) => finding.rule === rule);
          expect(found?.lines ?? []).toEqual(planted.slice(0, 5));
          expect(found?.count ?? 0).toBe(planted.length);
        }
      },
    ),
  );
});

test('duplicate keys are found wherever they are, with both lines', () => {
  const row = (key: string) => ({ key, request: { contents: [{ role: 'user', parts: [{ text: 'a' }] }] } });
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 }),
      fc.nat(),
      (numbers, at) => {
        const keys = numbers.map((n) => `k-${n}`);
        const cut = at % (keys.length + 1);
        const part = (some: string[]) => {
          const linter = createLinter(target);
          linter.push(fileOf(some.map(row)));
          return linter.finish();
        };
        const merged = mergeLint(part(keys.slice(0, cut)), part(keys.slice(cut)));
        const expected = keys.flatMap((key, index) => {
          const first = keys.indexOf(key);
          return first < index ? [{ line: index + 1, earlier: first + 1 }] : [];
        });
        expect(duplicatesIn(merged.keys)).toEqual({ rows: expected.length, first: expected.slice(0, 5) });
      },
    ),
  );
});

test('200,000 keys take little memory, and none is taken for another', () => {
  const part = createLinter(target);
  const rows = 200_000;
  let text = '';
  for (let n = 0; n < rows; n++)
    text += `{"key":"document-${n}","request":{"contents":[{"role":"user","parts":[{"text":"a"}]}]}}\n`;
  part.push(Buffer.from(text));
  const { keys } = part.finish();
  expect(keys.size).toBe(rows);
  expect(duplicatesIn(keys)).toEqual({ rows: 0, first: [] });
  const bytes = buffersOf(keys).reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(bytes).toBeLessThan(rows * 13);
});

test('mending never throws, is done after one time, and loses no row', () => {
  const mend = createMender(target);
  fc.assert(
    fc.property(
      fc.oneof(
        wildLine,
        wildRow.map((row) => JSON.stringify(row)),
      ),
      (line) => {
        const { text, rules } = mend(line);
        const isRow = line.replace(/^\uFEFF/, '').trim() !== '';
        expect(text !== undefined).toBe(isRow);
        if (text === undefined) return;
        if (rules.length === 0) expect(text).toBe(line);
        expect(mend(text)).toEqual({ text, rules: [] });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('lines deeper than any stack are told of, not fallen over, also when no more members are kept', () => {
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 10_100 }, (_, n) => [`c${n}`, n])));
  const mend = createMender(target);
  const deep = (open: string, close: string) => open.repeat(200_000) + close.repeat(200_000);
  for (const value of [deep('[', ']'), `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`]) {
    for (const name of ['labels', 'generationConfig', 'tools', 'unknown', 'contents']) {
      const line = `{"key":"a","request":{"temperature":0,"${name}":${value}}}`;
      for (const lines of [
        [line, line],
        [wide, line],
      ])
        expect(lintLines(lines).findings.map(({ rule }) => rule)).toContain('nested-deep');
      expect(mend(line)).toEqual({ text: line, rules: [] });
    }
    const beside = lintLines([`{"key":"a","x":${value},"request":{"contents":[]}}`]);
    expect(beside.findings.map(({ rule }) => rule)).toContain('nested-deep');
  }
});
