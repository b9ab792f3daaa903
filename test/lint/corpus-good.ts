import type { ExampleLine, Given } from '../../src/batch/lint/rule.ts';

const user = (...parts: unknown[]) => ({ role: 'user', parts });
const rows = (n: number, request: (n: number) => object, beside: (n: number) => object = () => ({})) =>
  Array.from({ length: n }, (_, index) => ({
    key: `r-${String(index + 1).padStart(6, '0')}`,
    ...beside(index + 1),
    request: request(index + 1),
  }));

/** Files that should run, on which nothing may be said. */
export const GOOD_FILES: Record<string, { lines: readonly ExampleLine[]; given?: Given }> = {
  'reviews, graded by schema': {
    given: { model: 'gemini-3.5-flash-lite' },
    lines: rows(20, (n) => ({
      systemInstruction: { parts: [{ text: 'You grade product reviews.' }] },
      contents: [user({ text: `Review ${n}: the kettle leaks.` })],
      generationConfig: {
        maxOutputTokens: 400,
        responseMimeType: 'application/json',
        responseSchema: {
          type: 'OBJECT',
          properties: {
            score: { type: 'INTEGER', minimum: 1, maximum: 5 },
            why: { type: 'STRING', nullable: true },
            tags: { type: 'ARRAY', items: { type: 'STRING', enum: ['leak', 'noise', 'price'] } },
          },
          required: ['score'],
          propertyOrdering: ['score', 'why', 'tags'],
        },
      },
      labels: { team: 'qa' },
    })),
  },
  'pictures in Cloud Storage': {
    given: { model: 'gemini-3.8-flash' },
    lines: rows(5, (n) => ({
      contents: [
        user(
          { fileData: { fileUri: `gs://acme-batch/img/${n} a.jpg`, mimeType: 'image/jpeg' } },
          { text: 'Describe the picture.' },
        ),
      ],
      generationConfig: { thinkingConfig: { thinkingLevel: 'LOW' } },
    })),
  },
  'a film of YouTube, a page of the web, and a PDF': {
    lines: rows(1, () => ({
      contents: [
        user(
          { fileData: { fileUri: 'https://www.youtube.com/watch?v=abc', mimeType: 'video/mp4' } },
          { fileData: { fileUri: 'https://example.com/a', mimeType: 'text/html' } },
          { fileData: { fileUri: 'gs://acme-batch/a.pdf', mimeType: 'application/pdf' } },
          { text: 'What do they have in common?' },
        ),
      ],
    })),
  },
  'a conversation with Google Search': {
    given: { model: 'gemini-4-argon' },
    lines: rows(3, (n) => ({
      contents: [
        user({ text: 'Who won?' }),
        { role: 'model', parts: [{ text: 'Which game?' }] },
        user({ text: `Game ${n}, and write {"a": {"b": 1}} as JSON.` }),
      ],
      tools: [{ googleSearch: { timeRangeFilter: null } }],
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_ONLY_HIGH' }],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
    })),
  },
  'columns beside the request': {
    lines: rows(
      3,
      (n) => ({ contents: [user({ text: `Row ${n}` })] }),
      (n) => ({ source: 'a.csv', line: n, checked: true, temperature: 0.2, note: null }),
    ),
  },
  'Japanese, with Windows line ends': {
    lines: rows(4, (n) => ({ contents: [user({ text: `商品レビュー${n}：やかんが漏れます。` })] })).map(
      (row) => `${JSON.stringify(row)}\r`,
    ),
  },
  'members that some lines lack': {
    lines: [
      ...rows(1, () => ({ contents: [user({ text: 'a' })], generationConfig: { seed: 1 } })),
      { key: 'more', request: { contents: [user({ text: 'b' })], generationConfig: null } },
    ],
  },
  'Claude on Vertex AI': {
    given: { model: 'claude-opus-5' },
    lines: [1, 2].map((n) => ({
      custom_id: `request-${n}`,
      request: {
        anthropic_version: 'vertex-2023-10-16',
        max_tokens: 50,
        messages: [{ role: 'user', content: 'Hello' }],
      },
    })),
  },
  'Llama on Vertex AI': {
    given: { model: 'meta/llama-3.3-70b-instruct-maas' },
    lines: [1, 2].map((n) => ({
      custom_id: `t-${n}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: {
        model: 'meta/llama-3.3-70b-instruct-maas',
        messages: [{ role: 'user', content: 'Hello' }],
        max_tokens: 1000,
      },
    })),
  },
  embeddings: {
    given: { model: 'gemini-embedding-001' },
    lines: [1, 2].map((n) => ({
      key: `id_${n}`,
      request: {
        content: { parts: [{ text: 'Hello' }] },
        embed_content_config: { output_dimensionality: 768, task_type: 'RETRIEVAL_DOCUMENT' },
      },
    })),
  },
  'a tuned model': {
    given: { model: 'projects/p/locations/us-central1/models/1234' },
    lines: rows(2, (n) => ({
      contents: [user({ text: `Row ${n}` })],
      generationConfig: { temperature: 0.1 },
    })),
  },
};
