import { describe, expect, test } from 'vitest';
import type { GenerateContentRequest } from '../../src/batch/request-row.ts';
import type { MediaItem, MediaParts } from '../../src/pipeline/compose-media.ts';
import { compileRequest, type RequestSpec } from '../../src/pipeline/compose-request.ts';
import { compileMedia } from '../../src/pipeline/media-references.ts';
import { refusal } from '../batch/vertex-reads.ts';

const TABLE = { columns: ['id', 'text', 'photo', 'pages'], unit: 'line' as const };
const CELLS = { id: 7, text: 'fine', photo: 'gs://bkt/7.jpg', pages: ['gs://bkt/1.png', 'gs://bkt/2.png'] };
const SCORE = { type: 'object', properties: { score: { type: 'integer' } }, required: ['score'] };

/** Parts that show what was asked of them. */
const mediaParts: MediaParts = {
  partsOf: async (items) => items.map(shown),
  tally: () => ({ linked: 0, inlined: 0, staged: 0, files: 0, misnamed: { count: 0, first: [] } }),
};
const shown = ({ reference, mimeType = 'image/jpeg' }: MediaItem) => ({
  fileData: { fileUri: reference, mimeType },
});

const compile = (spec: RequestSpec) => compileRequest(spec, TABLE, mediaParts);
const requestOf = async (spec: RequestSpec, cells: object = CELLS): Promise<GenerateContentRequest> => {
  const request = await compile(spec).requestOf({ place: 2, cells: cells as never });
  expect(refusal(request)).toBeUndefined();
  return request;
};
const part = (fileUri: string, mimeType = 'image/jpeg') => ({ fileData: { fileUri, mimeType } });

test('a prompt alone is a request without a wait', () => {
  expect(compile({ prompt: 'Rate: {{text}}' }).requestOf({ place: 2, cells: CELLS })).toEqual({
    contents: [{ role: 'user', parts: [{ text: 'Rate: fine' }] }],
  });
});

test('everything in its place', async () => {
  const request = await requestOf({
    prompt: 'Rate {{text}}',
    systemInstruction: 'You see row {{id}}.',
    media: ['photo'],
    examples: [{ user: 'Rate bad like {{id}}', model: '{"score": 1}' }],
    responseSchema: SCORE,
    generationConfig: { maxOutputTokens: 40 },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    labels: { team: 'qa' },
    tools: [
      {
        functionDeclarations: [{ name: 'look_up', parameters: { properties: { city: { type: 'string' } } } }],
      },
    ],
  });
  expect(request).toEqual({
    contents: [
      { role: 'user', parts: [{ text: 'Rate bad like 7' }] },
      { role: 'model', parts: [{ text: '{"score": 1}' }] },
      { role: 'user', parts: [part('gs://bkt/7.jpg'), { text: 'Rate fine' }] },
    ],
    systemInstruction: { parts: [{ text: 'You see row 7.' }] },
    generationConfig: {
      maxOutputTokens: 40,
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        properties: { score: { type: 'INTEGER' } },
        required: ['score'],
        propertyOrdering: ['score'],
      },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    labels: { team: 'qa' },
    tools: [
      {
        functionDeclarations: [
          {
            name: 'look_up',
            parameters: {
              type: 'OBJECT',
              properties: { city: { type: 'STRING' } },
              propertyOrdering: ['city'],
            },
          },
        ],
      },
    ],
  });
});

describe('media', () => {
  const parts = async (media: string[], cells: object = CELLS) =>
    (await requestOf({ prompt: 'Describe {{text}}', media }, cells)).contents[0]?.parts.slice(0, -1);

  test.each<[string, string[], object[]]>([
    ['a column by its name', ['photo'], [part('gs://bkt/7.jpg')]],
    ['a column in braces', ['{{ photo }}'], [part('gs://bkt/7.jpg')]],
    ['a template', ['gs://bkt/{{id}}.png'], [part('gs://bkt/7.png')]],
    ['a constant', ['gs://bkt/guide.pdf', 'photo'], [part('gs://bkt/guide.pdf'), part('gs://bkt/7.jpg')]],
    ['a list in a column', ['{{pages}}'], [part('gs://bkt/1.png'), part('gs://bkt/2.png')]],
    ['a type before it', ['image/webp {{photo}}'], [part('gs://bkt/7.jpg', 'image/webp')]],
  ])('%s', async (_what, media, expected) => {
    expect(await parts(media)).toEqual(expected);
  });

  test('a path that only looks like a type is a path', () => {
    const { itemsOf } = compileMedia('image/my photo {{id}}.jpg', TABLE.columns);
    expect(itemsOf(CELLS)).toEqual([{ reference: 'image/my photo 7.jpg' }]);
  });

  test('of an empty column are none', async () => {
    expect(await parts(['photo', 'gs://bkt/{{photo}}.jpg'], { text: 'x', photo: '' })).toEqual([]);
  });

  test('need no prompt', async () => {
    expect((await requestOf({ media: ['photo'] })).contents).toEqual([
      { role: 'user', parts: [part('gs://bkt/7.jpg')] },
    ]);
    await expect(requestOf({ media: ['photo'] }, {})).rejects.toThrow('At line 2: The row names no medium');
  });

  test('of a prompt without columns make rows differ', () => {
    expect(compile({ prompt: 'Describe it', media: ['photo'] }).columns.prompt).toEqual(['photo']);
  });
});

