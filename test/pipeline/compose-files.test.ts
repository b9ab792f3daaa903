import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GenerateContentRequest } from '../../src/batch/request-row.ts';
import { readDuplicates } from '../../src/pipeline/duplicates.ts';
import { refusal } from '../batch/vertex-reads.ts';
import { composing, promptOf } from './compose-in.ts';
import { PNG, png } from './media-files.ts';

test('rows, duplicates and what is left out are all rows, whatever the limits', async () => {
  const { of } = await composing();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      async (texts, rows, dedupe) => {
        const content = texts.map((text) => (text ? JSON.stringify({ text }) : '')).join('\n');
        const composed = await of(`{"text":"z"}\n${content}\n{"text":"z"}\n`, '{{text}}', {
          name: 'rows.jsonl',
          dedupe,
          limits: { rows },
        });
        const { manifest, requests, files } = composed;
        expect(manifest.rows_out).toBe(requests.length);
        expect(manifest.rows_in).toBe(texts.length + 2);
        expect(manifest.rows_in).toBe(manifest.rows_out + manifest.duplicates + manifest.skipped.count);
        expect(files).toHaveLength(Math.ceil(requests.length / rows));
        expect(manifest.files.reduce((sum, file) => sum + file.rows, 0)).toBe(requests.length);
        if (!dedupe) return;
        const asked = new Map(requests.map((request) => [request.key, promptOf(request)]));
        expect(new Set(asked.values()).size).toBe(requests.length);
        if (manifest.duplicates === 0) return;
        const keys = new Set(asked.keys());
        for await (const pair of readDuplicates(join(dirname(composed.file), 'duplicates.jsonl'))) {
          expect(asked.has(pair.duplicateOf)).toBe(true);
          keys.add(pair.key);
        }
        expect(keys.size).toBe(manifest.rows_out + manifest.duplicates);
      },
    ),
    { numRuns: 40 },
  );
});

test('several files are found again, and made anew when one of them was changed', async () => {
  const { of } = await composing();
  const again = () => of('a\n1\n2\n3\n', '{{a}}', { limits: { rows: 2 } });
  const first = await again();
  expect(first.files.map((file) => file.slice(-20))).toEqual([
    'requests-00001.jsonl',
    'requests-00002.jsonl',
  ]);
  expect((await again()).reused).toBe(true);
  await appendFile(first.files[1] ?? '', '{}\n');
  expect((await again()).reused).toBe(false);
});

test('a row that no job takes is an error that names its line, and leaves nothing', async () => {
  const { of, inputs } = await composing();
  const composed = of(`a\nshort\n${'long'.repeat(100)}\n`, '{{a}}', { limits: { bytes: 200 } });
  await expect(composed).rejects.toMatchObject({
    code: 'row_too_large',
    message: expect.stringContaining('line 3'),
  });
  expect(await inputs()).toEqual([]);
});

