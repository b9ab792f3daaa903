import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { appendFile, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composing, promptOf, requestsOf } from './compose-in.ts';

const MOVIES = new URL('../../node_modules/vega-datasets/data/movies.json', import.meta.url);
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

test('a row becomes a request, with all that the spec says and nothing else', async () => {
  const { of } = await composing();
  const { requests } = await of('id,text\n7,The kettle leaks.\n', 'Review: {{text}}', {
    systemInstruction: 'You grade {{id}}.',
    generationConfig: { maxOutputTokens: 40, responseSchema: { type: 'OBJECT' } },
  });
  expect(requests).toEqual([
    {
      key: 'r-000001',
      request: {
        contents: [{ role: 'user', parts: [{ text: 'Review: The kettle leaks.' }] }],
        systemInstruction: { parts: [{ text: 'You grade 7.' }] },
        generationConfig: { maxOutputTokens: 40, responseSchema: { type: 'OBJECT' } },
      },
    },
  ]);
});

test('what is not asked for is not in the request', async () => {
  const { of } = await composing();
  const { requests } = await of('a\n1\n', '{{a}}', { generationConfig: {} });
  expect(Object.keys(requests[0]!.request)).toEqual(['contents']);
});

test('the manifest says what was made, of what and how', async () => {
  const { of, folder } = await composing();
  const content = 'a,b\n1,\n\n2,y\n3,z\n';
  const { manifest, file } = await of(content, '{{a}} {{b}}', { limit: 2, keyColumn: 'a' });
  const written = await readFile(file);
  expect(JSON.parse(await readFile(join(dirname(file), 'manifest.json'), 'utf8'))).toEqual(manifest);
  expect(manifest).toEqual({
    id: expect.stringMatching(/^in-[0-9a-f]{10}$/),
    created: '2026-11-22T12:00:00.000Z',
    source: {
      path: join(folder, 'rows.csv'),
      sha256: sha256(content),
      bytes: content.length,
      columns: ['a', 'b'],
      unit: 'line',
      notes: [],
    },
    spec: { prompt: '{{a}} {{b}}', key_column: 'a', limit: 2 },
    rows_in: 4,
    rows_out: 2,
    skipped: {
      count: 2,
      by_reason: { 'blank line': 1, 'beyond the limit': 1 },
      first: [
        { place: 3, reason: 'blank line' },
        { place: 5, reason: 'beyond the limit' },
      ],
    },
    empty_values: { b: 1 },
    rows_without_values: 0,
    rounded_numbers: {},
    duplicates: 0,
    keys: { column: 'a', prefixed: 2 },
    notes: [],
    bytes: written.length,
    files: [{ name: 'requests.jsonl', rows: 2, bytes: written.length, sha256: sha256(written) }],
  });
});

