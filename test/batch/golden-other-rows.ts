import type { GoldenRow } from './golden-rows.ts';

const CLAUDE_REQUEST = {
  anthropic_version: 'vertex-2023-10-16',
  max_tokens: 50,
  messages: [{ role: 'user', content: 'The kettle leaks.' }],
};
const claude = (response: unknown, more: object = {}) => ({
  custom_id: 'request-1',
  request: CLAUDE_REQUEST,
  response,
  status: '',
  ...more,
});
const message = (content: object[], stop_reason: string | null, more: object = {}) => ({
  id: 'msg_vrtx_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-4-5',
  content,
  stop_reason,
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 9 },
  ...more,
});
const CLAUDE_USED = { promptTokens: 12, candidateTokens: 9 };

const openai = (response: unknown, more: object = {}) => ({
  custom_id: 't-0',
  id: 'vertex-71',
  body: { model: 'meta/llama-3.3-70b-instruct-maas', messages: [{ role: 'user', content: 'Hi' }] },
  response,
  error: null,
  ...more,
});
const completion = (message: object, finish_reason: string | null, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'meta/llama-3.3-70b-instruct-maas',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason, logprobs: null }],
  usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
  ...more,
});
const ok = (body: object) => ({ status_code: 200, request_id: 'q-1', body });
const OPENAI_USED = { promptTokens: 20, candidateTokens: 7 };
const SCORE = { type: 'object', properties: { score: { type: 'integer' } }, required: ['score'] };

