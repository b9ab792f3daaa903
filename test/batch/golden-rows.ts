import type { Asked } from '../../src/batch/answer-row.ts';
import type { ResultRow } from '../../src/batch/result-row.ts';
import type { Usage } from '../../src/batch/usage.ts';

/** One output line, and what it says. */
export interface GoldenRow {
  name: string;
  /** As it stands in the file: parsed, or text where it does not parse. */
  line: unknown;
  asked?: Asked;
  outcome: ResultRow['outcome'];
  text?: string;
  finishReason?: string;
  error?: ResultRow['error'];
  /** Counts that are not zero. */
  usage?: Partial<Usage>;
  /** Whatever else matters. */
  also?: object;
}

const PROCESSED = '2026-11-22T03:40:01.376+00:00';
export const prompt = (text: string, generationConfig?: object) => ({
  contents: [{ role: 'user', parts: [{ text, file_data: null }] }],
  ...(generationConfig && { generationConfig }),
});
const REQUEST = prompt('The kettle leaks.', { maxOutputTokens: 400 });
const usageMetadata = {
  promptTokenCount: 31,
  candidatesTokenCount: 14,
  thoughtsTokenCount: 20,
  totalTokenCount: 65,
};
const USED = { promptTokens: 31, candidateTokens: 14, thoughtTokens: 20 };

/** A line of a Gemini job: what came back beside the request that it echoes. */
export const gemini = (response: unknown, request: unknown = REQUEST, status = '') => ({
  key: 'r-000001',
  status,
  processed_time: PROCESSED,
  request,
  response,
});
export const candidate = (parts: object[] | undefined, finishReason: unknown = 'STOP') => ({
  content: parts ? { role: 'model', parts } : { role: 'model' },
  finishReason,
  avgLogprobs: -0.12,
});
export const answer = (text: string, finishReason = 'STOP') => ({
  candidates: [candidate([{ text }], finishReason)],
  modelVersion: 'gemini-3.5-flash-lite',
  usageMetadata,
});
const blocked = (finishReason: string, more: object = {}) => ({
  candidates: [{ finishReason, ...more }],
  usageMetadata: { promptTokenCount: 31, totalTokenCount: 31 },
});
const failed = (reason: string, code: number, status: string, message: string) =>
  gemini({}, REQUEST, `${reason}: {"error": ${JSON.stringify({ code, message, status })}}`);

const SCHEMA = {
  type: 'OBJECT',
  properties: { score: { type: 'INTEGER' }, why: { type: 'STRING' } },
  required: ['score', 'why'],
};
const JSON_ASKED = { responseMimeType: 'application/json', responseSchema: SCHEMA };
/** As the table has it that Vertex AI makes of a file: what a line does not say is null, or an empty list. */
const NULL_FILLED = {
  contents: [
    {
      role: 'user',
      parts: [{ text: 'The kettle leaks.', file_data: null, inline_data: { data: null, mime_type: null } }],
    },
  ],
  system_instruction: { role: null, parts: [] },
  tools: [],
  labels: null,
  generation_config: {
    max_output_tokens: 400,
    response_mime_type: 'application/json',
    response_json_schema: null,
    response_schema: {
      type: 'OBJECT',
      nullable: null,
      enum: [],
      any_of: [],
      pattern: null,
      min_items: null,
      properties: {
        score: { type: 'INTEGER', enum: [], format: null, minimum: '1', pattern: null },
        why: { type: 'STRING', enum: [], format: null, minimum: null, pattern: null },
      },
      required: ['score', 'why'],
      property_ordering: [],
    },
    thinking_config: { thinking_budget: null },
  },
};

