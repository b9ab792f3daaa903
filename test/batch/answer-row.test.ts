import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswerRow } from '../../src/batch/answer-row.ts';
import { OUTCOMES } from '../../src/batch/outcomes.ts';
import { classifyRow } from '../../src/batch/result-row.ts';
import { OTHER_ROWS } from './golden-other-rows.ts';
import { answer, candidate, GEMINI_ROWS, type GoldenRow, gemini, prompt } from './golden-rows.ts';

const ROWS = [...GEMINI_ROWS, ...OTHER_ROWS];
const NO_TOKENS = {
  promptTokens: 0,
  cachedTokens: 0,
  candidateTokens: 0,
  thoughtTokens: 0,
  toolPromptTokens: 0,
};

describe('a golden row is', () => {
  test.each(ROWS.map((row) => [row.name, row] as const))('%s', (_, row) => {
    const { line, asked, outcome, text, finishReason, error, usage, also = {} } = row;
    const read = readAnswerRow(line, asked);
    expect({
      outcome: read.outcome,
      text: read.text,
      finishReason: read.finishReason,
      error: read.error,
      usage: read.usage,
    }).toEqual({ outcome, text, finishReason, error, usage: { ...NO_TOKENS, ...usage } });
    expect(read).toMatchObject(also);
  });

  test('what the tally of a job makes of it', () => {
    for (const { line, asked } of ROWS)
      expect(readAnswerRow(line, asked)).toMatchObject(classifyRow(line, asked));
  });

  test('one of each outcome that a line can have', () => {
    const seen = new Set(ROWS.map(({ outcome }) => outcome));
    expect(OUTCOMES.filter((outcome) => !seen.has(outcome as GoldenRow['outcome']))).toEqual(['missing']);
  });

  test('the same without the lines before it', () => {
    const before = ROWS.map(({ line, asked }) => readAnswerRow(line, asked));
    const after = ROWS.toReversed().map(({ line, asked }) => readAnswerRow(line, asked));
    expect(after.toReversed()).toEqual(before);
  });
});

describe('the key is', () => {
  test.each<[object, string | undefined]>([
    [{ id: 'c', custom_id: 'b', key: 'a' }, 'a'],
    [{ id: 'c', custom_id: 'b', key: null }, 'b'],
    [{ id: 'c', custom_id: '', key: [] }, 'c'],
    [{ status: '', request: {}, response: {}, doc: 7 }, '7'],
    [{ content: 'Kettle', good: true, none: null, page: 'p-1', other: 'x' }, 'p-1'],
    [{ status: 'Not Found', processed_time: '2026-11-22', error: 'x' }, undefined],
  ])('that of %j: %s', (row, key) => {
    expect(readAnswerRow(row).key).toBe(key);
  });
});

describe('what was asked', () => {
  const asJson = prompt('?', { responseMimeType: 'application/json' });

  test('is what the caller says before what the row echoes', () => {
    const line = gemini(answer('leaks'), asJson);
    expect(readAnswerRow(line).outcome).toBe('invalid_json');
    expect(readAnswerRow(line, { wantsJson: false }).outcome).toBe('ok');
    expect(readAnswerRow(gemini(answer('leaks')), { wantsJson: true }).outcome).toBe('invalid_json');
    const schema = { type: 'object', required: ['why'] };
    expect(readAnswerRow(gemini(answer('{}'), asJson), { schema })).toMatchObject({
      outcome: 'schema_mismatch',
      mismatch: { path: '$.why', expected: 'this property' },
    });
    expect(readAnswerRow(gemini(answer('{}')), { schema }).outcome).toBe('schema_mismatch');
  });

  test('is nothing where the schema is all nulls', () => {
    const responseSchema = { type: null, properties: null };
    const line = gemini(answer('leaks'), prompt('?', { responseMimeType: null, responseSchema }));
    expect(readAnswerRow(line)).toMatchObject({ outcome: 'ok', text: 'leaks' });
  });

  test('is JSON where a schema stands alone, and text where the request says text', () => {
    const asking = (config: object) => readAnswerRow(gemini(answer('leaks'), prompt('?', config))).outcome;
    expect(asking({ responseSchema: { type: 'STRING' } })).toBe('invalid_json');
    expect(asking({ responseSchema: { type: 'STRING' }, responseMimeType: 'text/plain' })).toBe('ok');
  });

  test('changes from row to row where the schemas do', () => {
    const asking = (type: string, text: string) =>
      gemini(answer(text), prompt('?', { responseMimeType: 'application/json', responseSchema: { type } }));
    const outcomes = [
      asking('STRING', '"a"'),
      asking('INTEGER', '"a"'),
      asking('STRING', '"a"'),
      asking('INTEGER', '1'),
    ].map((line) => readAnswerRow(line).outcome);
    expect(outcomes).toEqual(['ok', 'schema_mismatch', 'ok', 'ok']);
  });
});

