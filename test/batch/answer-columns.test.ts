import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerColumns } from '../../src/batch/answer-columns.ts';

const REVIEW = {
  type: 'OBJECT',
  properties: {
    why: { type: 'STRING' },
    score: { type: 'INTEGER', nullable: true },
    price: { type: 'NUMBER' },
    good: { type: 'BOOLEAN' },
    tags: { type: 'ARRAY', items: { type: 'STRING' } },
    owner: { type: 'OBJECT', properties: { name: { type: 'STRING' } } },
  },
  propertyOrdering: ['score', 'why', 'gone'],
};
const typesOf = (schema: object) =>
  Object.fromEntries(answerColumns(schema).columns.map(({ name, type }) => [name, type]));

describe('columns', () => {
  test('are the properties in the order in which the model writes them', () => {
    expect(answerColumns(REVIEW).columns).toEqual([
      { name: 'score', type: 'integer', property: 'score' },
      { name: 'why', type: 'text', property: 'why' },
      { name: 'price', type: 'number', property: 'price' },
      { name: 'good', type: 'boolean', property: 'good' },
      { name: 'tags', type: 'json', property: 'tags' },
      { name: 'owner', type: 'json', property: 'owner' },
    ]);
  });

  test('of a JSON Schema are found through references, allOf and unions', () => {
    const schema = {
      $ref: '#/$defs/Review',
      $defs: {
        Review: {
          allOf: [
            { $ref: '#/$defs/Base' },
            {
              properties: {
                kind: { enum: ['new', 'old', null] },
                level: { enum: [1, 2] },
                mode: { const: 'x' },
                maybe: { anyOf: [{ $ref: '#/$defs/Score' }, { type: 'null' }] },
                amount: { type: ['integer', 'number', 'null'] },
                either: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
                words: { anyOf: [{ enum: ['a'], type: 'string' }, { type: 'string' }] },
                anything: {},
                self: { $ref: '#/$defs/Loop' },
              },
            },
          ],
        },
        Base: { type: 'object', properties: { title: { type: 'string' } } },
        Score: { type: 'integer' },
        Loop: { allOf: [{ $ref: '#/$defs/Loop' }, { $ref: '#/$defs/Loop' }] },
      },
    };
    expect(typesOf(schema)).toEqual({
      title: 'text',
      kind: 'text',
      level: 'number',
      mode: 'text',
      maybe: 'integer',
      amount: 'number',
      either: 'json',
      words: 'text',
      anything: 'json',
      self: 'json',
    });
  });

  test('of an echoed schema are read in snake_case and without its nulls', () => {
    const schema = {
      type: 'OBJECT',
      any_of: [],
      property_ordering: ['why', 'score'],
      properties: { score: { type: 'INTEGER', any_of: [], enum: [] }, why: { type: 'STRING' }, gone: null },
    };
    expect(Object.entries(typesOf(schema))).toEqual([
      ['why', 'text'],
      ['score', 'integer'],
    ]);
  });

  test('are one for what is no object', () => {
    for (const schema of [
      { type: 'ARRAY', items: REVIEW },
      { type: 'STRING' },
      { anyOf: [REVIEW, REVIEW] },
      {},
    ])
      expect(answerColumns(schema).columns).toEqual([{ name: 'answer_json', type: 'json' }]);
    expect(answerColumns({ type: 'array' }, ['ANSWER_JSON']).columns[0]?.name).toBe('answer_json_answer');
  });

  test('have names of their own, whatever the case', () => {
    const named = (...names: string[]) => ({
      properties: Object.fromEntries(names.map((name) => [name, { type: 'STRING' }])),
    });
    const taken = ['key', 'outcome', 'Score_Answer'];
    expect(answerColumns(named('Key', 'score', 'Score', ' ', 'unit price'), taken).columns).toMatchObject([
      { name: 'Key_answer', property: 'Key' },
      { name: 'score', property: 'score' },
      { name: 'Score_answer_2', property: 'Score' },
      { name: 'answer', property: ' ' },
      { name: 'unit price' },
    ]);
  });
});

describe('values', () => {
  const { valuesOf } = answerColumns(REVIEW);

  test('are picked by column, structures as JSON text', () => {
    const answer = {
      why: 'leaks',
      score: 1,
      price: 9.5,
      good: false,
      tags: ['a'],
      owner: { name: 'B' },
      more: 1,
    };
    expect(valuesOf(answer)).toEqual([1, 'leaks', 9.5, false, '["a"]', '{"name":"B"}']);
  });

  test('are null where the answer has nothing of the type, and texts of what is not text', () => {
    expect(valuesOf({ why: 7, score: '1', price: 'x', good: 'yes', owner: null })).toEqual([
      ...[null, '7', null, null, null, null],
    ]);
    expect(valuesOf({ score: 2 ** 53, price: 1e300 })).toEqual([null, null, 1e300, null, null, null]);
    for (const answer of [undefined, null, 'text', [1]])
      expect(valuesOf(answer)).toEqual(Array(6).fill(null));
  });

  test('of what is no object are the whole', () => {
    const whole = answerColumns({ type: 'ARRAY' });
    expect([whole.valuesOf([1, 'a']), whole.valuesOf('a'), whole.valuesOf(undefined)]).toEqual([
      ['[1,"a"]'],
      ['"a"'],
      [null],
    ]);
  });

  test('of an inherited name are not there', () => {
    expect(answerColumns({ properties: { toString: { type: 'STRING' } } }).valuesOf({})).toEqual([null]);
  });
});

test('whatever the schema says, there is a column, every name is one of its own, and values fit', () => {
  const word = fc.constantFrom(
    'type',
    'properties',
    'anyOf',
    'allOf',
    '$ref',
    'enum',
    'items',
    'required',
    'a',
    'A',
  );
  const { value: anySchema } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>('string', 'INTEGER', '#', '#/properties/a', null, 1, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(word, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(word, anySchema, { maxKeys: 5 }), fc.jsonValue(), (schema, answer) => {
      const { columns, valuesOf } = answerColumns(schema, ['a', 'key']);
      expect(columns.length).toBeGreaterThan(0);
      const names = columns.map(({ name }) => name.toLowerCase());
      expect(new Set([...names, 'a', 'key']).size).toBe(names.length + 2);
      for (const [index, value] of valuesOf(answer).entries()) {
        const type = columns[index]?.type;
        const kinds = {
          text: 'string',
          json: 'string',
          integer: 'number',
          number: 'number',
          boolean: 'boolean',
        };
        if (value !== null) expect(typeof value).toBe(type && kinds[type]);
      }
    }),
    { numRuns: 1_000 },
  );
});