export const GEMINI_ROWS: GoldenRow[] = [
  {
    name: 'an answer',
    line: gemini(answer('It leaks.')),
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'STOP',
    usage: USED,
    also: {
      format: 'gemini',
      key: 'r-000001',
      candidates: ['It leaks.'],
      modelVersion: 'gemini-3.5-flash-lite',
      processedTime: PROCESSED,
    },
  },
  {
    name: 'an answer by an older form, without key and times',
    line: { request: REQUEST, response: answer('It leaks.'), status: '' },
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'STOP',
    usage: USED,
  },
  {
    name: 'an answer in parts, with thoughts, and tokens by modality',
    line: gemini({
      candidates: [
        candidate([
          { text: 'Steam …', thought: true },
          { text: 'It ' },
          { text: 'leaks.', thoughtSignature: 'Cg' },
        ]),
      ],
      usageMetadata: {
        ...usageMetadata,
        cachedContentTokenCount: 8,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 21 },
          { modality: 'IMAGE', tokenCount: 10 },
        ],
      },
    }),
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'STOP',
    usage: { ...USED, cachedTokens: 8, promptByModality: { TEXT: 21, IMAGE: 10 } },
  },
  {
    name: 'several candidates',
    line: gemini({
      candidates: [
        candidate([{ text: 'One.' }]),
        candidate([{ text: 'Two.' }]),
        candidate(undefined, 'SAFETY'),
      ],
      usageMetadata,
    }),
    outcome: 'ok',
    text: 'One.',
    finishReason: 'STOP',
    usage: USED,
    also: { candidates: ['One.', 'Two.', ''] },
  },
  {
    name: 'sources of a grounded answer',
    line: gemini({
      candidates: [
        {
          ...candidate([{ text: 'It boils at 100 °C.' }]),
          citationMetadata: { citations: [{ startIndex: 0, endIndex: 9, uri: 'https://a.example/1' }] },
          groundingMetadata: {
            groundingChunks: [
              { web: { uri: 'https://a.example/1', title: 'a' } },
              { retrievedContext: { uri: 'gs://docs/2.pdf' } },
            ],
          },
        },
      ],
    }),
    outcome: 'ok',
    text: 'It boils at 100 °C.',
    finishReason: 'STOP',
    also: { citations: ['https://a.example/1', 'gs://docs/2.pdf'] },
  },
  {
    name: 'a blocked prompt',
    line: gemini({
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 31, totalTokenCount: 31 },
    }),
    outcome: 'blocked',
    usage: { promptTokens: 31 },
    also: { blockReason: 'PROHIBITED_CONTENT', candidates: [], format: 'gemini' },
  },
  {
    name: 'a prompt blocked by Model Armor, with nulls',
    line: gemini({ candidates: null, promptFeedback: { blockReason: 'MODEL_ARMOR', safetyRatings: [] } }),
    outcome: 'blocked',
    also: { blockReason: 'MODEL_ARMOR' },
  },
  {
    name: 'an answer stopped for safety, in the middle',
    line: gemini({
      candidates: [
        {
          ...candidate([{ text: 'First you' }], 'SAFETY'),
          safetyRatings: [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', blocked: true }],
        },
      ],
      usageMetadata,
    }),
    outcome: 'blocked',
    text: 'First you',
    finishReason: 'SAFETY',
    usage: USED,
  },
  ...['PROHIBITED_CONTENT', 'SPII', 'BLOCKLIST', 'RECITATION', 'LANGUAGE', 'IMAGE_SAFETY'].map(
    (reason): GoldenRow => ({
      name: `an answer stopped for ${reason}`,
      line: gemini(blocked(reason, { finishMessage: 'Stopped.' })),
      outcome: 'blocked',
      finishReason: reason,
      usage: { promptTokens: 31 },
      also: { candidates: [''] },
    }),
  ),
  {
    name: 'an answer that thinking left no room for',
    line: gemini({
      candidates: [candidate(undefined, 'MAX_TOKENS')],
      usageMetadata: { promptTokenCount: 31, thoughtsTokenCount: 397, totalTokenCount: 428 },
    }),
    outcome: 'truncated',
    finishReason: 'MAX_TOKENS',
    usage: { promptTokens: 31, thoughtTokens: 397 },
    also: { starved: true },
  },
  {
    name: 'an answer cut at the limit, also where JSON was asked for',
    line: gemini(answer('{"score":1,"wh', 'MAX_TOKENS'), prompt('?', JSON_ASKED)),
    outcome: 'truncated',
    text: '{"score":1,"wh',
    finishReason: 'MAX_TOKENS',
    usage: USED,
  },
  {
    name: 'an answer to be gone on with',
    line: gemini({ ...answer('Chapter 1', 'CONTINUATION'), continuationToken: 'Q2g=' }),
    outcome: 'truncated',
    text: 'Chapter 1',
    finishReason: 'CONTINUATION',
    usage: USED,
  },
  ...['MALFORMED_FUNCTION_CALL', 'MALFORMED_RESPONSE', 'OTHER', 'NO_IMAGE', 'A_REASON_OF_TOMORROW'].map(
    (reason): GoldenRow => ({
      name: `an answer that came to nothing for ${reason}`,
      line: gemini({ candidates: [candidate(undefined, reason)] }),
      outcome: 'empty',
      finishReason: reason,
    }),
  ),
  { name: 'an empty response', line: gemini({}), outcome: 'empty', also: { key: 'r-000001' } },
  { name: 'no response', line: gemini(null), outcome: 'empty', also: { format: 'gemini' } },
  {
    name: 'an end without a word',
    line: gemini({ candidates: [candidate([{ text: ' \n' }])] }),
    outcome: 'empty',
    text: ' \n',
    finishReason: 'STOP',
  },
  {
    name: 'function calls',
    line: gemini({
      candidates: [
        candidate([
          { functionCall: { name: 'set_score', args: { score: 1 }, id: 'c-1' }, thoughtSignature: 'Cg' },
          { functionCall: { name: 'done', args: null } },
        ]),
      ],
    }),
    asked: { wantsJson: true },
    outcome: 'ok',
    finishReason: 'STOP',
    also: {
      calls: [
        { name: 'set_score', args: { score: 1 }, id: 'c-1' },
        { name: 'done', args: {} },
      ],
    },
  },
  {
    name: 'images beside text',
    line: gemini({
      candidates: [
        candidate([
          { text: 'Here it is:' },
          { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
          { fileData: { mimeType: 'image/png', fileUri: 'gs://out/7.png' } },
        ]),
      ],
    }),
    outcome: 'ok',
    text: 'Here it is:',
    finishReason: 'STOP',
    also: {
      media: [
        { mimeType: 'image/png', data: 'iVBORw0KGgo=' },
        { mimeType: 'image/png', uri: 'gs://out/7.png' },
      ],
    },
  },
  {
    name: 'a row of a table, with the response as text',
    line: {
      doc_id: 4711,
      request: JSON.stringify(prompt('?', JSON_ASKED)),
      response: JSON.stringify(answer('{"score":1,"why":"leaks"}')),
      status: '',
      processed_time: PROCESSED,
    },
    outcome: 'ok',
    text: '{"score":1,"why":"leaks"}',
    finishReason: 'STOP',
    usage: USED,
    also: { key: '4711', json: { score: 1, why: 'leaks' }, format: 'gemini' },
  },
  {
    name: 'a request and a response filled with nulls',
    line: {
      key: 'r-000001',
      status: null,
      processed_time: PROCESSED,
      request: NULL_FILLED,
      response: {
        candidates: [
          {
            content: { role: 'model', parts: [{ text: '{"score":1,"why":"leaks"}', functionCall: null }] },
            finishReason: 'STOP',
            citationMetadata: null,
            groundingMetadata: { groundingChunks: [] },
          },
        ],
        promptFeedback: null,
        modelVersion: null,
        usageMetadata: { promptTokenCount: '31', candidatesTokenCount: 14, thoughtsTokenCount: null },
      },
    },
    outcome: 'ok',
    text: '{"score":1,"why":"leaks"}',
    finishReason: 'STOP',
    usage: { promptTokens: 31, candidateTokens: 14 },
    also: { json: { score: 1, why: 'leaks' } },
  },
  {
    name: 'an answer against a schema that is filled with nulls',
    line: gemini(answer('{"score":0,"why":"leaks"}'), NULL_FILLED),
    outcome: 'schema_mismatch',
    text: '{"score":0,"why":"leaks"}',
    finishReason: 'STOP',
    usage: USED,
    also: { json: { score: 0, why: 'leaks' }, mismatch: { path: '$.score', expected: 'at least 1' } },
  },
  {
    name: 'JSON between code fences',
    line: gemini(answer('Here you are:\n\n```json\n{"score": 1, "why": "a ``` b"}\n```\nAnything else?')),
    asked: { schema: SCHEMA },
    outcome: 'ok',
    text: 'Here you are:\n\n```json\n{"score": 1, "why": "a ``` b"}\n```\nAnything else?',
    finishReason: 'STOP',
    usage: USED,
    also: { json: { score: 1, why: 'a ``` b' } },
  },
  {
    name: 'JSON with text behind it',
    line: gemini(answer('{"score":1,"why":"leaks"} I am not sure, though.'), prompt('?', JSON_ASKED)),
    outcome: 'invalid_json',
    text: '{"score":1,"why":"leaks"} I am not sure, though.',
    finishReason: 'STOP',
    usage: USED,
  },
  {
    name: 'JSON that misses what its schema requires',
    line: gemini(answer('{"score":1}'), prompt('?', JSON_ASKED)),
    outcome: 'schema_mismatch',
    text: '{"score":1}',
    finishReason: 'STOP',
    usage: USED,
    also: { json: { score: 1 }, mismatch: { path: '$.why', expected: 'this property' } },
  },
  {
    name: 'JSON by a JSON Schema',
    line: gemini(
      answer('{"score":6}'),
      prompt('?', {
        response_mime_type: 'application/json',
        response_json_schema: {
          type: 'object',
          properties: { score: { $ref: '#/$defs/score' } },
          $defs: { score: { type: ['integer', 'null'], exclusiveMaximum: 6 } },
        },
      }),
    ),
    outcome: 'schema_mismatch',
    text: '{"score":6}',
    finishReason: 'STOP',
    usage: USED,
    also: { mismatch: { path: '$.score', expected: 'less than 6' } },
  },
  {
    name: 'a word of an enum',
    line: gemini(
      answer('leaking\n'),
      prompt('?', {
        responseMimeType: 'text/x.enum',
        responseSchema: { type: 'STRING', enum: ['leaking', 'loud'] },
      }),
    ),
    outcome: 'ok',
    text: 'leaking\n',
    finishReason: 'STOP',
    usage: USED,
  },
  {
    name: 'a word that is not of its enum',
    line: gemini(
      answer('broken'),
      prompt('?', {
        responseMimeType: 'text/x.enum',
        responseSchema: { type: 'STRING', enum: ['leaking', 'loud'] },
      }),
    ),
    outcome: 'schema_mismatch',
    text: 'broken',
    finishReason: 'STOP',
    usage: USED,
    also: { mismatch: { path: '$', expected: 'one of its enum' } },
  },
  ...(
    [
      ['Bad Request', 400, 'INVALID_ARGUMENT', 'Please use a valid role: user, model.', 'error_permanent'],
      ['Not Found', 404, 'NOT_FOUND', 'Publisher Model was not found.', 'error_permanent'],
      ['Forbidden', 403, 'PERMISSION_DENIED', 'No access to gs://acme/1.jpg.', 'error_permanent'],
      ['Too Many Requests', 429, 'RESOURCE_EXHAUSTED', 'Resource exhausted.', 'error_retriable'],
      ['Client Closed Request', 499, 'CANCELLED', 'The operation was cancelled.', 'error_retriable'],
      ['Internal Server Error', 500, 'INTERNAL', 'Internal error encountered.', 'error_retriable'],
      ['Service Unavailable', 503, 'UNAVAILABLE', 'The service is unavailable.', 'error_retriable'],
      [
        'Bad Request',
        400,
        'FAILED_PRECONDITION',
        'Service agents are being provisioned. So please try again in a few minutes.',
        'error_retriable',
      ],
    ] as const
  ).map(
    ([reason, code, status, message, outcome]): GoldenRow => ({
      name: `the status ${code} ${status}`,
      line: failed(reason, code, status, message),
      outcome,
      error: { code, status, message },
      also: { key: 'r-000001', candidates: [], format: 'gemini' },
    }),
  ),
  {
    name: 'a status that was cut',
    line: gemini(null, REQUEST, 'Too Many Requests: {"error": {"code": 429, "mess'),
    outcome: 'error_retriable',
    error: { code: 429, message: 'Too Many Requests: {"error": {"code": 429, "mess' },
  },
  {
    name: 'an answer of the Developer API',
    line: { key: 'r-000001', response: { ...answer('It leaks.'), responseId: 'x7' } },
    outcome: 'ok',
    text: 'It leaks.',
    finishReason: 'STOP',
    usage: USED,
  },
  {
    name: 'an error of the Developer API',
    line: { key: 'r-000001', error: { code: 14, message: 'The model is overloaded.' } },
    outcome: 'error_retriable',
    error: { code: 503, message: 'The model is overloaded.' },
  },
  {
    name: 'an answer beside a column that is called error',
    line: { ...gemini(answer('E1 means: no water.')), error: 'E1' },
    outcome: 'ok',
    text: 'E1 means: no water.',
    finishReason: 'STOP',
    usage: USED,
  },
  {
    name: 'a line cut in the middle',
    line: '{"key":"r-000001","status":"","response":{"cand',
    outcome: 'empty',
  },
];