test('every row of a source is accounted for, whatever is in it', async () => {
  const { of } = await composing();
  const row = fc.oneof(
    fc
      .record({ a: fc.jsonValue(), b: fc.string() }, { requiredKeys: [] })
      .map((cells) => JSON.stringify(cells)),
    fc.constant(''),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1 }),
      fc.integer({ min: 1, max: 20 }),
      async (lines, limit) => {
        const content = `{"a":1,"b":""}\n${lines.join('\n')}\n{"a":2}\n`;
        const { manifest, requests } = await of(content, '{{a}}{{b}}', { limit, name: 'rows.jsonl' });
        const { rows_in, rows_out, skipped } = manifest;
        expect(rows_in).toBe(lines.length + 2);
        expect(rows_out + skipped.count).toBe(rows_in);
        expect(requests.map(({ key }) => key)).toEqual(
          Array.from({ length: rows_out }, (_, index) => `r-${String(index + 1).padStart(6, '0')}`),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('real data with gaps and odd types: each row is there exactly once', async () => {
  const { run, folder, progress } = await composing();
  await copyFile(MOVIES, join(folder, 'movies.json'));
  const movies: Record<string, unknown>[] = JSON.parse(await readFile(MOVIES, 'utf8'));
  const columns = Object.keys(movies[0]!);
  const prompt = columns.map((column) => `{{${column}}}`).join('\u0001');
  const { manifest, file } = await run({ source: 'movies.json', prompt });
  const expected = movies.map((movie) => columns.map((column) => movie[column] ?? '').join('\u0001'));
  expect((await requestsOf(file)).map(promptOf)).toEqual(expected);
  expect(manifest).toMatchObject({ rows_in: 3201, rows_out: 3201, skipped: { count: 0 } });
  expect(manifest.empty_values.Director).toBe(movies.filter(({ Director }) => !Director).length);
  expect(progress).toEqual([]);
});

test('a long table tells how far it is', async () => {
  const { of, progress } = await composing();
  await of(`a\n${'x\n'.repeat(12_000)}`, '{{a}}');
  expect(progress).toEqual([
    { done: 5_000, message: 'composed 5,000 rows' },
    { done: 10_000, message: 'composed 10,000 rows' },
  ]);
});

describe('findings', () => {
  test('empty values count once a row, and rows with nothing at all are told', async () => {
    const { of } = await composing();
    const content = '{"a":null,"b":"x"}\n{"b":""}\n{"a":0}\n';
    const { manifest } = await of(content, '{{a}} {{a}} {{b}}', {
      name: 'rows.jsonl',
      systemInstruction: '{{a}}',
    });
    expect(manifest.empty_values).toEqual({ a: 2, b: 2 });
    expect(manifest.rows_without_values).toBe(1);
  });

  test('whole numbers that JSON cannot hold are told', async () => {
    const { of } = await composing();
    const { manifest } = await of('[{"a":9007199254740993},{"a":1.5},{"a":7}]', '{{a}}', {
      name: 'rows.json',
    });
    expect(manifest.rounded_numbers).toEqual({ a: 1 });
  });
});

describe('the same again', () => {
  test('is found, and nothing is written', async () => {
    const { of, clock, inputs } = await composing();
    const first = await of('a\n1\n', '{{a}}');
    clock.advance(60_000);
    const second = await of('a\n1\n', '{{a}}', { name: 'copy.csv' });
    expect(second.reused).toBe(true);
    expect(second.manifest).toEqual(first.manifest);
    expect(second.firstRequest).toEqual(first.requests[0]);
    expect(await inputs()).toEqual([first.manifest.id]);
  });

  test.each([
    ['another prompt', 'a\n1\n', '{{a}}!', {}],
    ['another content', 'a\n2\n', '{{a}}', {}],
    ['a limit', 'a\n1\n', '{{a}}', { limit: 1 }],
    ['keys from a column', 'a\n1\n', '{{a}}', { keyColumn: 'a' }],
    ['a system instruction', 'a\n1\n', '{{a}}', { systemInstruction: 'x' }],
    ['a configuration', 'a\n1\n', '{{a}}', { generationConfig: { seed: 1 } }],
    ['another format', 'a\n1\n', '{{a}}', { name: 'rows.tsv' }],
  ])('%s is something else', async (_what, content, prompt, rest) => {
    const { of } = await composing();
    const first = await of('a\n1\n', '{{a}}');
    const second = await of(content, prompt, rest);
    expect(second.reused).toBe(false);
    expect(second.manifest.id).not.toBe(first.manifest.id);
  });

  test.each<[string, (file: string) => Promise<unknown>]>([
    ['lost', (file) => rm(file)],
    ['changed', (file) => appendFile(file, '{}\n')],
    ['without its manifest', (file) => rm(join(dirname(file), 'manifest.json'))],
    ['with a manifest that is cut', (file) => writeFile(join(dirname(file), 'manifest.json'), '{"id":')],
  ])('a file that is %s is made anew', async (_what, harm) => {
    const { of } = await composing();
    const first = await of('a\n1\n', '{{a}}');
    await harm(first.file);
    const second = await of('a\n1\n', '{{a}}');
    expect(second.reused).toBe(false);
    expect(second.manifest).toEqual(first.manifest);
    expect(second.requests).toEqual(first.requests);
  });
});

describe('what is wrong leaves nothing behind', () => {
  test.each<[string, string, string, object, string, string]>([
    ['a prompt without a column', 'a,b\n1,2\n', 'Hello', {}, 'template_without_column', '«a» and «b»'],
    ['an unknown column', 'a\n1\n', '{{b}}', {}, 'unknown_column', 'The prompt names a column «b»'],
    [
      'one in the system instruction',
      'a\n1\n',
      '{{a}}',
      { systemInstruction: '{{b}}' },
      'unknown_column',
      'The system',
    ],
    ['an unknown key column', 'a\n1\n', '{{a}}', { keyColumn: 'b' }, 'unknown_column', 'key_column names'],
    ['a header only', 'a\n', '{{a}}', {}, 'no_rows', 'columns, but no rows'],
    ['a ragged row', 'a\n1\n2,3\n', '{{a}}', {}, 'ragged_row', 'line 3 '],
    ['a ragged row beyond the limit', 'a\n1\n2,3\n', '{{a}}', { limit: 1 }, 'ragged_row', 'line 3 '],
  ])('%s', async (_what, content, prompt, rest, code, message) => {
    const { of, inputs } = await composing();
    await expect(of(content, prompt, rest)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(await inputs()).toEqual([]);
  });

  test('a source that grows while it is read', async () => {
    let path = '';
    const { run, file, inputs } = await composing(() => appendFileSync(path, 'y\n'));
    path = await file('rows.csv', `a\n${'x\n'.repeat(7_000)}`);
    await expect(run({ source: path, prompt: '{{a}}' })).rejects.toMatchObject({ code: 'source_changed' });
    expect(await inputs()).toEqual([]);
  });

  test.each(['csv', 'jsonl', 'json'])('an abort while %s is read', async (format) => {
    const { run, file, inputs, progress } = await composing((controller) =>
      controller.abort(new Error('enough')),
    );
    const rows = Array.from({ length: 20_000 }, () => '{"a":1}');
    const content = { csv: `a\n${'1\n'.repeat(20_000)}`, jsonl: rows.join('\n'), json: `[${rows}]` }[format];
    const path = await file(`rows.${format}`, content!);
    await expect(run({ source: path, prompt: '{{a}}' })).rejects.toThrow();
    expect(progress).toHaveLength(1);
    expect(await inputs()).toEqual([]);
  });
});