describe('media', () => {
  test('in columns, small and large, and files that changed are read again', async () => {
    const { of, file, storage } = await composing();
    await file('small.png', PNG);
    await file('large.png', png(8, 1_100_000));
    const table = 'file,text\nsmall.png,one\nlarge.png,two\nlarge.png,three\n,four\n';
    const again = () => of(table, 'Say {{text}}', { media: ['file'] });
    const { requests, manifest } = await again();
    const kinds = requests.map(({ request }) =>
      request.contents[0]?.parts.map((part) => Object.keys(part)[0]),
    );
    expect(kinds).toEqual([['inlineData', 'text'], ['fileData', 'text'], ['fileData', 'text'], ['text']]);
    for (const { request } of requests) expect(refusal(request)).toBeUndefined();
    expect(manifest.media).toMatchObject({ inlined: 1, staged: 2, files: 1 });
    expect(manifest.empty_values).toEqual({ file: 1 });
    const uri = requests[1]?.request.contents[0]?.parts[0]?.fileData?.fileUri ?? '';
    expect(await storage.stat('emulated-bucket', uri.replace('gs://emulated-bucket/', ''))).toBeDefined();
    await file('small.png', png(9));
    const second = await again();
    expect(second.reused).toBe(false);
    expect(second.requests[0]).not.toEqual(requests[0]);
  });

  test('of a folder, with what where leaves of it', async () => {
    const { run, folder, file } = await composing();
    await mkdir(join(folder, 'in/night'), { recursive: true });
    for (const name of ['in/a.png', 'in/night/b.png']) await writeFile(join(folder, name), PNG);
    const spec = { source: 'in', prompt: 'What is it?', keyColumn: 'name', where: "folder = 'night'" };
    const { manifest, firstRequest, reused } = await run(spec);
    expect(firstRequest.key).toBe('b.png');
    expect(manifest).toMatchObject({
      rows_in: 2,
      rows_out: 1,
      source: { folder: join(folder, 'in'), unit: 'item' },
    });
    expect([reused, (await run(spec)).reused]).toEqual([false, true]);
    await file('in/c.png', PNG);
    expect((await run(spec)).manifest.id).not.toBe(manifest.id);
  });

  test('that cannot be read names the row', async () => {
    const { of } = await composing();
    await expect(of('file\nnone.png\n', 'x', { media: ['file'] })).rejects.toThrow(
      'At line 2: There is no file',
    );
  });
});

describe('batch files of other services', () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  const lines = [
    { custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: { messages } },
    { custom_id: '12', params: { messages, max_tokens: 9, metadata: { user_id: 'u' } } },
    { key: 'c', custom_id: 'c', request: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] } },
  ];
  const content = lines.map((line) => JSON.stringify(line)).join('\n');

  test('become request rows under their own ids', async () => {
    const { of } = await composing();
    const { requests, manifest } = await of(content, undefined, { name: 'batch.jsonl' });
    expect(requests.map(({ key }) => key)).toEqual(['a', 'k-12', 'c']);
    const asked = (request: GenerateContentRequest) => request.contents[0]?.parts[0]?.text;
    expect(requests.map(({ request }) => asked(request))).toEqual(['Hello', 'Hello', 'Hi']);
    expect(manifest).toMatchObject({
      rows_in: 3,
      rows_out: 3,
      rows_without_values: 0,
      conversion: {
        lines: { openai: 1, anthropic: 1, gemini: 1 },
        dropped: [{ path: 'params.metadata', count: 1 }],
        schemas: 0,
      },
    });
  });

  test('with a line that cannot be one name that line, and leave nothing', async () => {
    const { of, inputs } = await composing();
    const bad = `${content}\n${JSON.stringify({ ...lines[0], custom_id: 'x', url: '/v1/embeddings' })}\n`;
    await expect(of(bad, undefined, { name: 'batch.jsonl' })).rejects.toMatchObject({
      code: 'line_not_converted',
      message: expect.stringContaining('At line 4'),
    });
    expect(await inputs()).toEqual([]);
  });

  test.each<[string, string, object, string]>([
    ['an id twice', `${content}\n${content}`, {}, 'duplicate_key'],
    ['settings beside it', content, { systemInstruction: 'x' }, 'conversion_takes_no_more'],
    ['another table', '{"text":"x"}\n', {}, 'nothing_to_ask'],
  ])('%s', async (_what, text, rest, code) => {
    const { of } = await composing();
    await expect(of(text, undefined, { name: 'batch.jsonl', ...rest })).rejects.toMatchObject({ code });
  });
});

test('equal schemas make one input, whatever the order of what does not matter', async () => {
  const { of } = await composing();
  const schema = { type: 'object', properties: { bb: { type: 'string' }, aa: { type: 'string' } } };
  const ids = new Set<string>();
  const withSchema = async (responseSchema: Record<string, unknown>) =>
    ids.add((await of('a\n1\n', '{{a}}', { responseSchema })).manifest.id);
  await withSchema(schema);
  await withSchema({ properties: schema.properties, type: 'object', title: undefined });
  expect(ids.size).toBe(1);
  await withSchema({ ...schema, properties: { aa: { type: 'string' }, bb: { type: 'string' } } });
  expect(ids.size).toBe(2);
});