test('columns are named once each, those that ask apart', () => {
  const { columns } = compile({
    prompt: '{{text}}',
    systemInstruction: '{{id}} {{text}}',
    media: ['photo'],
    examples: [{ user: '{{pages}}', model: 'x' }],
  });
  expect(columns).toEqual({ prompt: ['text', 'photo'], all: ['text', 'id', 'photo', 'pages'] });
});

test('what a schema lost is told', () => {
  const { notes, responseSchema } = compile({
    prompt: '{{text}}',
    responseSchema: { type: 'string', format: 'email' },
  });
  expect(responseSchema).toEqual({ type: 'STRING' });
  expect(notes).toEqual([
    'response_schema: format «email» was left out: Vertex AI does not know it for STRING («$»).',
  ]);
});

describe('what is wrong', () => {
  const JSON_TYPE = { type: 'string' };

  test.each<[string, RequestSpec, string, string]>([
    ['no prompt', {}, 'nothing_to_ask', 'neither a prompt nor media'],
    ['no column', { prompt: 'x', systemInstruction: '{{id}}' }, 'template_without_column', '«photo»'],
    ['an unknown column', { media: ['{{foto}}'] }, 'unknown_column', 'media names a column «foto»'],
    [
      'an unknown column in an example',
      { prompt: '{{id}}', examples: [{ user: '{{x}}', model: 'y' }] },
      'unknown_column',
      'Example 1',
    ],
    [
      'two schemas',
      { prompt: '{{id}}', responseSchema: JSON_TYPE, generationConfig: { responseSchema: {} } },
      'conflicting_schema',
      'generation_config.responseSchema',
    ],
    [
      'another type',
      { prompt: '{{id}}', responseSchema: JSON_TYPE, generationConfig: { responseMimeType: 'text/plain' } },
      'conflicting_schema',
      '«text/plain»',
    ],
    [
      'a schema that cannot be said',
      { prompt: '{{id}}', responseSchema: {} },
      'schema_not_supported',
      'names no type',
    ],
    [
      'an example that breaks the schema',
      { prompt: '{{id}}', responseSchema: SCORE, examples: [{ user: 'x', model: '{"score":"1"}' }] },
      'example_not_as_asked',
      'at $.score there should be INTEGER',
    ],
    [
      'an example that is no JSON',
      { prompt: '{{id}}', responseSchema: SCORE, examples: [{ user: 'x', model: 'one' }] },
      'example_not_as_asked',
      'JSON',
    ],
    [
      'an empty example',
      { prompt: '{{id}}', examples: [{ user: 'x', model: ' ' }] },
      'empty_example',
      'Example 1',
    ],
    [
      'a tool of another service',
      { prompt: '{{id}}', tools: [{ type: 'function', function: {} }] },
      'unknown_tool',
      '«type»',
    ],
    [
      'a misspelt tool',
      { prompt: '{{id}}', tools: [{ google_search: {} }] },
      'unknown_tool',
      'one of googleSearch',
    ],
    [
      'a function without a name',
      { prompt: '{{id}}', tools: [{ functionDeclarations: [{}] }] },
      'unknown_tool',
      'no name',
    ],
    [
      'a misspelt category',
      { prompt: '{{id}}', safetySettings: [{ category: 'HARASSMENT', threshold: 'OFF' }] },
      'unknown_safety_setting',
      '«HARASSMENT»',
    ],
    ['a bad label', { prompt: '{{id}}', labels: { Team: 'x' } }, 'bad_label', '«Team»'],
  ])('%s', (_what, spec, code, said) => {
    expect(() => compile(spec)).toThrow(expect.objectContaining({ code }));
    expect(() => compile(spec)).toThrow(said);
  });
});
