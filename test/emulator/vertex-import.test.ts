import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importInput } from '../../src/emulator/engine/import.ts';
import { createFaults } from '../../src/emulator/faults.ts';
import type { ObjectStore } from '../../src/emulator/objects/store.ts';
import { openVertex, row, rowsOf, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;
beforeEach(async () => {
  vertex = await openVertex();
});
afterEach(() => vertex.close());

describe('the whole job fails', () => {
  const failing: [what: string, lines: (object | string)[], message: string][] = [
    ['on a line that is no JSON', [row('a'), '{"key": "b", "request": {', row('c')], 'JSON parsing error'],
    ['on a line that is no object', [row('a'), '[1, 2]'], 'not an object'],
    ['on a line without a request', [row('a'), { key: 'b', prompt: 'hello' }], "'request' is missing"],
    ['on a request that is a text', [{ key: 'a', request: 'hello' }], "'request' is missing"],
    [
      'on a field of two types',
      [row('a'), { key: 'b', request: { contents: 'hello' } }],
      "'request.contents' is array on one line and string on another",
    ],
    ['on a key of two types', [row('a'), { ...row('b'), key: 7 }], "'key' is string on one line and number"],
    [
      'on parts that are a list here and an object there',
      [row('a'), { key: 'b', request: { contents: [{ role: 'user', parts: { text: 'hi' } }] } }],
      "'request.contents[].parts'",
    ],
    ['on an empty file', ['   ', ''], 'no rows'],
    ['on more than 200,000 rows', rowsOf(200_001), 'more than 200,000 requests'],
  ];

  test.each(failing)('%s', async (_, lines, message) => {
    const { job } = await vertex.run(lines);
    expect(job.state).toBe('JOB_STATE_FAILED');
    expect(job.error.code).toBe(3);
    expect(job.error.message).toMatch(/^Failed to import data/);
    expect(job.error.message).toContain(message);
    expect(job).not.toHaveProperty('outputInfo');
    expect(job).not.toHaveProperty('completionStats');
  });
});

test('a line with a wide character across chunks of bytes stays whole', async () => {
  const text = '評価：とても良い製品です。🎉'.repeat(20_000);
  const { rows } = await vertex.run([row('a', text), row('b', text)]);
  expect(rows.map(({ request }) => request.contents[0].parts[0].text)).toEqual([text, text]);
});

describe('the echo of a request', () => {
  test('has null for every member that other lines have', async () => {
    const { rows } = await vertex.run([
      row('plain'),
      row('warm', 'Hello.', { temperature: 0.5 }),
      {
        key: 'picture',
        request: {
          contents: [
            { role: 'user', parts: [{ fileData: { fileUri: 'gs://b/1.png', mimeType: 'image/png' } }] },
          ],
        },
      },
    ]);
    const echo = Object.fromEntries(rows.map(({ key, request }) => [key, request]));
    expect(echo.plain).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Say plain.', fileData: null }] }],
      generationConfig: null,
    });
    expect(echo.warm.generationConfig).toEqual({ temperature: 0.5 });
    expect(echo.picture.contents[0].parts[0].text).toBe(null);
  });

  test('goes beside scalars as they were and lists that are empty', async () => {
    const { rows } = await vertex.run([{ ...row('a'), source: 7, tags: ['x', 'y'] }, row('b')]);
    const byKey = Object.fromEntries(rows.map((output) => [output.key, output]));
    expect(byKey.a).toMatchObject({ source: 7, tags: [] });
    expect(byKey.b).toMatchObject({ source: null, tags: null });
  });
});

test('an object that is empty everywhere is dropped; a null member keeps it', async () => {
  const withTool = (key: string, tool: object) => ({
    ...row(key),
    request: { ...row(key).request, tools: [tool] },
  });
  const empty = await vertex.run([withTool('a', { urlContext: {} })]);
  expect(empty.rows[0].status).toContain("required one_of 'tool_type'");
  expect(empty.rows[0].request.tools).toEqual([{ urlContext: null }]);
  const kept = await vertex.run([withTool('a', { googleSearch: { timeRangeFilter: null } })]);
  expect(kept.rows[0].status).toBe('');
});

test('an object that is gone when the job starts fails it', async () => {
  await vertex.put('in.jsonl', [row('a')]);
  const { name } = await vertex.create();
  await vertex.call('https://storage.googleapis.com/storage/v1/b/emulated-bucket/o/in.jsonl', {
    method: 'DELETE',
  });
  vertex.clock.advance(3_600_000);
  expect((await vertex.get(name)).error.message).toContain('Failed to import data: No file matches');
});

test('more than 1 GB is refused before a byte is read', async () => {
  const sources = [1, 2].map((n) => ({ bucket: 'b', name: `${n}`, generation: '1', size: 500_000_001 }));
  const read = () => {
    throw new Error('nobody should read');
  };
  const fact = await importInput({
    objects: { read } as unknown as ObjectStore,
    sources,
    displayName: '',
    faults: createFaults([]),
    signal: AbortSignal.any([]),
  });
  expect(fact.error?.message).toBe(
    'Failed to import data: the input has 1000000002 bytes, and the limit is 1 GB.',
  );
});
