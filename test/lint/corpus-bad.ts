import type { ExampleLine, Given } from '../../src/batch/lint/rule.ts';
import type { RuleId } from '../../src/batch/lint/rules.ts';

/** A file as people have submitted it, and all that has to be said of it. */
export interface BadFile {
  /** What went wrong, and for whom. */
  name: string;
  lines: readonly ExampleLine[];
  given?: Given;
  speak: readonly RuleId[];
}

const user = (...parts: unknown[]) => ({ role: 'user', parts });
const REVIEW = [user({ text: 'Grade this review: the kettle leaks.' })];
const request = (more: object = {}) => ({ contents: REVIEW, ...more });
const keyed = (more: object = {}, key: unknown = 'idx-0') => ({ key, request: request(more) });
const json = (responseSchema: unknown, more: object = {}) =>
  keyed({ generationConfig: { responseMimeType: 'application/json', responseSchema, ...more } });
const config = (generationConfig: object) => keyed({ generationConfig });
const picture = (fileData: object) => keyed({ contents: [user({ text: 'Describe it.' }, { fileData })] });
const chat = [
  { role: 'system', content: 'You are a helpful assistant.' },
  { role: 'user', content: 'Hello' },
];
const many = (n: number, row: (n: number) => object) =>
  Array.from({ length: n }, (_, index) => row(index + 1));

/** `pydantic.BaseModel.model_json_schema()` of a class with a nested one, an optional field and a literal. */
const PYDANTIC = {
  $defs: {
    Aspect: {
      properties: {
        name: { title: 'Name', type: 'string' },
        score: { title: 'Score', type: 'integer' },
      },
      required: ['name', 'score'],
      title: 'Aspect',
      type: 'object',
    },
  },
  properties: {
    sentiment: { enum: ['good', 'bad'], title: 'Sentiment', type: 'string' },
    reason: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null, title: 'Reason' },
    aspects: { items: { $ref: '#/$defs/Aspect' }, title: 'Aspects', type: 'array' },
  },
  required: ['sentiment', 'aspects'],
  title: 'Review',
  type: 'object',
};

/** `zod-to-json-schema` of the same. */
const ZOD = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    sentiment: { type: 'string', const: 'good' },
    reason: { type: ['string', 'null'] },
  },
  required: ['sentiment', 'reason'],
  additionalProperties: false,
};

