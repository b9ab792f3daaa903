import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { noteTexts } from '../../src/batch/schema/conversion.ts';
import { toResponseSchema } from '../../src/batch/schema-subset.ts';
import { checkSchema } from '../../src/emulator/messages/request-schema.ts';

const converted = (schema: unknown) => toResponseSchema(schema).schema;
const notesOf = (schema: unknown) =>
  toResponseSchema(schema).notes.map(({ path, what }) => `${path}: ${what}`);
const TEXT = { type: 'string' };
const WORD = { type: 'STRING' };
const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });

describe('what has the same meaning', () => {
  test.each<[string, unknown, unknown]>([
    ['types in upper case', { type: 'integer' }, { type: 'INTEGER' }],
    ['types as dumps of protobuf number them', { type_: 6, properties: { ab: { type_: 1 } } }, object1()],
    ['a list of types with null', { type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    ['null in anyOf', { anyOf: [TEXT, { type: 'null' }] }, { type: 'STRING', nullable: true }],
    ['null in oneOf', { oneOf: [{ const: null }, TEXT] }, { type: 'STRING', nullable: true }],
    ['a constant', { const: 'ab' }, { type: 'STRING', enum: ['ab'] }],
    ['null in enum', { enum: ['ab', null] }, { type: 'STRING', nullable: true, enum: ['ab'] }],
    ['both booleans', { enum: [true, false] }, { type: 'BOOLEAN' }],
    [
      'constants in anyOf',
      { anyOf: [{ const: 'ab' }, { const: 'cd' }] },
      { type: 'STRING', enum: ['ab', 'cd'] },
    ],
    ['a number that may be whole', { type: ['integer', 'number'] }, { type: 'NUMBER' }],
    ['a bound that is left out', { type: 'integer', exclusiveMinimum: 0 }, { type: 'INTEGER', minimum: 1 }],
    [
      'sizes as strings',
      { type: 'ARRAY', items: WORD, minItems: '2' },
      { type: 'ARRAY', minItems: 2, items: WORD },
    ],
    [
      'a pair',
      { prefixItems: [TEXT, TEXT], items: false, minItems: 2 },
      { type: 'ARRAY', minItems: 2, items: WORD },
    ],
    ['no type but properties', { properties: { ab: TEXT } }, object1()],
    [
      'formats that are known',
      { type: 'string', format: 'date-time' },
      { type: 'STRING', format: 'date-time' },
    ],
  ])('%s', (_what, schema, expected) => {
    expect(converted(schema)).toEqual(expected);
  });

  function object1() {
    return { type: 'OBJECT', properties: { ab: WORD }, propertyOrdering: ['ab'] };
  }

  test('a pydantic dump', () => {
    const dump = {
      $defs: {
        Mood: { enum: ['good', 'bad'], title: 'Mood', type: 'string' },
        Part: object(
          { name: TEXT, mood: { $ref: '#/$defs/Mood', description: 'How it feels' } },
          { required: ['name'] },
        ),
      },
      ...object({
        parts: { items: { $ref: '#/$defs/Part' }, type: 'array', maxItems: 9 },
        mood: { anyOf: [{ $ref: '#/$defs/Mood' }, { type: 'null' }], default: 'bad' },
        score: { type: 'number', minimum: 0, maximum: 1, title: 'Score' },
      }),
      required: ['parts', 'score'],
    };
    expect(toResponseSchema(dump)).toEqual({
      schema: {
        type: 'OBJECT',
        properties: {
          parts: {
            type: 'ARRAY',
            maxItems: 9,
            items: {
              type: 'OBJECT',
              properties: {
                name: WORD,
                mood: { type: 'STRING', title: 'Mood', description: 'How it feels', enum: ['good', 'bad'] },
              },
              required: ['name'],
              propertyOrdering: ['name', 'mood'],
            },
          },
          mood: { type: 'STRING', title: 'Mood', nullable: true, enum: ['good', 'bad'] },
          score: { type: 'NUMBER', title: 'Score', minimum: 0, maximum: 1 },
        },
        required: ['parts', 'score'],
        propertyOrdering: ['parts', 'mood', 'score'],
      },
      notes: [{ path: '$.properties.mood', what: 'default was left out' }],
    });
  });

  test('a zod dump', () => {
    const schema = z.object({
      kind: z.union([z.literal('cat'), z.literal('dog')]),
      age: z.int().nullable(),
      tags: z.array(z.string()).min(1),
      pet: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('cat'), lives: z.int() }),
        z.object({ kind: z.literal('dog'), tricks: z.array(z.string()) }),
      ]),
    });
    const kind = (name: string) => ({ type: 'STRING', enum: [name] });
    const pet = (name: string, member: object) => ({
      type: 'OBJECT',
      properties: { kind: kind(name), ...member },
      required: ['kind', ...Object.keys(member)],
      propertyOrdering: ['kind', ...Object.keys(member)],
    });
    expect(converted(z.toJSONSchema(schema)).properties).toEqual({
      kind: { type: 'STRING', enum: ['cat', 'dog'] },
      age: { type: 'INTEGER', nullable: true },
      tags: { type: 'ARRAY', minItems: 1, items: WORD },
      pet: {
        anyOf: [
          pet('cat', { lives: { type: 'INTEGER' } }),
          pet('dog', { tricks: { type: 'ARRAY', items: WORD } }),
        ],
      },
    });
  });
});

