import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { movieRows } from '../estimate/movie-rows.ts';
import { manualClock } from '../support/manual-clock.ts';
import { requestRows } from '../support/rows.ts';
import { startSession, type TestSession } from '../support/session.ts';

let session: TestSession;
let input: string;
beforeAll(async () => {
  session = await startSession();
  input = await session.file('movies.jsonl', movieRows());
});
afterAll(() => session.close());

const estimate = (args: Record<string, unknown> = {}, on: TestSession = session) =>
  on.call('estimate_batch_cost', { input, model: 'gemini-3.5-flash-lite', ...args });

/** The reply without what differs from machine to machine. */
const stable = (text: string) => text.replaceAll(session.folder, 'WORKSPACE');

test('a whole reply', async () => {
  const reply = await estimate({ model: 'gemini-3.8-flash' });
  expect(stable(reply.text)).toMatchInlineSnapshot(`
    "About $3.83 ($1.02 to $4.87) for 3,201 rows on gemini-3.8-flash at batch prices of 2026-11-22; online would cost $7.66 today. (Emulated: no Google account, nothing billed.)

    rows: 3201
    model: gemini-3.8-flash
    location: global
    tokens: {"input":{"low":146171,"likely":157771,"high":189130},"output":{"low":35211,"likely":90161,"high":487521},"thinking":{"low":480150,"likely":1920600,"high":2560800}}
    usd: low 1.021116, likely 3.829341, high 4.872424
    standard_usd: likely 7.658682
    price: input_per_million 0.375, output_per_million 1.875, valid_from 2026-09-02, as_of 2026-11-22, source built-in price list, from public price data and announcements, changes (from 2027-01-01, input_per_million 0.75, output_per_million 3.75)
    basis:
    - Input: counted here in all 3,201 rows by averages for each script, within -7 % and +20 %.
    - Output: by the response schema, with guesses at the length of its free texts and lists.
    - Thinking at MEDIUM, the model’s default: guessed at 150 to 1,800 tokens a row.
    - Price: $0.375 in and $1.875 out per million tokens, half of the online price; thoughts are charged as output, and nothing is taken to be cached.
    notes:
    - From 2027-01-01 a batch costs $0.75 in and $3.75 out per million tokens.

    Next: create_batch_job {"input":"WORKSPACE/movies.jsonl","model":"gemini-3.8-flash"} — run it"
  `);
  expect(reply.next).toEqual({
    tool: 'create_batch_job',
    arguments: { input, model: 'gemini-3.8-flash' },
    reason: 'run it',
  });
});

test('dollars are the tokens times the price, in order', async () => {
  const { data } = await estimate({ output_tokens: 30 });
  const { tokens, price, usd, standard_usd } = data;
  for (const bound of ['low', 'likely', 'high']) {
    const out = tokens.output[bound] + tokens.thinking[bound];
    const dollars = (tokens.input[bound] * price.input_per_million + out * price.output_per_million) / 1e6;
    expect(usd[bound]).toBeCloseTo(dollars, 4);
  }
  expect(usd.low).toBeLessThan(usd.likely);
  expect(usd.likely).toBeLessThan(usd.high);
  expect(standard_usd.likely).toBeCloseTo(2 * usd.likely, 5);
  expect(tokens.output.likely).toBe(30 * 3_201);
});