export const BAD_FILES: readonly BadFile[] = [
  {
    name: 'a system instruction as text ended the job with INTERNAL (python-aiplatform#4074)',
    lines: [keyed({ system_instruction: 'You grade reviews.' })],
    speak: ['system-instruction-as-text', 'snake-case'],
  },
  {
    name: 'parts as an object failed the import (python-aiplatform#4110)',
    lines: [keyed({ contents: [{ role: 'user', parts: { text: 'Hello' } }] })],
    speak: ['parts-not-a-list'],
  },
  {
    name: 'parts as an object on one of many lines (python-aiplatform#4110)',
    lines: [keyed(), keyed({ contents: [{ role: 'user', parts: { text: 'Hello' } }] }, 'idx-1')],
    speak: ['parts-not-a-list', 'mixed-structure'],
  },
  {
    name: 'contents as one object, as the SDK takes it',
    lines: [keyed({ contents: user({ text: 'Hello' }) })],
    speak: ['contents-not-a-list'],
  },
  {
    name: 'type_ of a Python protobuf dump (python-aiplatform#4333)',
    lines: [json({ type_: 'OBJECT', properties: { score: { type_: 'INTEGER', format_: 'int32' } } })],
    speak: ['schema-underscored'],
  },
  {
    name: 'pydantic schema dumped into a row (python-genai#1150)',
    lines: [json(PYDANTIC)],
    speak: ['schema-reference', 'schema-leftover', 'schema-null-choice'],
  },
  {
    name: 'zod schema dumped into a row (python-genai#1547)',
    lines: [json(ZOD)],
    speak: ['schema-unknown-keyword', 'schema-type-union', 'schema-additional-properties'],
  },
  {
    name: 'a schema without the MIME type (python-genai#1307)',
    lines: [config({ responseSchema: { type: 'OBJECT', properties: { score: { type: 'INTEGER' } } } })],
    speak: ['schema-without-json'],
  },
  {
    name: 'a schema encoded twice (generative-ai#1655)',
    lines: [json('{"type":"OBJECT","properties":{"score":{"type":"INTEGER"}}}')],
    speak: ['schema-as-text'],
  },
  {
    name: 'one schema a row (generative-ai#1655)',
    lines: many(4, (n) => ({
      ...json({ type: 'OBJECT', properties: { [`answer_${n}`]: { type: 'STRING' } } }),
      key: `q-${n}`,
    })),
    speak: ['different-schemas'],
  },
  {
    name: 'url_context as an empty object (python-genai#2123)',
    lines: [keyed({ tools: [{ url_context: {} }] })],
    speak: ['empty-tool', 'snake-case'],
  },
  {
    name: 'google_search as an empty object (python-genai#2123)',
    lines: [keyed({ tools: [{ google_search: {} }] })],
    speak: ['empty-tool', 'snake-case'],
  },
  {
    name: 'system_instructions, as a page had it (python-genai#1190)',
    lines: [keyed({ system_instructions: { parts: [{ text: 'Be brief.' }] } })],
    speak: ['misspelled-field'],
  },
  {
    name: 'GenerationConfig with a capital',
    lines: [keyed({ GenerationConfig: { maxOutputTokens: 400 } })],
    speak: ['misspelled-field'],
  },
  {
    name: 'thinking_config beside generation_config (inspect_ai#3257)',
    lines: [
      keyed({ generation_config: { max_output_tokens: 4000 }, thinking_config: { thinking_budget: 1024 } }),
    ],
    speak: ['flat-setting', 'snake-case'],
  },
  {
    name: 'thinkingBudget directly in generationConfig',
    lines: [config({ thinkingBudget: 0 })],
    speak: ['misplaced-field'],
  },
  {
    name: 'the SDK call written down as a row',
    lines: [
      {
        key: 'a',
        request: {
          model: 'gemini-3.8-flash',
          contents: 'Hello',
          config: { temperature: 0, httpOptions: {} },
        },
      },
    ],
    speak: ['model-in-request', 'contents-not-a-list', 'sdk-config'],
  },
  {
    name: 'httpOptions left from an SDK dump',
    lines: [keyed({ httpOptions: { timeout: 60000 }, generationConfig: { temperature: 1 } })],
    speak: ['sdk-only-field'],
  },
  {
    name: 'thinking ate the budget (python-genai#811)',
    given: { model: 'gemini-3.1-pro-preview' },
    lines: [config({ maxOutputTokens: 256 })],
    speak: ['thinking-eats-output'],
  },
  {
    name: 'a budget as large as the output (hindsight#3365)',
    lines: [config({ maxOutputTokens: 1024, thinkingConfig: { thinkingBudget: 1024 } })],
    speak: ['thinking-eats-output'],
  },
  {
    name: 'a thinking budget on Gemini 4',
    given: { model: 'gemini-4-argon' },
    lines: [config({ thinkingConfig: { thinkingBudget: 0 } })],
    speak: ['thinking-budget-refused'],
  },
  {
    name: 'MINIMAL on 3.8 Flash',
    given: { model: 'gemini-3.8-flash' },
    lines: [config({ thinkingConfig: { thinkingLevel: 'minimal' } })],
    speak: ['thinking-level-not-offered'],
  },
  {
    name: 'a level that nobody has',
    lines: [config({ thinkingConfig: { thinkingLevel: 'EXTREME' } })],
    speak: ['unknown-value'],
  },
  {
    name: 'temperature 0 for repeatable answers on 3.8 Flash',
    given: { model: 'gemini-3.8-flash' },
    lines: [config({ temperature: 0, topK: 1 })],
    speak: ['sampling-ignored'],
  },
  {
    name: 'maxOutputTokens of an older, larger guess',
    given: { model: 'gemini-3.8-flash' },
    lines: [config({ maxOutputTokens: 131_072 })],
    speak: ['output-above-limit'],
  },
  {
    name: 'an explicit cache',
    lines: [keyed({ cached_content: 'projects/1/locations/us-central1/cachedContents/2' })],
    speak: ['cached-content', 'snake-case'],
  },
  {
    name: 'grounding with RAG',
    lines: [keyed({ tools: [{ retrieval: { vertex_rag_store: { rag_corpora: ['projects/1'] } } }] })],
    speak: ['rag-retrieval'],
  },
  {
    name: 'pictures in 4K',
    given: { model: 'gemini-3-pro-image' },
    lines: [config({ responseModalities: ['TEXT', 'IMAGE'], imageConfig: { imageSize: '4K' } })],
    speak: ['image-size'],
  },
  {
    name: 'pictures from a model of words',
    given: { model: 'gemini-3.5-flash-lite' },
    lines: [config({ responseModalities: ['IMAGE'] })],
    speak: ['modality-not-offered'],
  },
  {
    name: 'one-letter property names were read as booleans',
    lines: [json({ type: 'OBJECT', properties: { y: { type: 'STRING' }, q: { type: 'STRING' } } })],
    speak: ['schema-boolean-name', 'schema-one-letter-name'],
  },
  {
    name: 'a property called Yes',
    lines: [json({ type: 'OBJECT', properties: { Yes: { type: 'INTEGER' } } })],
    speak: ['schema-boolean-name'],
  },
  {
    name: 'null in an enum (management_reasoning)',
    lines: [
      json({ type: 'OBJECT', properties: { tone: { type: 'STRING', enum: ['calm', 'angry', null] } } }),
    ],
    speak: ['schema-null-in-enum'],
  },
  {
    name: 'responseJsonSchema with a nullable union (ruby_llm#894)',
    lines: [
      config({
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object', properties: { why: { type: ['string', 'null'] } } },
      }),
    ],
    speak: ['response-json-schema', 'schema-type-union'],
  },
  {
    name: 'a free-form dict in the schema',
    lines: [json({ type: 'OBJECT', properties: { extra: { type: 'OBJECT' } } })],
    speak: ['schema-without-properties'],
  },
  {
    name: 'an array without items',
    lines: [json({ type: 'OBJECT', properties: { tags: { type: 'ARRAY' } } })],
    speak: ['schema-without-items'],
  },
  {
    name: 'Python types in the schema',
    lines: [json({ type: 'dict', properties: { score: { type: 'int' } } })],
    speak: ['schema-unknown-type', 'schema-misplaced-properties'],
  },
  {
    name: 'required names what is not there',
    lines: [
      json({ type: 'OBJECT', properties: { score: { type: 'INTEGER' } }, required: ['score', 'reason'] }),
    ],
    speak: ['schema-required-unknown'],
  },
  {
    name: 'OpenAI lines for Gemini (calebyhan/orbit)',
    lines: [
      {
        custom_id: 'r-1',
        method: 'POST',
        url: '/v1/chat/completions',
        body: { model: 'gpt-4o', messages: chat },
      },
    ],
    speak: ['openai-line'],
  },
  {
    name: 'OpenAI fine-tuning lines for Gemini',
    lines: [{ messages: chat }],
    speak: ['openai-line', 'key-missing'],
  },
  {
    name: 'Anthropic batches for Gemini (anthropic-sdk-python#693)',
    lines: [{ custom_id: 'r-1', params: { model: 'claude-opus-5', max_tokens: 9, messages: chat } }],
    speak: ['anthropic-line'],
  },
  {
    name: 'Vertex Claude rows for Gemini (bifrost)',
    lines: [
      {
        custom_id: 'r-1',
        request: { anthropic_version: 'vertex-2023-10-16', max_tokens: 9, messages: chat },
      },
    ],
    speak: ['anthropic-line'],
  },
  {
    name: 'Gemini rows for Claude (bifrost PR#5368)',
    given: { model: 'claude-opus-5' },
    lines: [keyed()],
    speak: ['gemini-line'],
  },
  {
    name: 'OpenAI messages inside a Gemini request',
    lines: [keyed({ contents: undefined, messages: chat })],
    speak: ['contents-missing', 'unknown-field'],
  },
  {
    name: 'OpenAI content parts inside contents',
    lines: [
      keyed({
        contents: [
          user(
            { type: 'text', text: 'Hello' },
            { type: 'image_url', image_url: { url: 'https://a.b/c.png' } },
          ),
        ],
      }),
    ],
    speak: ['unknown-field'],
  },
  {
    name: 'roles of OpenAI',
    lines: [
      keyed({
        contents: [
          user({ text: 'Hello' }),
          { role: 'assistant', parts: [{ text: 'Hi' }] },
          user({ text: 'So?' }),
        ],
      }),
    ],
    speak: ['role-unknown'],
  },
  {
    name: 'a role left out, as the Developer API allows (generative-ai#1308)',
    lines: [keyed({ contents: [{ parts: [{ text: 'Hello' }] }] })],
    speak: ['role-missing'],
  },
  {
    name: 'a system turn in contents',
    lines: [keyed({ contents: [{ role: 'system', parts: [{ text: 'Be brief.' }] }, ...REVIEW] })],
    speak: ['system-role'],
  },
  {
    name: 'the request without its frame',
    lines: [{ contents: REVIEW, generation_config: { temperature: 0.2 } }],
    speak: ['bare-request', 'key-missing'],
  },
  {
    name: 'a table in place of request rows',
    lines: [{ id: 'a', text: 'The kettle leaks.', stars: 1 }],
    speak: ['request-missing'],
  },
  {
    name: 'the request as JSON text, as in a BigQuery column',
    lines: [{ key: 'a', request: JSON.stringify(request()) }],
    speak: ['request-as-text'],
  },
  {
    name: 'keys of the Developer API',
    lines: [{ request: request(), metadata: { key: 'a' } }],
    speak: ['developer-api-key'],
  },
  {
    name: 'a file of the Files API',
    lines: [
      picture({
        fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x1',
        mimeType: 'image/png',
      }),
    ],
    speak: ['files-api-uri'],
  },
  {
    name: 'a local file',
    lines: [picture({ fileUri: '/home/ada/7.jpg', mimeType: 'image/jpeg' })],
    speak: ['media-uri-scheme'],
  },
  {
    name: 'file_uri without a mime_type',
    lines: [keyed({ contents: [user({ file_data: { file_uri: 'gs://acme-batch/7.jpg' } })] })],
    speak: ['mime-type-missing', 'snake-case'],
  },
  {
    name: 'a folder in place of a file',
    lines: [picture({ fileUri: 'gs://acme-batch/img/', mimeType: 'image/jpeg' })],
    speak: ['gs-uri-form'],
  },
  {
    name: 'a Word document',
    lines: [picture({ fileUri: 'gs://acme-batch/a.doc', mimeType: 'application/msword' })],
    speak: ['mime-type-unknown'],
  },
  {
    name: 'a data URI of a browser',
    lines: [
      keyed({
        contents: [
          user({ inlineData: { data: 'data:image/png;base64,iVBORw0KGgo=', mimeType: 'image/png' } }),
        ],
      }),
    ],
    speak: ['inline-data-uri'],
  },
  {
    name: 'str() of bytes in place of base64',
    lines: [keyed({ contents: [user({ inline_data: { data: "b'\\x89PNG'", mime_type: 'image/png' } })] })],
    speak: ['inline-not-base64', 'snake-case'],
  },
  {
    name: 'keys that count (python-aiplatform#2621)',
    lines: many(3, (n) => keyed({}, n)),
    speak: ['key-reads-as-other-type'],
  },
  {
    name: 'the same row twice (management_reasoning)',
    lines: [keyed(), keyed()],
    speak: ['key-duplicate'],
  },
  {
    name: 'tags beside the request came back empty (go-genai#513)',
    lines: [{ ...keyed(), tags: ['a', 'b'] }],
    speak: ['list-beside-request'],
  },
  {
    name: 'settings beside the request',
    lines: [{ ...keyed(), generationConfig: { temperature: 0 } }],
    speak: ['misplaced-field'],
  },
  {
    name: 'a label for every row, with capitals (litellm#21321)',
    lines: [keyed({ labels: { custom_id: 'Request-17' } })],
    speak: ['label-value'],
  },
  {
    name: 'safety settings of another API',
    lines: [keyed({ safetySettings: [{ category: 'HARM_CATEGORY_VIOLENCE', threshold: 'BLOCK_ALL' }] })],
    speak: ['unknown-value'],
  },
  {
    name: 'str() of a Python dict',
    lines: ["{'key': 'a', 'request': {'contents': [{'role': 'user', 'parts': [{'text': 'Hello'}]}]}}"],
    speak: ['not-json'],
  },
  {
    name: 'NaN from pandas',
    lines: ['{"key": NaN, "request": {"contents": []}}'],
    speak: ['not-json'],
  },
  {
    name: 'one JSON list',
    lines: [JSON.stringify([keyed(), keyed({}, 'idx-1')])],
    speak: ['not-an-object'],
  },
  {
    name: 'one JSON list over several lines',
    lines: ['[', `${JSON.stringify(keyed())},`, JSON.stringify(keyed({}, 'idx-1')), ']'],
    speak: ['pretty-printed', 'trailing-comma', 'not-json'],
  },
  {
    name: 'Excel: byte order mark, Windows line ends, a blank last line',
    lines: [`\uFEFF${JSON.stringify(keyed())}\r`, `${JSON.stringify(keyed({}, 'idx-1'))}\r`, '\r'],
    speak: ['byte-order-mark', 'blank-line'],
  },
  {
    name: 'Latin-1',
    lines: [Uint8Array.from(Buffer.from(JSON.stringify(keyed({}, 'münchen-1')), 'latin1'))],
    speak: ['not-utf8'],
  },
  {
    name: 'an unfilled template',
    lines: [keyed({ contents: [user({ text: 'Translate {{ text }} into French.' })] })],
    speak: ['unfilled-placeholder'],
  },
  {
    name: 'an empty cell became an empty prompt',
    lines: [keyed({ contents: [user({ text: '' })] })],
    speak: ['empty-text'],
  },
  {
    name: 'a column that is text here and an object there',
    lines: [
      { ...keyed(), source: 'a.csv' },
      { ...keyed({}, 'idx-1'), source: { file: 'a.csv', line: 2 } },
    ],
    speak: ['mixed-structure'],
  },
  {
    name: 'a model of 2024',
    given: { model: 'gemini-1.5-flash-002' },
    lines: [keyed()],
    speak: ['model-retired'],
  },
  {
    name: 'a short-lived model',
    given: { model: 'gemini-3.7-flash' },
    lines: [keyed()],
    speak: ['model-ends'],
  },
  {
    name: 'a mistyped model',
    given: { model: 'gemini-3.8-flahs' },
    lines: [keyed()],
    speak: ['model-unknown'],
  },
  {
    name: 'a mixture of everything in one file',
    lines: [
      keyed({}, 'a'),
      '{"key": "b", "request": ',
      { ...keyed({}, 'a') },
      keyed({ temperature: 0 }, 'c'),
      { key: 'd', request: { contents: [{ role: 'assistant', parts: [{ text: '' }] }] } },
    ],
    speak: ['not-json', 'key-duplicate', 'flat-setting', 'role-unknown', 'empty-text'],
  },
];