describe('anyOf stands alone', () => {
  test('what is beside it goes into each alternative', () => {
    const schema = {
      description: 'Who',
      anyOf: [{ type: 'string', description: 'A name' }, { type: 'integer' }],
    };
    expect(converted(schema)).toEqual({
      anyOf: [
        { type: 'STRING', description: 'A name' },
        { type: 'INTEGER', description: 'Who' },
      ],
    });
  });

  test('shared properties are in each alternative', () => {
    const { anyOf = [] } = converted(
      object(
        { name: TEXT },
        { anyOf: [object({ age: TEXT }, { required: ['age'] }), object({ size: TEXT })] },
      ),
    );
    expect(anyOf.map(({ propertyOrdering, required }) => ({ propertyOrdering, required }))).toEqual([
      { propertyOrdering: ['age', 'name'], required: ['age'] },
      { propertyOrdering: ['size', 'name'], required: undefined },
    ]);
  });

  test('null is said by each, and unions in unions are one', () => {
    const schema = { anyOf: [{ type: ['integer', 'boolean'] }, TEXT, { type: 'null' }] };
    expect(converted(schema)).toEqual({
      anyOf: ['INTEGER', 'BOOLEAN', 'STRING'].map((type) => ({ type, nullable: true })),
    });
  });

  test('several types get what each of them knows', () => {
    const schema = { type: ['string', 'integer'], minLength: 2, minimum: 3, description: 'x' };
    expect(toResponseSchema(schema)).toEqual({
      schema: {
        anyOf: [
          { type: 'STRING', description: 'x', minLength: 2 },
          { type: 'INTEGER', description: 'x', minimum: 3 },
        ],
      },
      notes: [],
    });
  });
});

test('allOf is one schema', () => {
  const schema = {
    allOf: [
      object({ name: { type: 'string', minLength: 2 }, age: { type: 'number' } }, { required: ['name'] }),
      object(
        { name: { type: 'string', minLength: 5, title: 'Name' }, age: { type: 'integer' } },
        { required: ['age'] },
      ),
    ],
  };
  expect(converted(schema)).toEqual({
    type: 'OBJECT',
    properties: { name: { type: 'STRING', title: 'Name', minLength: 5 }, age: { type: 'INTEGER' } },
    required: ['name', 'age'],
    propertyOrdering: ['name', 'age'],
  });
});

describe('the order of properties', () => {
  test('is theirs', () => {
    expect(converted(object({ zeta: TEXT, alpha: TEXT })).propertyOrdering).toEqual(['zeta', 'alpha']);
  });

  test('is the one that is asked for, as far as it is', () => {
    const schema = object(
      { one: TEXT, two: TEXT, three: TEXT },
      { propertyOrdering: ['three', 'gone', 'one'] },
    );
    expect(converted(schema).propertyOrdering).toEqual(['three', 'one', 'two']);
  });
});

