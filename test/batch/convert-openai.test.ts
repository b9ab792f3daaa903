import { describe, expect, test } from 'vitest';
import { convertOpenAiLine } from '../../src/batch/convert-openai.ts';
import { refusal } from './vertex-reads.ts';

const URL = '/v1/chat/completions';
const line = (body: object, url = URL) => ({
  custom_id: 'a-1',
  method: 'POST',
  url,
  body: { model: 'gpt-x', ...body },
});
const ask = (body: object, url?: string) => {
  const converted = convertOpenAiLine(line(body, url));
  expect(refusal(converted.request)).toBeUndefined();
  return converted;
};
const HELLO = { messages: [{ role: 'user', content: 'Hello' }] };
const CONTENTS = [{ role: 'user', parts: [{ text: 'Hello' }] }];
const configOf = (body: object) => ask({ ...HELLO, ...body }).request.generationConfig;
const droppedOf = (body: object) => ask({ ...HELLO, ...body }).dropped;

test('the least line, and nothing beside it', () => {
  expect(ask(HELLO)).toEqual({ key: 'a-1', request: { contents: CONTENTS }, dropped: [] });
});

test('a whole line', () => {
  const converted = ask({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: [{ type: 'text', text: 'In French.' }] },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Bonjour' },
      { role: 'user', content: 'And?' },
      { role: 'user', content: [{ type: 'text', text: 'So?' }] },
    ],
    temperature: 0.2,
    top_p: 0.9,
    max_tokens: 100,
    stop: 'END',
    seed: 7,
    n: 2,
    presence_penalty: 0.1,
    frequency_penalty: 0.2,
    logprobs: true,
    top_logprobs: 3,
    reasoning_effort: 'low',
  });
  expect(converted.dropped).toEqual([]);
  expect(converted.request).toEqual({
    systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'In French.' }] },
    contents: [
      { role: 'user', parts: [{ text: 'Hello' }] },
      { role: 'model', parts: [{ text: 'Bonjour' }] },
      { role: 'user', parts: [{ text: 'And?' }, { text: 'So?' }] },
    ],
    generationConfig: {
      temperature: 0.2,
      topP: 0.9,
      maxOutputTokens: 100,
      stopSequences: ['END'],
      seed: 7,
      candidateCount: 2,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseLogprobs: true,
      logprobs: 3,
      thinkingConfig: { thinkingLevel: 'LOW' },
    },
  });
});

describe('settings', () => {
  test.each<[object, object | undefined]>([
    [{ max_completion_tokens: 5 }, { maxOutputTokens: 5 }],
    [{ stop: ['a', 'b'] }, { stopSequences: ['a', 'b'] }],
    [{ n: 1, temperature: null, stop: null, logprobs: false, stream: false }, undefined],
    [{ response_format: { type: 'text' } }, undefined],
    [{ response_format: { type: 'json_object' } }, { responseMimeType: 'application/json' }],
    [
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'x', schema: { type: ['string', 'null'] } },
        },
      },
      { responseMimeType: 'application/json', responseSchema: { type: 'STRING', nullable: true } },
    ],
  ])('%j', (body, config) => {
    expect(configOf(body)).toEqual(config);
  });

  test.each<[object, string, string]>([
    [{ logit_bias: { 50256: -100 } }, 'body.logit_bias', 'no counterpart'],
    [{ user: 'me' }, 'body.user', 'labels'],
    [{ parallel_tool_calls: false }, 'body.parallel_tool_calls', 'always allowed'],
    [{ reasoning_effort: 'none' }, 'body.reasoning_effort', 'no thinking level'],
    [{ tools: [{ type: 'web_search' }] }, 'body.tools[0]', 'runs at OpenAI'],
    [
      { response_format: { type: 'json_schema', json_schema: { schema: { type: 'string', default: 'x' } } } },
      'body.response_format.schema',
      'default was left out',
    ],
    [{ messages: [{ role: 'user', content: 'x', name: 'Ann' }] }, 'body.messages[0].name', 'no counterpart'],
    [
      { messages: [...HELLO.messages, { role: 'system', content: 'x' }] },
      'body.messages[1]',
      'moved to the system instruction',
    ],
    [
      { messages: [...HELLO.messages, { role: 'assistant', content: 'x' }] },
      'body.messages',
      'ends with an answer',
    ],
    [{ messages: [{ role: 'system', content: 'x' }] }, 'body.messages', 'sent as the user'],
  ])('%j is told', (body, path, why) => {
    expect(droppedOf(body)).toEqual([{ path, why: expect.stringContaining(why) }]);
  });
});

