import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, openVertex, row, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;
beforeAll(async () => {
  vertex = await openVertex();
});
afterAll(() => vertex.close());

const request = (fields: object) => ({ key: 'a', request: { ...row('a').request, ...fields } });
const config = (generationConfig: object) => row('a', 'Say it.', generationConfig);
const schema = (responseSchema: object) => config({ responseMimeType: 'application/json', responseSchema });
const jsonSchema = (responseJsonSchema: object) =>
  config({ responseMimeType: 'application/json', responseJsonSchema });

describe('a row fails, and the job succeeds', () => {
  const failing: [what: string, line: Answer, message: string][] = [
    ['an unknown field', request({ temperature: 1 }), 'Unknown name "temperature": Cannot find field.'],
    [
      'thinking outside of the generation config',
      request({ thinking_config: { thinking_budget: 0 } }),
      'Unknown name "thinking_config"',
    ],
    ['no contents', request({ contents: [] }), 'at least one contents field is required'],
    [
      'a role of another API',
      request({ contents: [{ role: 'system', parts: [{ text: 'x' }] }] }),
      'valid role: user, model',
    ],
    ['no role', request({ contents: [{ parts: [{ text: 'x' }] }] }), 'valid role: user, model'],
    [
      'parts as an object',
      request({ contents: [{ role: 'user', parts: { text: 'x' } }] }),
      "'contents[0].parts'",
    ],
    ['no parts', request({ contents: [{ role: 'user', parts: [] }] }), 'at least one parts field'],
    [
      'an empty text',
      request({ contents: [{ role: 'user', parts: [{ text: '' }] }] }),
      'empty text parameter',
    ],
    [
      'an empty part',
      request({ contents: [{ role: 'user', parts: [{ thought: true }] }] }),
      "required oneof field 'data'",
    ],
    [
      'a file without a type',
      request({ contents: [{ role: 'user', parts: [{ fileData: { fileUri: 'gs://b/x.png' } }] }] }),
      'mimeType',
    ],
    [
      'explicit caching',
      request({ cachedContent: 'projects/p/locations/l/cachedContents/1' }),
      'cached_content',
    ],
    ['too many output tokens', config({ maxOutputTokens: 70_000 }), 'maxOutputTokens value of 70000'],
    [
      'two ways to think',
      config({ thinkingConfig: { thinkingBudget: 1, thinkingLevel: 'LOW' } }),
      'only one of thinking',
    ],
    [
      'a schema without JSON',
      config({ responseSchema: { type: 'STRING' } }),
      'response mime type text/plain',
    ],
    [
      'a schema without a type',
      schema({ properties: { name: { type: 'STRING' } } }),
      'type: must be specified',
    ],
    ['an object without properties', schema({ type: 'OBJECT' }), 'should be non-empty for OBJECT type'],
    ['an enum of numbers', schema({ type: 'INTEGER', enum: ['1', '2'] }), 'only allowed for STRING type'],
    ['a list without items', schema({ type: 'ARRAY' }), 'items: missing field'],
    [
      'a required property that is not there',
      schema({ type: 'OBJECT', properties: { name: { type: 'STRING' } }, required: ['nam'] }),
      'required[0]: property is not defined',
    ],
    ['a field of protobuf dumps', schema({ type_: 'STRING' }), 'Unknown name "type_"'],
    [
      'a union of types',
      schema({ type: 'OBJECT', properties: { name: { type: ['string', 'null'] } } }),
      'Proto field is not repeating, cannot start list.',
    ],
    [
      'a union with null in JSON Schema',
      jsonSchema({ type: 'object', properties: { name: { type: ['string', 'null'] } } }),
      'union with null',
    ],
    ['an enum with null', jsonSchema({ type: 'string', enum: ['x', null] }), 'null is not supported'],
    [
      'a property that reads as a boolean',
      schema({ type: 'OBJECT', properties: { y: { type: 'INTEGER' } } }),
      "properties[0].key' (TYPE_STRING), true",
    ],
  ];

  test.each(failing)('%s', async (_, line, message) => {
    const { job, rows } = await vertex.run([line]);
    expect(job.state).toBe('JOB_STATE_SUCCEEDED');
    expect(job.completionStats).toEqual({ failedCount: '1' });
    const [output] = rows;
    expect(output.response).toEqual({});
    const [, words, json] = /^([A-Z][A-Za-z ]+): (\{.*\})$/s.exec(output.status) ?? [];
    expect(words).toBe('Bad Request');
    expect(JSON.parse(json ?? '')).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
    expect(JSON.parse(json ?? '').error.message).toContain(message);
  });
});

test('two schemas in one file spoil each other', async () => {
  const one = { type: 'OBJECT', properties: { score: { type: 'INTEGER' } } };
  const two = { type: 'OBJECT', properties: { reason: { type: 'STRING' } } };
  for (const lines of [
    [schema(one), schema(two)],
    [
      jsonSchema({ ...one, type: 'object', properties: { score: {} } }),
      jsonSchema({ type: 'object', properties: { why: {} } }),
    ],
  ]) {
    const { job, rows } = await vertex.run(lines);
    expect(job.completionStats).toEqual({ failedCount: '2' });
    expect(rows.every(({ status }) => status.startsWith('Bad Request'))).toBe(true);
  }
});

test('rows fail one by one: the others are answered', async () => {
  const { job, rows } = await vertex.run([row('good'), { ...request({ contents: [] }), key: 'bad' }]);
  expect(job.completionStats).toEqual({ successfulCount: '1', failedCount: '1' });
  const good = rows.find(({ key }) => key === 'good');
  expect(good).toMatchObject({
    status: '',
    response: { candidates: [{ finishReason: 'STOP' }], modelVersion: 'gemini-3.5-flash-lite' },
  });
  expect(good.processed_time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
  expect(good.response.usageMetadata.totalTokenCount).toBe(
    good.response.usageMetadata.promptTokenCount +
      good.response.usageMetadata.candidatesTokenCount +
      (good.response.usageMetadata.thoughtsTokenCount ?? 0),
  );
});

test('snake case in rows is understood and echoed as it was', async () => {
  const { rows } = await vertex.run([
    { key: 'a', request: { ...row('a').request, generation_config: { max_output_tokens: 100 } } },
  ]);
  expect(rows[0].status).toBe('');
  expect(rows[0].request.generation_config).toEqual({ max_output_tokens: 100 });
});

test('the output of an unfinished job is the input of the next: only what failed runs again', async () => {
  const flaky = await openVertex({
    faults: [
      {
        match: { row: { key: 'r2' } },
        times: 1,
        respond: { rowStatus: 'Too Many Requests: {"error": {"code": 429}}' },
      },
    ],
  });
  const first = await flaky.run([row('r1'), row('r2')]);
  expect(first.job.completionStats).toEqual({ successfulCount: '1', failedCount: '1' });
  const second = await flaky.run(first.rows);
  expect(second.job.completionStats).toEqual({ successfulCount: '2' });
  const kept = (rows: Answer[]) => rows.find(({ key }) => key === 'r1');
  expect(kept(second.rows)).toEqual(kept(first.rows));
  await flaky.close();
});
