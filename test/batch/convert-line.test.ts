import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertAnthropicLine } from '../../src/batch/convert-anthropic.ts';
import { lineConverter, lineFormat } from '../../src/batch/convert-line.ts';
import { convertOpenAiLine } from '../../src/batch/convert-openai.ts';
import { refusal } from './vertex-reads.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const OPENAI = {
  custom_id: 'a',
  method: 'POST',
  url: '/v1/chat/completions',
  body: { messages, user: 'me' },
};
const ANTHROPIC = { custom_id: 'b', params: { messages, max_tokens: 5 } };
const GEMINI = { key: 'c', request: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] } };

test('the format is told from each line', () => {
  const claude = { custom_id: 'x', request: { anthropic_version: 'vertex-2023-10-16', messages } };
  expect([OPENAI, ANTHROPIC, GEMINI, claude].map(lineFormat)).toEqual([
    'openai',
    'anthropic',
    'gemini',
    'anthropic',
  ]);
  expect(lineFormat({ text: 'x', stars: 1 })).toBeUndefined();
  expect(lineFormat({ content: 'x' })).toBeUndefined();
});

test('a file of several formats, with its report', () => {
  const { convert, report } = lineConverter();
  const schema = (type: string) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type } } },
  });
  const asking = (type: string) => ({
    ...OPENAI,
    body: { messages: [{ ...messages[0], name: 'Ann' }], ...schema(type) },
  });
  const lines = [OPENAI, ANTHROPIC, GEMINI, OPENAI, asking('string'), asking('integer'), asking('string')];
  const keys = lines.map((line, index) => convert(line, `line ${index + 1}`).key);
  expect(keys).toEqual(['a', 'b', 'c', 'a', 'a', 'a', 'a']);
  expect(report()).toEqual({
    lines: { openai: 5, anthropic: 1, gemini: 1 },
    dropped: [
      { path: 'body.messages[].name', why: 'has no counterpart; write it into the text', count: 3 },
      { path: 'body.user', why: 'has no counterpart; labels of the job are the nearest', count: 2 },
    ],
    schemas: 2,
  });
});

test('errors name the line', () => {
  const { convert } = lineConverter();
  expect(() => convert({ ...OPENAI, url: '/v1/embeddings' }, 'line 7')).toThrow(
    'At line 7: The line cannot become',
  );
  expect(() => convert({ text: 'x' }, 'line 8')).toThrow('The line 8 is in no format');
});

const text = fc.constantFrom('', 'Hello', '{"a":1}');
const json = fc.jsonValue({ maxDepth: 2 });
const block = fc.record(
  {
    type: fc.constantFrom(
      'text',
      'image_url',
      'image',
      'tool_use',
      'tool_result',
      'input_audio',
      'document',
      'file',
    ),
    text,
    image_url: fc.oneof(fc.record({ url: fc.constantFrom('gs://bkt/x.png', 'data:,x', 'x') }), json),
    source: fc.oneof(
      fc.record({ type: fc.constantFrom('base64', 'url', 'text'), data: text, url: text }),
      json,
    ),
    name: fc.oneof(text, json),
    id: text,
    tool_use_id: text,
    input: json,
    content: fc.oneof(text, json),
  },
  { requiredKeys: ['type'] },
);
const message = fc.record(
  {
    role: fc.constantFrom('user', 'assistant', 'system', 'tool'),
    content: fc.oneof(text, fc.array(block, { maxLength: 2 }), json),
    tool_calls: fc.oneof(
      json,
      fc.array(
        fc.record({ id: text, function: fc.oneof(fc.record({ name: text, arguments: text }), json) }),
        { maxLength: 2 },
      ),
    ),
    tool_call_id: text,
  },
  { requiredKeys: ['role', 'content'] },
);
const body = fc.record(
  {
    messages: fc.array(message, { maxLength: 4 }),
    max_tokens: fc.integer({ min: 1, max: 100 }),
    system: fc.oneof(text, json),
    tools: json,
    tool_choice: json,
    response_format: json,
    stop: fc.oneof(text, fc.array(text)),
    thinking: json,
  },
  { requiredKeys: ['messages'] },
);

test('whatever a line holds, it becomes a request that Vertex AI reads, or an error that a person can mend', () => {
  let made = 0;
  fc.assert(
    fc.property(body, (given) => {
      for (const convert of [
        () => convertOpenAiLine({ custom_id: 'a', body: given }),
        () => convertAnthropicLine({ custom_id: 'a', params: given }),
      ]) {
        try {
          expect(refusal(convert().request)).toBeUndefined();
          made += 1;
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(line_not_converted|schema_not_supported)$/),
          });
        }
      }
    }),
    { numRuns: 1_500 },
  );
  expect(made).toBeGreaterThan(200);
});
