import { HELLO, row } from '../examples.ts';
import { liftMetadataKey, parseRequest, wrapRequest } from '../fixes/formats.ts';
import { defineRules } from '../rule.ts';

const ROW = '{"key": …, "request": {"contents": […]}}';
const chat = [{ role: 'user', content: 'Hello' }];
const EMBEDDINGS = { where: 'Vertex AI, batch embeddings', confidence: 'A' } as const;

/** Lines of another kind of batch than the model's. */
export const FORMAT_RULES = defineRules({
  'bare-request': {
    severity: 'error',
    breaks: 'job',
    says: 'A request stands in the line without "request" around it.',
    why: 'The load needs a member "request"; everything beside it is only carried along.',
    source: { where: 'Vertex AI, batch inference from Cloud Storage', confidence: 'A' },
    mend: `Wrap it: ${ROW}.`,
    bad: [{ key: 'r-000001', contents: HELLO, generationConfig: { maxOutputTokens: 400 } }],
    good: [row({ generationConfig: { maxOutputTokens: 400 } })],
    fix: wrapRequest,
  },
  'request-as-text': {
    severity: 'error',
    breaks: 'job',
    says: '"request" is a text that holds JSON.',
    why: 'A BigQuery column may hold the request as text; in a JSONL file it must be an object.',
    source: { where: 'Vertex AI, batch inference from BigQuery', confidence: 'A' },
    mend: 'Write the request as an object, without encoding it twice.',
    bad: [{ key: 'r-000001', request: JSON.stringify({ contents: HELLO }) }],
    good: [row()],
    fix: parseRequest,
  },
  'openai-line': {
    severity: 'error',
    breaks: 'job',
    says: 'A line is in the format of OpenAI batches, which this model does not read.',
    why: 'Gemini wants "request" with "contents"; only open models such as Llama and gpt-oss take OpenAI lines.',
    source: { where: 'calebyhan/orbit', confidence: 'B' },
    mend: `Write ${ROW}: messages become contents, the system message systemInstruction, max_tokens generationConfig.maxOutputTokens.`,
    bad: [
      {
        custom_id: 'r-1',
        method: 'POST',
        url: '/v1/chat/completions',
        body: { model: 'gpt-4o', messages: chat },
      },
    ],
    good: [row()],
  },
  'anthropic-line': {
    severity: 'error',
    breaks: 'job',
    says: 'A line is in the format of Claude batches, which this model does not read.',
    why: 'Gemini wants "request" with "contents", not "messages".',
    source: { where: 'anthropics/anthropic-sdk-python#693', confidence: 'B' },
    mend: `Write ${ROW}: messages become contents with the roles user and model, system systemInstruction, max_tokens generationConfig.maxOutputTokens.`,
    bad: [{ custom_id: 'r-1', params: { model: 'claude-sonnet-5', max_tokens: 50, messages: chat } }],
    good: [row()],
  },
  'claude-line': {
    severity: 'error',
    breaks: 'job',
    says: 'A line for Claude is not in the form that Vertex AI takes.',
    why: 'Vertex AI wants "request" with "anthropic_version", where the Anthropic API has "params" with "model".',
    source: { where: 'Vertex AI, Claude batch predictions', confidence: 'A' },
    mend: 'Write {"custom_id": …, "request": {"anthropic_version": "vertex-2023-10-16", "max_tokens": …, "messages": […]}}.',
    given: { model: 'claude-opus-5' },
    bad: [{ custom_id: 'r-1', params: { model: 'claude-opus-5', max_tokens: 50, messages: chat } }],
    good: [
      {
        custom_id: 'r-1',
        request: { anthropic_version: 'vertex-2023-10-16', max_tokens: 50, messages: chat },
      },
    ],
  },
  'embedding-line': {
    severity: 'error',
    breaks: 'job',
    says: 'A line asks for an embedding, which this model does not make.',
    why: 'Lines with "content" belong to embedding models; a generating model wants "contents".',
    source: EMBEDDINGS,
    mend: `Take an embedding model, or write ${ROW}.`,
    bad: [{ key: 'r-000001', request: { content: { parts: [{ text: 'Hello' }] } } }],
    good: [row()],
  },
  'gemini-line': {
    severity: 'error',
    breaks: 'job',
    says: 'A line is a Gemini request, which this model does not read.',
    why: 'Embedding models want "content", Claude "messages" with "anthropic_version", open models OpenAI\'s lines.',
    source: EMBEDDINGS,
    mend: 'Take a Gemini model, or write the lines in the format of this one.',
    given: { model: 'gemini-embedding-001' },
    bad: [row()],
    good: [{ key: 'r-000001', request: { content: { parts: [{ text: 'Hello' }] } } }],
  },
  'developer-api-key': {
    severity: 'warning',
    says: 'The key stands in "metadata", as the Gemini Developer API has it.',
    why: 'Vertex AI echoes plain values beside "request"; there is no tie between row and answer without one.',
    source: { where: 'ai.google.dev/api/batch-api', confidence: 'A' },
    mend: 'Write the key beside "request": {"key": …, "request": …}.',
    bad: [{ metadata: { key: 'r-000001' }, request: { contents: HELLO } }],
    good: [row()],
    fix: liftMetadataKey,
  },
  'output-line': {
    severity: 'note',
    says: 'The file is the output of an earlier job.',
    why: 'Vertex AI takes this for a resume: only rows that failed or are incomplete run again, and the results are merged.',
    source: { where: 'Vertex AI, resume a batch job', confidence: 'A' },
    mend: 'Leave it as it is to resume the job; take the original input to run every row again.',
    bad: [row({}, { status: '', response: { candidates: [] }, processed_time: '2026-11-22T03:40:01Z' })],
    good: [row()],
  },
});