describe('what is told', () => {
  test.each<[unknown, string]>([
    [{ ...TEXT, $schema: 'x' }, '$: $schema was left out'],
    [{ ...TEXT, default: 1 }, '$: default was left out'],
    [object({ ab: { ...TEXT, examples: [] } }), '$.properties.ab: examples was left out'],
    [
      object({ ab: TEXT }, { additionalProperties: false }),
      '$: additionalProperties was left out: answers hold',
    ],
    [{ type: 'number', multipleOf: 2 }, '$: multipleOf was left out, so answers are not held to it'],
    [{ oneOf: [TEXT, { type: 'integer' }] }, '$: oneOf was written as anyOf'],
    [{ enum: [1, 2] }, '$: enum of numbers was written as strings, and answers hold strings too'],
    [{ const: true }, '$: Only true was meant, but a BOOLEAN cannot be narrowed'],
    [{ enum: ['ab', null] }, '$: null in enum was written as nullable'],
    [{ ...TEXT, format: 'email' }, '$: format «email» was left out'],
    [{ ...TEXT, pattern: '^(?!x)' }, '$: pattern was left out: it looks ahead'],
    [{ ...TEXT, minimum: 3 }, '$: minimum was left out: it says nothing about STRING'],
    [{ type: 'number', exclusiveMinimum: 0 }, '$: exclusiveMinimum was written as minimum'],
    [{ ...TEXT, propertys: {} }, '$: «propertys» was left out: it is no keyword'],
    [{ type_: 'string' }, '$: «type_» was written as type'],
    [object({ 'a b': TEXT }, { required: ['b c'] }), '$: required names «b c», which is no property'],
    [object({ 'a b': { ...TEXT, default: 1 } }), '$.properties["a b"]: default was left out'],
  ])('%j', (schema, said) => {
    expect(notesOf(schema)).toEqual([expect.stringContaining(said)]);
  });

  test('a remark about many places is one sentence', () => {
    const { notes } = toResponseSchema(object({ ab: { ...TEXT, default: 1 }, cd: { ...TEXT, default: 2 } }));
    expect(noteTexts(notes)).toEqual(['default was left out (2 places, first «$.properties.ab»).']);
  });
});

describe('what cannot be said', () => {
  test.each<[string, unknown, string, string]>([
    [
      'recursion',
      { $defs: { Node: object({ next: { $ref: '#/$defs/Node' } }) }, $ref: '#/$defs/Node' },
      '«$»',
      'contains itself',
    ],
    ['the whole in itself', object({ child: { $ref: '#' } }), '«$.properties.child»', 'contains itself'],
    [
      'a reference to nothing',
      object({ ab: { $ref: '#/$defs/X' } }),
      '«$.properties.ab»',
      'there is nothing',
    ],
    ['another document', { $ref: 'https://example.com/x' }, '«$»', 'another document'],
    [
      'one letter',
      object({ list: { type: 'array', items: object({ y: TEXT }) } }),
      '«$.properties.list.items.properties.y»',
      '«y_value»',
    ],
    ['a boolean name', object({ No: TEXT, no_value: TEXT }), '«$.properties.No»', '«no_value_2»'],
    [
      'a map',
      object({ ab: { type: 'object', additionalProperties: TEXT } }),
      '«$.properties.ab»',
      'without named properties',
    ],
    ['a tuple', { type: 'array', prefixItems: [TEXT, { type: 'integer' }] }, '«$»', 'tuple'],
    ['any items', { type: 'array' }, '«$»', 'items'],
    ['anything', object({ ab: {} }), '«$.properties.ab»', 'names no type'],
    ['true', object({ ab: true }), '«$.properties.ab»', 'allows every value'],
    ['always null', object({ ab: { type: 'null' } }), '«$.properties.ab»', 'always null'],
    ['only null', { anyOf: [{ type: 'null' }] }, '«$.anyOf»', 'no alternative but null'],
    ['mixed enum', { enum: ['ab', 1] }, '«$.enum»', 'not all strings'],
    ['empty enum', { enum: [] }, '«$.enum»', 'no values'],
    ['an empty word', { enum: ['', 'ab'] }, '«$.enum»', 'empty string'],
    ['not', { not: TEXT }, '«$»', 'not'],
    ['parts apart', { allOf: [TEXT, { type: 'integer' }] }, '«$»', 'nothing in common in type'],
    ['patterns apart', { allOf: [{ ...TEXT, pattern: 'a' }, { pattern: 'b' }] }, '«$»', 'differ in pattern'],
    [
      'two unions',
      { anyOf: [TEXT, { type: 'integer' }], oneOf: [TEXT, { type: 'boolean' }] },
      '«$»',
      'two unions',
    ],
    ['an unknown type', { type: 'text' }, '«$.type»', '«text»'],
    ['no schema', 'string', '«$»', 'no JSON Schema'],
  ])('%s', (_what, schema, path, why) => {
    expect(() => toResponseSchema(schema)).toThrow(
      expect.objectContaining({ code: 'schema_not_supported', message: expect.stringContaining(path) }),
    );
    expect(() => toResponseSchema(schema)).toThrow(why);
  });

  test('references that double at each step', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => {
        const next = n === 29 ? TEXT : { $ref: `#/$defs/D${n + 1}` };
        return [`D${n}`, object({ left: next, right: next })];
      }),
    );
    expect(() => toResponseSchema({ $defs, $ref: '#/$defs/D0' })).toThrow('more than 2000 parts');
  });

  test('a nesting without end', () => {
    let deep: object = TEXT;
    for (let n = 0; n < 1_900; n++) deep = { type: 'array', items: deep };
    expect(() => toResponseSchema(deep)).not.toThrow();
    expect(() => toResponseSchema({ type: 'array', items: { items: deep, minItems: [deep] } })).not.toThrow(
      RangeError,
    );
  });
});

