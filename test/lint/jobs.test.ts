import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';

const MODEL = 'gemini-3.5-flash-lite';
const MOST_ROWS = 200_000;

let session: TestSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.close());

async function rulesOn(input: string) {
  const { data, text, isError } = await session.call('validate_batch_input', { input, model: MODEL });
  expect(isError, text).toBe(false);
  return { rows: data.rows, rules: data.findings.map(({ rule }: { rule: string }) => rule) };
}

test('a composed input that takes several jobs is right, while one file of all its rows is too long', async () => {
  const rows = MOST_ROWS + 1;
  const table = Array.from({ length: rows }, (_, index) => `word ${index}`).join('\n');
  await session.file('words.csv', `word\n${table}\n`);
  const { data } = await session.call('compose_batch_input', { source: 'words.csv', prompt: '{{word}}' });
  expect(data.files).toHaveLength(2);
  expect(await rulesOn(data.input_id)).toEqual({ rows, rules: [] });
  const whole = await session.file('whole.jsonl', requestRows(rows));
  expect(await rulesOn(whole)).toEqual({ rows, rules: ['too-many-rows'] });
});

test('objects are read by one job together', async () => {
  const { storage } = await session.backend();
  const half = MOST_ROWS / 2;
  for (const [name, rows, first] of [
    ['a', half, 'r'],
    ['b', half + 1, 's'],
  ] as const) {
    const bytes = (async function* () {
      yield Buffer.from(requestRows(rows).replaceAll('"r-', `"${first}-`));
    })();
    await storage.upload({
      bucket: 'emulated-bucket',
      name: `in/${name}.jsonl`,
      bytes,
      contentType: 'application/jsonl',
    });
  }
  expect(await rulesOn('gs://emulated-bucket/in/b.jsonl')).toEqual({ rows: half + 1, rules: [] });
  expect(await rulesOn('gs://emulated-bucket/in/*.jsonl')).toEqual({
    rows: MOST_ROWS + 1,
    rules: ['too-many-rows'],
  });
});