describe('JSON is found', () => {
  const json = (text: string) => readAnswerRow(gemini(answer(text)), { wantsJson: true });

  test.each<[string, unknown]>([
    [' {"a": 1}\n', { a: 1 }],
    ['```\n[1]\n```', [1]],
    ['```json {"a":1} ```', { a: 1 }],
    ['```JSON\n{"a":1}', { a: 1 }],
    ['First:\n```python\nprint(1)\n```\nthen:\n```json\n{"a":1}\n```', { a: 1 }],
    ['```json\n{"code":"```js\\n1\\n```"}\n```', { code: '```js\n1\n```' }],
    ['null', null],
  ])('in %j', (text, value) => {
    const { outcome, json: found } = json(text);
    expect({ outcome, found }).toEqual({ outcome: 'ok', found: value });
  });

  test.each(['{"a":1} done', 'Answer: {"a":1}', '```json\n{"a":1,}\n```', '``` ``` ```', '```', '{"a":1'])(
    'not in %j',
    (text) => {
      expect(json(text).outcome).toBe('invalid_json');
    },
  );

  test('or not, in time that grows with the text alone', () => {
    for (const text of ['```\n'.repeat(50_000), '`'.repeat(200_000), `${'\n  '.repeat(60_000)}\`\`\``])
      expect(json(text).outcome).toBe('invalid_json');
  });
});

test('values too deep to be looked at are no reason to fail', () => {
  const deep = (levels: number, open: string, close: string) =>
    JSON.parse(`${open.repeat(levels)}null${close.repeat(levels)}`) as unknown;
  const responseSchema = deep(50_000, '{"type":"ARRAY","items":', '}');
  const line = gemini(answer('[]'), prompt('?', { responseMimeType: 'application/json', responseSchema }));
  expect(readAnswerRow(line).outcome).toBe('ok');
  expect(readAnswerRow(line).outcome).toBe('ok');
  const endless = { $ref: '#/$defs/list', $defs: { list: { items: { $ref: '#/$defs/list' } } } };
  const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(readAnswerRow(gemini(answer(text)), { schema: endless }).outcome).toBe('ok');
});

describe('whatever a line holds', () => {
  const scalar = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      'STOP',
      'stop',
      'end_turn',
      'refusal',
      'text',
      'error',
      '',
      null,
      429,
      '12',
      '[{}]',
    ),
  );
  const names = [
    ...[
      'key',
      'status',
      'request',
      'response',
      'error',
      'candidates',
      'content',
      'parts',
      'text',
      'finishReason',
    ],
    ...[
      'functionCall',
      'inlineData',
      'usageMetadata',
      'promptFeedback',
      'generationConfig',
      'responseSchema',
    ],
    ...[
      'responseMimeType',
      'contents',
      'predictions',
      'embeddings',
      'embedding',
      'values',
      'statistics',
      'body',
    ],
    ...[
      'choices',
      'message',
      'tool_calls',
      'function',
      'finish_reason',
      'usage',
      'stop_reason',
      'type',
      'data',
    ],
    ...['properties', 'anyOf', 'items', 'enum', '$ref', 'required', 'toString', '__proto__'],
    ...['status_code', 'messages', 'citationMetadata', 'citations', 'groundingMetadata', 'groundingChunks'],
  ];
  const anything = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', maxDepth: 8 },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
    ),
  })).value;
  /** A golden row of which one place, however deep, is something else. */
  const broken = fc
    .tuple(fc.constantFrom(...ROWS.map(({ line }) => line)), fc.array(fc.nat(), { maxLength: 8 }), anything)
    .map(([line, way, value]) => replaced(structuredClone(line), way, value));

  test('it ends in exactly one known outcome, and all that is said of it is of its type', () => {
    fc.assert(
      fc.property(
        fc.oneof(broken, anything),
        fc.option(fc.boolean(), { nil: undefined }),
        (line, wantsJson) => {
          const row = readAnswerRow(line, { wantsJson });
          expect(OUTCOMES).toContain(row.outcome);
          expect(row.outcome.startsWith('error_')).toBe(row.error !== undefined);
          expect(['gemini', 'claude', 'openai', 'embedding']).toContain(row.format);
          for (const text of [...row.candidates, ...(row.citations ?? [])]) expect(text).toBeTypeOf('string');
          for (const { name } of row.calls ?? []) expect(name).toBeTypeOf('string');
          for (const { mimeType } of row.media ?? []) expect(mimeType).toBeTypeOf('string');
          expect(row.embedding?.every((value) => typeof value === 'number')).not.toBe(false);
          const { promptTokens, cachedTokens, candidateTokens, thoughtTokens, toolPromptTokens } = row.usage;
          for (const count of [promptTokens, cachedTokens, candidateTokens, thoughtTokens, toolPromptTokens])
            expect(Number.isInteger(count) && count >= 0).toBe(true);
          if (row.outcome === 'ok') expect(row.text ?? row.calls ?? row.media ?? row.embedding).toBeDefined();
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('it is ok only by an end that its format calls whole', () => {
    for (const reason of ['MAX_TOKENS', 'stop', 'end_turn', 'toString', null, 7])
      expect(readAnswerRow(gemini({ candidates: [candidate([{ text: 'x' }], reason)] })).outcome).not.toBe(
        'ok',
      );
  });
});

function replaced(value: unknown, [step, ...way]: number[], by: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  const members = value as Record<string, unknown>;
  const names = Object.keys(members);
  const name = names[step % Math.max(1, names.length)];
  if (name === undefined) return by;
  members[name] = replaced(members[name], way, by);
  return value;
}