describe('media', () => {
  const partsOf = (part: object) => {
    const { request, dropped } = ask({ messages: [{ role: 'user', content: [part] }] });
    return { part: request.contents[0]?.parts[0], dropped: dropped.map(({ path }) => path) };
  };

  test.each<[object, object, string[]]>([
    [
      { type: 'image_url', image_url: { url: 'https://a.example/x.PNG?w=1', detail: 'auto' } },
      { fileData: { fileUri: 'https://a.example/x.PNG?w=1', mimeType: 'image/png' } },
      [],
    ],
    [
      { type: 'image_url', image_url: { url: 'gs://bkt/x', detail: 'low' } },
      { fileData: { fileUri: 'gs://bkt/x', mimeType: 'image/jpeg' } },
      ['body.messages[0].content[0].image_url.detail', 'body.messages[0].content[0].image_url'],
    ],
    [
      { type: 'image_url', image_url: { url: 'data:image/webp;base64,AAEC' } },
      { inlineData: { data: 'AAEC', mimeType: 'image/webp' } },
      [],
    ],
    [
      { type: 'input_audio', input_audio: { data: 'AAEC', format: 'mp3' } },
      { inlineData: { data: 'AAEC', mimeType: 'audio/mpeg' } },
      [],
    ],
    [
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AAEC', filename: 'x.pdf' } },
      { inlineData: { data: 'AAEC', mimeType: 'application/pdf' } },
      [],
    ],
  ])('%j', (part, expected, dropped) => {
    expect(partsOf(part)).toEqual({ part: expected, dropped });
  });
});

describe('functions', () => {
  const weather = {
    type: 'function',
    function: {
      name: 'weather',
      description: 'Tells it',
      strict: true,
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      },
    },
  };
  const ping = {
    type: 'function',
    function: { name: 'ping', parameters: { type: 'object', properties: {} } },
  };

  test('are declared', () => {
    const { tools, toolConfig } = ask({ ...HELLO, tools: [weather, ping], tool_choice: 'auto' }).request;
    expect(toolConfig).toBeUndefined();
    expect(tools).toEqual([
      {
        functionDeclarations: [
          {
            name: 'weather',
            description: 'Tells it',
            parameters: {
              type: 'OBJECT',
              properties: { city: { type: 'STRING' } },
              required: ['city'],
              propertyOrdering: ['city'],
            },
          },
          { name: 'ping' },
        ],
      },
    ]);
  });

  test.each<[unknown, object]>([
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'ping' } },
      { mode: 'ANY', allowedFunctionNames: ['ping'] },
    ],
  ])('are chosen as %j', (choice, functionCallingConfig) => {
    expect(ask({ ...HELLO, tools: [ping], tool_choice: choice }).request.toolConfig).toEqual({
      functionCallingConfig,
    });
  });

  test('that were called, with what they answered', () => {
    const call = (id: string, city: string) => ({
      id,
      type: 'function',
      function: { name: 'weather', arguments: JSON.stringify({ city }) },
    });
    const { request } = ask({
      tools: [weather],
      messages: [
        ...HELLO.messages,
        { role: 'assistant', content: null, tool_calls: [call('c1', 'Ulm'), call('c2', 'Bonn')] },
        { role: 'tool', tool_call_id: 'c1', content: '{"sky":"blue"}' },
        { role: 'tool', tool_call_id: 'c2', content: 'grey' },
        { role: 'user', content: 'Thanks' },
      ],
    });
    expect(request.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args: { city: 'Ulm' } } },
          { functionCall: { name: 'weather', args: { city: 'Bonn' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { sky: 'blue' } } },
          { functionResponse: { name: 'weather', response: { result: 'grey' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'Thanks' }] },
    ]);
  });
});

