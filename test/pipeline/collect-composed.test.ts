import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Outcome, tallyTotal } from '../../src/batch/outcomes.ts';
import { answered, collecting, jsonl, type Line, outputLine } from './collect-in.ts';

const TEXTS = ['a', 'b', 'say ,"response":{', 'ü', 'x'.repeat(300)];
const csv = (rows: readonly Line[]) =>
  `id,key,text\n${rows.map(({ id, key, text }) => `${id},${key},${JSON.stringify(text).replaceAll('\\"', '""')}`).join('\n')}\n`;

/** The requests of an input file. */
const linesOf = (content: string): Line[] =>
  content
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const promptOf = (line: Line): string => {
  const { contents } = line.request as { contents: { parts: { text: string }[] }[] };
  return contents[0]?.parts[0]?.text ?? '';
};

/** Deterministic, and no row's neighbour's. */
const fateOf = (line: Line, fates: readonly number[]) =>
  fates[Number(String(line.key).slice(-3)) % fates.length] ?? 0;

describe('a composed table', () => {
  test('comes back in its order, each row with its own answer, whatever was left out or lost', {
    timeout: 120_000,
  }, async () => {
    const { folder, compose, job, rowsOf } = await collecting();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (texts, dedupe, rowsAFile, fates, submitAll) => {
          n += 1;
          // The number keeps each run's inputs apart.
          const source = texts.map((text, row) => ({
            id: `${n}.${row}`,
            key: `own ${row}`,
            text: `${n} ${text}`,
          }));
          await writeFile(join(folder, `t${n}.csv`), csv(source));
          const files = await compose({
            source: `t${n}.csv`,
            prompt: 'Say {{text}}',
            dedupe,
            limits: { rows: rowsAFile },
          });
          const names = Object.keys(files);
          const submitted = submitAll ? names : names.slice(0, Math.ceil(names.length / 2));
          const run = `run-${n.toString(16).padStart(10, '0')}`;
          const jobs = [];
          for (const [index, name] of submitted.entries())
            jobs.push(
              await job({ [name]: files[name] ?? '' }, { run, shard: `${index + 1}-of-${names.length}` }),
            );
          for (const [index, name] of submitted.entries()) {
            const output = linesOf(files[name] ?? '').flatMap((line) => {
              const fate = fateOf(line, fates);
              if (fate === 0) return [];
              return fate === 1
                ? [outputLine(line, answered(`to ${promptOf(line)}`))]
                : [outputLine(line, {}, 'Bad Request: {"error": {"code": 400, "message": "no"}}')];
            });
            await jobs[index]?.end({ 'predictions.jsonl': jsonl(output.reverse()) });
          }
          const { report, table } = await rowsOf(run);

          const asked = new Set(submitted.flatMap((name) => linesOf(files[name] ?? '').map(promptOf)));
          const expected = source.filter(({ text }) => asked.has(`Say ${text}`));
          const all = dedupe ? expected : submitted.flatMap((name) => linesOf(files[name] ?? ''));
          expect(table).toHaveLength(all.length);
          expect(tallyTotal(report.tally as Record<Outcome, number>)).toBe(all.length);
          if (submitAll || dedupe) expect(table.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
          for (const row of table) {
            const own = source.find(({ id }) => id === row.id);
            expect([row.text, row.key_source]).toEqual([own?.text, own?.key]);
            if (row.outcome === 'ok') expect(row.answer).toBe(`to Say ${row.text}`);
          }
          for (const row of table.filter(({ duplicate_of }) => duplicate_of)) {
            const original = table.find(({ key }) => key === row.duplicate_of);
            expect([row.outcome, row.answer, row.text]).toEqual([
              original.outcome,
              original.answer,
              original.text,
            ]);
            expect(row.usd).toBe(0);
          }
          const paid = table.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
          expect(report.usd).toBeCloseTo(paid, 10);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('comes back without its columns where the table was changed since', async () => {
    const { folder, compose, job, rowsOf } = await collecting();
    await writeFile(join(folder, 't.csv'), 'text\none\ntwo\n');
    const files = await compose({ source: 't.csv', prompt: 'Say {{text}}' });
    const [[, content] = ['', '']] = Object.entries(files);
    await writeFile(join(folder, 't.csv'), 'text\none\nTWO\n');
    const made = await job(files);
    await made.end({
      'predictions.jsonl': jsonl(linesOf(content).map((line) => outputLine(line, answered('yes')))),
    });
    const { report, table } = await rowsOf(made.name);
    expect(report.columns[0]).toBe('key');
    expect(table.map(({ key, answer }) => [key, answer])).toEqual([
      ['r-000001', 'yes'],
      ['r-000002', 'yes'],
    ]);
    expect(report.notes.join()).toContain('t.csv» is not what it was when the input was composed');
  });

  test('is read from the upload where the composed file was changed', async () => {
    const { folder, compose, job, rowsOf } = await collecting();
    await writeFile(join(folder, 't.csv'), 'text\none\ntwo\n');
    const files = await compose({ source: 't.csv', prompt: 'Say {{text}}', keyColumn: 'text' });
    const [[, content] = ['', '']] = Object.entries(files);
    const [id = ''] = await readdir(join(folder, 'inputs'));
    await writeFile(join(folder, 'inputs', id, 'requests.jsonl'), content.replaceAll('two', 'six'));
    const made = await job(files);
    await made.end({
      'predictions.jsonl': jsonl(linesOf(content).map((line) => outputLine(line, answered('yes')))),
    });
    const { table } = await rowsOf(made.name);
    expect(table.map(({ key, text, outcome }) => [key, text, outcome])).toEqual([
      ['one', 'one', 'ok'],
      ['two', 'two', 'ok'],
    ]);
  });
});

test('answers that keep a schema have its properties as columns, and those that do not are told', async () => {
  const { folder, compose, job, rowsOf } = await collecting();
  await writeFile(join(folder, 't.csv'), 'text,score\none,x\ntwo,x\nthree,x\n');
  const responseSchema = {
    type: 'object',
    properties: {
      score: { type: 'integer' },
      sure: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['score'],
  };
  const files = await compose({ source: 't.csv', prompt: 'Say {{text}}', responseSchema });
  const [[, content] = ['', '']] = Object.entries(files);
  const texts = ['{"score":3,"sure":true,"tags":["a","b"]}', '{"score":"three"}', '{"score":'];
  const made = await job(files);
  await made.end({
    'predictions.jsonl': jsonl(
      linesOf(content).map((line, row) => outputLine(line, answered(texts[row] ?? ''))),
    ),
  });
  const { table, report } = await rowsOf(made.name);
  expect(
    table.map(({ outcome, score, score_answer, sure, tags }) => [outcome, score, score_answer, sure, tags]),
  ).toEqual([
    ['ok', 'x', 3n, true, '["a","b"]'],
    ['schema_mismatch', 'x', null, null, null],
    ['invalid_json', 'x', null, null, null],
  ]);
  expect(table[1].error_message).toBe('$.score is not INTEGER');
  expect(report.schema).toMatchObject({ type: 'OBJECT' });
});

test('images become files that the table names', async () => {
  const { job, rowsOf } = await collecting();
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const input = ['Cat', 'dog/1'].map((key) => ({
    key,
    request: { contents: [{ role: 'user', parts: [{ text: key }] }] },
  }));
  const picture = (line: Line) =>
    outputLine(line, {
      candidates: [
        {
          content: { parts: [{ inlineData: { mimeType: 'image/png', data: png.toString('base64') } }] },
          finishReason: 'STOP',
        },
      ],
    });
  const made = await job({ 'in.jsonl': jsonl(input) });
  await made.end({ 'predictions.jsonl': jsonl(input.map(picture)) });
  const { folder, table } = await rowsOf(made.name);
  const names = table.map(({ images }) => JSON.parse(images));
  expect(names.flat()).toEqual([
    expect.stringMatching(/^media\/Cat-[0-9a-f]{10}-1\.png$/),
    expect.stringMatching(/^media\/dog_1-[0-9a-f]{10}-1\.png$/),
  ]);
  for (const [name] of names) expect(await readFile(join(folder, name))).toEqual(png);
});

test('a row that a later job of the run asks again has the better of its answers', async () => {
  const { job, rowsOf } = await collecting();
  const run = 'run-00000000ff';
  const input = ['k1', 'k2', 'k3'].map((key) => ({
    key,
    request: { contents: [{ parts: [{ text: key }] }] },
  }));
  const bad = 'Too Many Requests: {"error": {"code": 429, "message": "later"}}';
  const first = await job({ 'a.jsonl': jsonl(input) }, { run });
  await first.end({
    'predictions.jsonl': jsonl([
      outputLine(input[0] as Line, answered('one')),
      ...input.slice(1).map((line) => outputLine(line, {}, bad)),
    ]),
  });
  const again = await job({ 'b.jsonl': jsonl(input.slice(1)) }, { run });
  await again.end({ 'predictions.jsonl': jsonl([outputLine(input[2] as Line, answered('three'))]) });
  const { table, report } = await rowsOf(run);
  expect(
    table.map(({ key, outcome, answer, attempt, job: of }) => [key, outcome, answer, attempt, of]),
  ).toEqual([
    ['k1', 'ok', 'one', 1, first.id],
    ['k2', 'error_retriable', null, 2, first.id],
    ['k3', 'ok', 'three', 2, again.id],
  ]);
  expect(report.rows).toBe(3);
});