test('Vertex AI’s own count is used when asked, and told', async () => {
  const { data } = await estimate({ live: true });
  expect(data.basis[0]).toMatch(/corrected by Vertex AI's own count of 20 of them \(× \d\.\d\d\)/);
});

test('a price that changes while the job may run is quoted at its higher value', async () => {
  const late = await startSession({ clock: manualClock({ start: '2026-12-30T09:00:00Z', jump: true }) });
  const file = await late.file('movies.jsonl', movieRows());
  const reply = await estimate({ input: file, model: 'gemini-3.8-flash' }, late);
  expect(reply.summary).toMatch(/at the batch prices that apply from 2027-01-01/);
  expect(reply.data.price).toMatchObject({
    input_per_million: 0.75,
    output_per_million: 3.75,
    valid_from: '2027-01-01',
  });
  expect(reply.data.notes.join(' ')).toMatch(
    /The price changes on 2027-01-01, .* at today’s it would be \$3\.\d\d\./,
  );
  await late.close();
});

test('a model without a price gets tokens and no dollars', async () => {
  const { data, summary, isError } = await estimate({ model: 'claude-opus-5' });
  expect(isError).toBe(false);
  expect(summary).toMatch(/^No price is known for claude-opus-5, so this is only tokens: 3,201 rows/);
  expect(data).not.toHaveProperty('usd');
  expect(data).not.toHaveProperty('price');
  expect(data.notes.join(' ')).toContain('--prices');
  expect(data.basis.join(' ')).toContain('a tokenizer of its own');
});

test('a price that is only assumed says so', async () => {
  const { data } = await estimate({ model: 'gemini-4-carbon' });
  expect(data.notes).toContain('That this model is half price in a batch is assumed, not confirmed.');
});

test('prices of one’s own win', async () => {
  const prices = join(session.folder, 'prices.json');
  const periods = [{ from: '2026-01-01', inputPerMillion: 0, outputPerMillion: 2 }];
  await writeFile(
    prices,
    JSON.stringify({ as_of: '2026-11-20', prices: { 'gemini-3.5-flash-lite': { periods } } }),
  );
  const own = await startSession({ settings: { prices } });
  const file = await own.file('movies.jsonl', movieRows());
  const { data, summary } = await estimate({ input: file, output_tokens: 100 }, own);
  expect(data.price).toMatchObject({
    input_per_million: 0,
    output_per_million: 1,
    as_of: '2026-11-20',
    source: prices,
  });
  expect(summary).toContain('at batch prices of 2026-11-20');
  await own.close();
});

describe('what a person should know', () => {
  test('a limit of output below the thinking, broken rows, and media that nobody has seen', async () => {
    const row = () => ({
      contents: [
        { role: 'user', parts: [{ fileData: { fileUri: 'gs://b/a.mp3', mimeType: 'audio/mpeg' } }] },
      ],
      generationConfig: { maxOutputTokens: 100 },
    });
    const file = await session.file('audio.jsonl', `${requestRows(3, row)}{"request":null}\n`);
    const { data } = await estimate({ input: file, model: 'gemini-3.8-flash' });
    expect(data.basis).toContain('Guessed, since only the files themselves say it: length of audio.');
    expect(data.notes.join(' ')).toMatch(/1 row of the input is no request row and would fail\./);
    expect(data.notes.join(' ')).toMatch(
      /In 3 rows maxOutputTokens is less than the model is expected to think/,
    );
  });

  test('another location than the configured one', async () => {
    const far = await startSession({ settings: { location: 'us-central1' } });
    const file = await far.file('movies.jsonl', movieRows());
    const { data } = await estimate({ input: file, model: 'gemini-3.8-flash' }, far);
    expect(data.location).toBe('us');
    expect(data.notes[0]).toMatch(/not offered in us-central1/);
    await far.close();
  });
});

describe('errors', () => {
  test.each([
    ['a missing file', { input: 'nowhere.jsonl' }, 'file_not_found'],
    ['a missing object', { input: 'gs://emulated-bucket/nowhere.jsonl' }, 'input_not_found'],
    ['an unknown model', { model: 'gemini-9-neon' }, 'unknown_model'],
    ['a retired model', { model: 'gemini-1.5-pro-002' }, 'retired_model'],
    [
      'a location without the model',
      { model: 'gemini-3.8-flash', location: 'asia-east1' },
      'location_without_model',
    ],
  ])('%s', async (_, args, code) => {
    const reply = await estimate(args);
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(new RegExp(`^\\[${code}\\]`));
  });

  test('a file that is no request rows', async () => {
    const reply = await estimate({ input: await session.file('table.csv', 'a,b\n1,2\n') });
    expect(reply.text).toMatch(/^\[not_request_rows\].*compose_batch_input/);
  });

  test('an argument that does not exist', async () => {
    const reply = await estimate({ tokens: 5 });
    expect(reply.isError).toBe(true);
    expect(reply.text).toContain('output_tokens');
  });
});