export const OTHER_ROWS: GoldenRow[] = [
  {
    name: 'an answer of Claude, with the cache',
    line: claude(
      message(
        [
          { type: 'text', text: 'It ' },
          { type: 'text', text: 'leaks.' },
        ],
        'end_turn',
        {
          usage: {
            input_tokens: 12,
            cache_creation_input_tokens: 100,
            cache_read_input_tokens: 3000,
            output_tokens: 9,
          },
        },
      ),
    ),
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'end_turn',
    usage: { promptTokens: 3112, cachedTokens: 3000, candidateTokens: 9 },
    also: { format: 'claude', key: 'request-1', modelVersion: 'claude-haiku-4-5', candidates: ['It leaks.'] },
  },
  {
    name: 'an answer of Claude that was cut',
    line: claude(message([{ type: 'text', text: 'It le' }], 'max_tokens')),
    outcome: 'truncated',
    text: 'It le',
    finishReason: 'max_tokens',
    usage: CLAUDE_USED,
  },
  {
    name: 'thoughts of Claude without an answer',
    line: claude(message([{ type: 'thinking', thinking: 'Steam …', signature: 'Eo' }], 'max_tokens')),
    outcome: 'truncated',
    finishReason: 'max_tokens',
    usage: CLAUDE_USED,
    also: { starved: true },
  },
  {
    name: 'a refusal of Claude',
    line: claude(message([], 'refusal')),
    outcome: 'blocked',
    finishReason: 'refusal',
    usage: CLAUDE_USED,
  },
  {
    name: 'a call of Claude',
    line: claude(
      message(
        [
          { type: 'text', text: 'I note it.' },
          { type: 'tool_use', id: 'toolu_1', name: 'set_score', input: { score: 1 } },
        ],
        'tool_use',
      ),
    ),
    outcome: 'ok',
    text: 'I note it.',
    finishReason: 'tool_use',
    usage: CLAUDE_USED,
    also: { calls: [{ name: 'set_score', args: { score: 1 }, id: 'toolu_1' }] },
  },
  {
    name: 'JSON of Claude by the schema that it was asked for',
    line: claude(message([{ type: 'text', text: '{"score":"one"}' }], 'end_turn'), {
      request: { ...CLAUDE_REQUEST, output_config: { format: { type: 'json_schema', schema: SCORE } } },
    }),
    outcome: 'schema_mismatch',
    text: '{"score":"one"}',
    finishReason: 'end_turn',
    usage: CLAUDE_USED,
    also: { mismatch: { path: '$.score', expected: 'INTEGER' } },
  },
  {
    name: 'an error of Claude in the response',
    line: claude({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    outcome: 'error_retriable',
    error: { code: 529, status: 'overloaded_error', message: 'Overloaded' },
    also: { format: 'claude', key: 'request-1' },
  },
  {
    name: 'an error of Claude in the status',
    line: claude(null, {
      status:
        'Bad Request: {"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"}}',
    }),
    outcome: 'error_permanent',
    error: { code: 400, status: 'invalid_request_error', message: 'max_tokens: Field required' },
    also: { format: 'claude' },
  },
  {
    name: 'an answer of Claude in a table',
    line: {
      custom_id: 'request-1',
      request: JSON.stringify(CLAUDE_REQUEST),
      response: JSON.stringify(message([{ type: 'text', text: 'It leaks.' }], 'end_turn')),
      status: '',
    },
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'end_turn',
    usage: CLAUDE_USED,
    also: { format: 'claude' },
  },
  {
    name: 'an answer of an open model',
    line: openai(ok(completion({ content: 'It leaks.', refusal: null }, 'stop'))),
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'stop',
    usage: OPENAI_USED,
    also: { format: 'openai', key: 't-0', modelVersion: 'meta/llama-3.3-70b-instruct-maas' },
  },
  {
    name: 'an answer of an open model without an envelope, and of two choices',
    line: openai(
      completion({ content: [{ type: 'text', text: 'One.' }] }, 'stop', {
        choices: [
          { message: { content: [{ type: 'text', text: 'One.' }] }, finish_reason: 'stop' },
          { message: { content: 'Two.' }, finish_reason: 'length' },
        ],
      }),
    ),
    outcome: 'ok',
    text: 'One.',
    finishReason: 'stop',
    usage: OPENAI_USED,
    also: { candidates: ['One.', 'Two.'] },
  },
  {
    name: 'reasoning of an open model that left no room',
    line: openai(
      ok(
        completion({ content: null, reasoning_content: 'Steam …' }, 'length', {
          usage: {
            prompt_tokens: 20,
            completion_tokens: 64,
            prompt_tokens_details: { cached_tokens: 16 },
            completion_tokens_details: { reasoning_tokens: 64 },
          },
        }),
      ),
    ),
    outcome: 'truncated',
    finishReason: 'length',
    usage: { promptTokens: 20, cachedTokens: 16, thoughtTokens: 64 },
    also: { starved: true },
  },
  {
    name: 'an answer of an open model that was filtered',
    line: openai(ok(completion({ content: '' }, 'content_filter'))),
    outcome: 'blocked',
    finishReason: 'content_filter',
    usage: OPENAI_USED,
  },
  {
    name: 'a refusal in the form of OpenAI',
    line: openai(ok(completion({ content: null, refusal: 'I cannot help with that.' }, 'stop'))),
    outcome: 'blocked',
    text: 'I cannot help with that.',
    finishReason: 'stop',
    usage: OPENAI_USED,
    also: { blockReason: 'refusal' },
  },
  {
    name: 'calls of an open model, one of them broken',
    line: openai(
      ok(
        completion(
          {
            content: null,
            tool_calls: [
              { id: 'c-1', type: 'function', function: { name: 'set_score', arguments: '{"score":1}' } },
              { id: 'c-2', type: 'function', function: { name: 'done', arguments: '{' } },
            ],
          },
          'tool_calls',
        ),
      ),
    ),
    outcome: 'ok',
    finishReason: 'tool_calls',
    usage: OPENAI_USED,
    also: {
      calls: [
        { name: 'set_score', args: { score: 1 }, id: 'c-1' },
        { name: 'done', args: '{', id: 'c-2' },
      ],
    },
  },
  {
    name: 'JSON of an open model by the format that it was asked for',
    line: openai(ok(completion({ content: 'Score: 1' }, 'stop')), {
      body: { messages: [], response_format: { type: 'json_object' } },
    }),
    outcome: 'invalid_json',
    text: 'Score: 1',
    finishReason: 'stop',
    usage: OPENAI_USED,
  },
  {
    name: 'an error of an open model beside the response',
    line: openai(null, { error: { code: 'rate_limit_exceeded', message: 'Slow down.' } }),
    outcome: 'error_retriable',
    error: { code: 429, status: 'rate_limit_exceeded', message: 'Slow down.' },
    also: { format: 'openai' },
  },
  {
    name: 'an error of an open model in the body',
    line: openai({
      status_code: 400,
      body: {
        error: { message: 'Too long.', type: 'invalid_request_error', code: 'context_length_exceeded' },
      },
    }),
    outcome: 'error_permanent',
    error: { code: 400, status: 'context_length_exceeded', message: 'Too long.' },
  },
  {
    name: 'an error of an open model by its number alone',
    line: { custom_id: 't-0', response: { status_code: 503, body: 'upstream connect error' } },
    outcome: 'error_retriable',
    error: { code: 503, message: 'HTTP 503' },
    also: { format: 'openai' },
  },
  {
    name: 'an embedding of an open model',
    line: openai(
      ok({
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.25, -0.5] }],
        model: 'intfloat/multilingual-e5-small-maas',
        usage: { prompt_tokens: 4, total_tokens: 4 },
      }),
      { body: { input: 'query: kettle' } },
    ),
    outcome: 'ok',
    usage: { promptTokens: 4 },
    also: { format: 'openai', embedding: [0.25, -0.5], candidates: [] },
  },
  {
    name: 'an embedding of a text model',
    line: {
      instance: { content: 'Kettle' },
      predictions: [
        { embeddings: { statistics: { token_count: 8, truncated: false }, values: [0.25, -0.5] } },
      ],
      status: '',
    },
    outcome: 'ok',
    usage: { promptTokens: 8 },
    also: { format: 'embedding', embedding: [0.25, -0.5] },
  },
  {
    name: 'an embedding of a text that was too long, in a table',
    line: {
      id: 17,
      content: 'Kettle …',
      predictions: '[{"embeddings":{"statistics":{"token_count":2048,"truncated":true},"values":[1]}}]',
      status: '',
    },
    outcome: 'ok',
    usage: { promptTokens: 2048 },
    also: { format: 'embedding', key: '17', embedding: [1], inputTruncated: true },
  },
  {
    name: 'an embedding of Gemini',
    line: {
      key: 'id_1',
      request: {
        content: { parts: [{ text: 'Kettle' }] },
        embed_content_config: { output_dimensionality: 2 },
      },
      response: {
        embedding: { values: [0.25, -0.5] },
        usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 },
        truncated: false,
      },
      status: '',
    },
    outcome: 'ok',
    usage: { promptTokens: 3 },
    also: { format: 'embedding', key: 'id_1', embedding: [0.25, -0.5] },
  },
  {
    name: 'an embedding of Gemini in the plural',
    line: {
      key: 'id_1',
      request: { content: { parts: [{ text: 'Kettle' }] } },
      response: { embeddings: [{ values: [1], statistics: { tokenCount: 3 } }] },
    },
    outcome: 'ok',
    usage: { promptTokens: 3 },
    also: { format: 'embedding', embedding: [1] },
  },
  {
    name: 'an embedding that did not come',
    line: { key: 'id_1', request: { content: { parts: [{ text: '' }] } }, response: {}, status: '' },
    outcome: 'empty',
    also: { format: 'embedding' },
  },
  {
    name: 'an embedding that failed',
    line: {
      instance: { content: '' },
      predictions: [],
      status:
        'Bad Request: {"error": {"code": 400, "message": "The text content is empty.", "status": "INVALID_ARGUMENT"}}',
    },
    outcome: 'error_permanent',
    error: { code: 400, status: 'INVALID_ARGUMENT', message: 'The text content is empty.' },
    also: { format: 'embedding' },
  },
];
