import { describe, expect, test } from 'vitest';
import { convertAnthropicLine } from '../../src/batch/convert-anthropic.ts';
import { refusal } from './vertex-reads.ts';

const line = (params: object) => ({
  custom_id: 'a-1',
  params: { model: 'claude-x', max_tokens: 50, ...params },
});
const ask = (params: object) => {
  const converted = convertAnthropicLine(line(params));
  expect(refusal(converted.request)).toBeUndefined();
  return converted;
};
const HELLO = { messages: [{ role: 'user', content: 'Hello' }] };
const configOf = (params: object) => ask({ ...HELLO, ...params }).request.generationConfig;

test('a whole line', () => {
  const converted = ask({
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
      { role: 'assistant', content: 'Bonjour' },
      { role: 'user', content: 'And?' },
    ],
    temperature: 0.2,
    top_p: 0.9,
    top_k: 40,
    stop_sequences: ['END'],
  });
  expect(converted).toEqual({
    key: 'a-1',
    request: {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }] },
        { role: 'model', parts: [{ text: 'Bonjour' }] },
        { role: 'user', parts: [{ text: 'And?' }] },
      ],
      generationConfig: {
        maxOutputTokens: 50,
        temperature: 0.2,
        topP: 0.9,
        topK: 40,
        stopSequences: ['END'],
      },
    },
    dropped: [{ path: 'params.system[0].cache_control', why: 'has no counterpart: Gemini caches by itself' }],
  });
});

test('a line of a Claude batch on Vertex AI', () => {
  const { params } = line({ ...HELLO, anthropic_version: 'vertex-2023-10-16' });
  expect(convertAnthropicLine({ custom_id: 'a-1', request: params })).toEqual({
    key: 'a-1',
    request: {
      contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
      generationConfig: { maxOutputTokens: 50 },
    },
    dropped: [],
  });
});

describe('settings', () => {
  test.each<[object, object]>([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, { thinkingConfig: { thinkingBudget: 1024 } }],
    [{ output_config: { effort: 'low' } }, { thinkingConfig: { thinkingLevel: 'LOW' } }],
    [
      { output_config: { format: { type: 'json_schema', schema: { type: 'boolean' } } } },
      { responseMimeType: 'application/json', responseSchema: { type: 'BOOLEAN' } },
    ],
  ])('%j', (params, config) => {
    expect(configOf(params)).toEqual({ maxOutputTokens: 50, ...config });
  });

  test.each<[object, string, string]>([
    [{ metadata: { user_id: 'u' } }, 'params.metadata', 'labels'],
    [{ thinking: { type: 'disabled' } }, 'params.thinking', 'switched off'],
    [{ output_config: { effort: 'max' } }, 'params.output_config.effort', 'no thinking level'],
    [
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      'params.tools[0]',
      'runs at Anthropic',
    ],
    [{ mcp_servers: [{ url: 'x' }] }, 'params.mcp_servers', 'Anthropic only'],
  ])('%j is told', (params, path, why) => {
    expect(ask({ ...HELLO, ...params }).dropped).toEqual([{ path, why: expect.stringContaining(why) }]);
  });
});

describe('blocks', () => {
  const partsOf = (block: object) =>
    ask({ messages: [{ role: 'user', content: [block] }] }).request.contents[0]?.parts;
  const source = (type: string, rest: object) => ({ type, ...rest });

  test.each<[object, object[]]>([
    [
      { type: 'image', source: source('base64', { media_type: 'image/png', data: 'AAEC' }) },
      [{ inlineData: { data: 'AAEC', mimeType: 'image/png' } }],
    ],
    [
      { type: 'image', source: source('url', { url: 'https://a.example/x.webp' }) },
      [{ fileData: { fileUri: 'https://a.example/x.webp', mimeType: 'image/webp' } }],
    ],
    [
      { type: 'document', title: 'Deed', source: source('url', { url: 'https://a.example/deed' }) },
      [{ text: 'Deed' }, { fileData: { fileUri: 'https://a.example/deed', mimeType: 'application/pdf' } }],
    ],
    [{ type: 'document', source: source('text', { media_type: 'text/plain', data: 'x' }) }, [{ text: 'x' }]],
    [
      { type: 'document', source: source('content', { content: [{ type: 'text', text: 'x' }] }) },
      [{ text: 'x' }],
    ],
  ])('%j', (block, parts) => {
    expect(partsOf(block)).toEqual(parts);
  });

  test('of calls and answers', () => {
    const image = { type: 'image', source: source('base64', { media_type: 'image/png', data: 'AAEC' }) };
    const { request, dropped } = ask({
      tools: [
        {
          name: 'map',
          description: 'Shows it',
          input_schema: { type: 'object', properties: { city: { type: 'string' } } },
        },
      ],
      tool_choice: { type: 'tool', name: 'map', disable_parallel_tool_use: true },
      messages: [
        ...HELLO.messages,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'x' },
            { type: 'tool_use', id: 't1', name: 'map', input: { city: 'Ulm' } },
            { type: 'tool_use', id: 't2', name: 'map', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'Here' }, image] },
            { type: 'tool_result', tool_use_id: 't2', content: 'no city', is_error: true },
            { type: 'text', text: 'Go on' },
          ],
        },
      ],
    });
    expect(request.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'map', args: { city: 'Ulm' } } },
          { functionCall: { name: 'map', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'map', response: { result: 'Here' } } },
          { functionResponse: { name: 'map', response: { error: 'no city' } } },
        ],
      },
      { role: 'user', parts: [{ inlineData: { data: 'AAEC', mimeType: 'image/png' } }, { text: 'Go on' }] },
    ]);
    expect(request.toolConfig).toEqual({
      functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['map'] },
    });
    expect(dropped.map(({ path }) => path)).toEqual([
      'params.messages[1].content[0]',
      'params.tool_choice.disable_parallel_tool_use',
    ]);
  });
});

describe('what would ask for something else', () => {
  const user = (block: object) => ({ messages: [{ role: 'user', content: [block] }] });

  test.each<[string, object, string]>([
    ['no messages', {}, '«params.messages»'],
    [
      'an uploaded file',
      user({ type: 'document', source: { type: 'file', file_id: 'f' } }),
      'uploaded to Anthropic',
    ],
    ['an unknown block', user({ type: 'server_tool_use' }), '«params.messages[0].content[0].type»'],
    [
      'an answer without a call',
      user({ type: 'tool_result', tool_use_id: 't', content: 'x' }),
      'which function',
    ],
    ['an unknown role', { messages: [{ role: 'critic', content: 'x' }] }, '«params.messages[0].role»'],
  ])('%s', (_what, params, said) => {
    expect(() => convertAnthropicLine(line(params))).toThrow(
      expect.objectContaining({ code: 'line_not_converted' }),
    );
    expect(() => convertAnthropicLine(line(params))).toThrow(said);
  });
});