describe('/v1/responses', () => {
  const URL = '/v1/responses';

  test('with text', () => {
    const { request, dropped } = ask(
      {
        input: 'Hello',
        instructions: 'Be brief.',
        max_output_tokens: 9,
        reasoning: { effort: 'high' },
        text: { format: { type: 'json_schema', name: 'x', schema: { type: 'integer' }, strict: true } },
        tools: [{ type: 'function', name: 'ping', parameters: null }],
        store: true,
      },
      URL,
    );
    expect(request).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: CONTENTS,
      tools: [{ functionDeclarations: [{ name: 'ping' }] }],
      generationConfig: {
        maxOutputTokens: 9,
        thinkingConfig: { thinkingLevel: 'HIGH' },
        responseMimeType: 'application/json',
        responseSchema: { type: 'INTEGER' },
      },
    });
    expect(dropped).toEqual([{ path: 'body.store', why: 'has no counterpart' }]);
  });

  test('with items', () => {
    const { request } = ask(
      {
        input: [
          { role: 'user', content: [{ type: 'input_image', image_url: 'gs://bkt/x.png' }] },
          { type: 'reasoning', summary: [] },
          { type: 'function_call', call_id: 'c', name: 'ping', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c', output: '"pong"' },
        ],
      },
      URL,
    );
    expect(request.contents).toEqual([
      { role: 'user', parts: [{ fileData: { fileUri: 'gs://bkt/x.png', mimeType: 'image/png' } }] },
      { role: 'model', parts: [{ functionCall: { name: 'ping', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'ping', response: { result: 'pong' } } }] },
    ]);
  });
});

describe('what would ask for something else', () => {
  const user = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });

  test.each<[string, object, string]>([
    ['embeddings', line({ input: 'x' }, '/v1/embeddings'), '«url»'],
    ['no messages', line({}), '«body.messages»'],
    ['nothing to ask', line({ messages: [{ role: 'user', content: '' }] }), 'no text and no media'],
    ['an unknown role', line({ messages: [{ role: 'critic', content: 'x' }] }), '«body.messages[0].role»'],
    ['an uploaded file', line(user({ type: 'file', file: { file_id: 'f-1' } })), 'uploaded to OpenAI'],
    ['an unknown part', line(user({ type: 'hologram' })), '«body.messages[0].content[0].type»'],
    ['a local file', line(user({ type: 'image_url', image_url: { url: 'x.png' } })), 'no address'],
    [
      'an answer without a call',
      line({ messages: [{ role: 'tool', content: 'x', tool_call_id: 'c' }] }),
      'which function',
    ],
    ['earlier answers', line({ input: 'x', previous_response_id: 'r' }, '/v1/responses'), 'stored at OpenAI'],
    ['an unknown format', line({ ...HELLO, response_format: { type: 'grammar' } }), '«body.response_format»'],
  ])('%s', (_what, input, said) => {
    const convert = () => convertOpenAiLine(input as Record<string, unknown>);
    expect(convert).toThrow(expect.objectContaining({ code: 'line_not_converted' }));
    expect(convert).toThrow(said);
  });

  test('a schema that cannot be said', () => {
    const tools = [
      { type: 'function', function: { name: 'f', parameters: { properties: { y: { type: 'string' } } } } },
    ];
    expect(() => convertOpenAiLine(line({ ...HELLO, tools }))).toThrow(
      expect.objectContaining({ code: 'schema_not_supported' }),
    );
  });
});