test('the same definition twice, one inside the other, is no recursion', () => {
  const $defs = { Name: TEXT, Part: object({ name: { $ref: '#/$defs/Name' } }) };
  const schema = { $defs, allOf: [{ $ref: '#/$defs/Part' }, object({ part: { $ref: '#/$defs/Part' } })] };
  expect(converted(schema).propertyOrdering).toEqual(['name', 'part']);
});

const name = fc.constantFrom('ab', 'cd', 'a b', 'y', '$ref', '__proto__', 'constructor');
const { schema: anySchema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom<unknown>(
      { type: 'string' },
      { type: 'INTEGER', minimum: 1 },
      { enum: ['ab', 'cd'] },
      { $ref: '#/$defs/Ab' },
    ),
    fc.record(
      {
        type: fc.constantFrom(
          'string',
          'number',
          'integer',
          'boolean',
          'null',
          ['string', 'null'],
          ['integer', 'string'],
        ),
        enum: fc.array(fc.constantFrom<unknown>('ab', 'cd', 1, 2, null, true, false), { maxLength: 3 }),
        const: fc.constantFrom<unknown>('ab', 1, null),
        minimum: fc.integer(),
        exclusiveMaximum: fc.double(),
        pattern: fc.constantFrom('^a', '(?=x)'),
        minLength: fc.nat(),
        format: fc.constantFrom('date', 'email', 'int32'),
        description: fc.string(),
        default: fc.jsonValue(),
        nullable: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 3 }),
        required: fc.array(name, { maxLength: 3 }),
        propertyOrdering: fc.array(name, { maxLength: 3 }),
        additionalProperties: fc.boolean(),
        anyOf: fc.array(tie('schema'), { maxLength: 2 }),
      },
      { requiredKeys: ['properties'] },
    ),
    fc.record(
      { type: fc.constant('array'), items: tie('schema'), maxItems: fc.nat() },
      { requiredKeys: ['items'] },
    ),
    fc.record(
      { anyOf: fc.array(tie('schema'), { maxLength: 3 }), description: fc.string(), nullable: fc.boolean() },
      { requiredKeys: ['anyOf'] },
    ),
    fc.record({ oneOf: fc.array(tie('schema'), { maxLength: 3 }) }),
    fc.record(
      { allOf: fc.array(tie('schema'), { maxLength: 2 }), title: fc.string() },
      { requiredKeys: ['allOf'] },
    ),
  ),
}));

test('whatever goes in: what comes out is taken as it is, here and by Vertex AI, or the error is one to mend', () => {
  let made = 0;
  fc.assert(
    fc.property(anySchema, anySchema, (schema, Ab) => {
      let first: ReturnType<typeof toResponseSchema>;
      try {
        first = toResponseSchema({ allOf: [schema], $defs: { Ab } });
      } catch (error) {
        expect(error).toMatchObject({ code: 'schema_not_supported' });
        return;
      }
      made += 1;
      expect(JSON.parse(JSON.stringify(first.schema))).toEqual(first.schema);
      expect(toResponseSchema(first.schema)).toEqual({ schema: first.schema, notes: [] });
      expect(checkSchema(first.schema as never, 'schema', { batch: true })).toBeUndefined();
      expectAnyOfAlone(first.schema);
    }),
    { numRuns: 2_000 },
  );
  expect(made).toBeGreaterThan(300);
});

function expectAnyOfAlone(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) expect(Object.keys(schema)).toEqual(['anyOf']);
  for (const member of Object.values(schema)) expectAnyOfAlone(member);
}
