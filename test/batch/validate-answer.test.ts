import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ResponseSchema } from '../../src/batch/response-schema.ts';
import { compileAnswerCheck } from '../../src/batch/validate-answer.ts';

const PARTS: ResponseSchema = {
  type: 'OBJECT',
  properties: {
    name: { type: 'STRING', minLength: 2, maxLength: 4 },
    kind: { type: 'STRING', enum: ['new', 'old'], nullable: true },
    code: { type: 'STRING', pattern: '^[a-z]+$' },
    'unit price': { type: 'NUMBER', minimum: 0, maximum: 9 },
    sizes: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: 1, maxItems: 2 },
    good: { type: 'BOOLEAN' },
    owner: {
      anyOf: [
        { type: 'STRING' },
        { type: 'OBJECT', properties: { id: { type: 'INTEGER' } }, required: ['id'] },
      ],
    },
  },
  required: ['name'],
};

describe('the first mismatch', () => {
  const check = compileAnswerCheck({ type: 'ARRAY', items: PARTS });

  test.each<[unknown, string, string]>([
    [{}, '$', 'ARRAY'],
    [null, '$', 'ARRAY'],
    [['x'], '$[0]', 'OBJECT'],
    [[{ name: 'ab' }, {}], '$[1].name', 'this property'],
    [[{ name: 7 }], '$[0].name', 'STRING'],
    [[{ name: null }], '$[0].name', 'STRING'],
    [[{ name: 'a' }], '$[0].name', 'at least 2 characters'],
    [[{ name: 'abcde' }], '$[0].name', 'at most 4 characters'],
    [[{ name: 'ab', kind: 'used' }], '$[0].kind', 'one of its enum'],
    [[{ name: 'ab', code: 'A1' }], '$[0].code', 'the pattern ^[a-z]+$'],
    [[{ name: 'ab', 'unit price': '7' }], '$[0]["unit price"]', 'NUMBER'],
    [[{ name: 'ab', 'unit price': -1 }], '$[0]["unit price"]', 'at least 0'],
    [[{ name: 'ab', 'unit price': 9.5 }], '$[0]["unit price"]', 'at most 9'],
    [[{ name: 'ab', sizes: [] }], '$[0].sizes', 'at least 1 item'],
    [[{ name: 'ab', sizes: [1, 2, 3] }], '$[0].sizes', 'at most 2 items'],
    [[{ name: 'ab', sizes: [1, 1.5] }], '$[0].sizes[1]', 'INTEGER'],
    [[{ name: 'ab', good: 'true' }], '$[0].good', 'BOOLEAN'],
    [[{ name: 'ab', owner: { id: 'x' } }], '$[0].owner.id', 'INTEGER'],
    [[{ name: 'ab', owner: 7 }], '$[0].owner', 'one of the alternatives of anyOf'],
  ])('of %j', (answer, path, expected) => {
    expect(check(answer)).toEqual({ path, expected });
  });

  test.each<[unknown]>([
    [[]],
    [[{ name: '日本語版' }]],
    [[{ name: '👍👍👍' }]],
    [[{ name: 'ab', kind: null, other: 1 }]],
    [[{ name: 'ab', sizes: [1, 2.0], 'unit price': 0 }]],
    [
      [
        { name: 'ab', owner: 'me' },
        { name: 'cd', owner: { id: 1 } },
      ],
    ],
  ])('none in %j', (answer) => {
    expect(check(answer)).toBeUndefined();
  });
});

test('types in lower case and sizes as strings are read too', () => {
  const check = compileAnswerCheck({ type: 'array', items: { type: 'string' }, maxItems: '1' } as never);
  expect(check(['a'])).toBeUndefined();
  expect(check([1])).toEqual({ path: '$[0]', expected: 'STRING' });
  expect(check(['a', 'b'])?.path).toBe('$');
});

test('a pattern that JavaScript cannot read is no reason to refuse', () => {
  expect(compileAnswerCheck({ type: 'STRING', pattern: '(?P<name>x)' })('y')).toBeUndefined();
});

describe('a JSON Schema', () => {
  const LIST = {
    $ref: '#/$defs/Item',
    $defs: {
      Item: {
        type: 'object',
        properties: {
          value: { type: ['integer', 'null'], exclusiveMinimum: 0 },
          next: { $ref: '#/$defs/Item' },
        },
        additionalProperties: false,
      },
    },
  };

  test.each<[object, unknown, string, string]>([
    [LIST, { value: 1, next: { next: { value: 0 } } }, '$.next.next.value', 'more than 0'],
    [LIST, { next: { value: 'x' } }, '$.next.value', 'INTEGER'],
    [LIST, { other: 1 }, '$.other', 'nothing'],
    [{ type: ['string', 'integer'] }, 1.5, '$', 'STRING or INTEGER'],
    [{ const: 7 }, 8, '$', 'one of its enum'],
    [{ enum: [1, { a: [2] }] }, { a: [3] }, '$', 'one of its enum'],
    [{ allOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }, '$.b', 'this property'],
    [{ oneOf: [{ type: 'null' }, { type: 'string' }] }, 1, '$', 'one of the alternatives of anyOf'],
    [{ prefixItems: [{ type: 'string' }], items: { type: 'integer' } }, ['a', 'b'], '$[1]', 'INTEGER'],
    [{ additionalProperties: { type: 'integer' } }, { a: 'x' }, '$.a', 'INTEGER'],
    [{ properties: { a: { minLength: 2 } } }, { a: 'x' }, '$.a', 'at least 2 characters'],
    [{ type: 'INTEGER', maximum: 3, exclusiveMaximum: 3 }, 3, '$', 'less than 3'],
    [
      { type: 'OBJECT', min_items: null, any_of: [{ type: 'OBJECT', required: ['ab'] }] },
      {},
      '$.ab',
      'this property',
    ],
  ])('%j is not met by %j', (schema, answer, path, expected) => {
    expect(compileAnswerCheck(schema)(answer)).toEqual({ path, expected });
  });

  test.each<[object, unknown]>([
    [LIST, { value: null, next: { value: 2 } }],
    [{ enum: [1, { a: [2] }] }, { a: [2] }],
    [{ type: 'INTEGER', enum: ['1', '2'] }, 2],
    [{ type: 'STRING', nullable: null, enum: [], pattern: null, required: null, properties: null }, 'any'],
    [{ type: 'a type of tomorrow' }, 1],
    [{ $ref: 'https://elsewhere.example/schema' }, 1],
    [{ $ref: '#' }, 1],
    [{ properties: { a: { type: 'string' } } }, 'no object'],
    [{ patternProperties: { '^a': {} }, additionalProperties: false }, { ab: 1 }],
    [{ items: [{ type: 'string' }] }, ['a', 1]],
    [{ type: 'string', format: 'date-time' }, 'today'],
    [{ not: {} }, 1],
  ])('%j is met by %j', (schema, answer) => {
    expect(compileAnswerCheck(schema)(answer)).toBeUndefined();
  });
});

const name = fc.constantFrom('ab', 'cd', 'a b');
const { schema: anySchema } = fc.letrec<{ schema: ResponseSchema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.record(
      {
        type: fc.constant('STRING' as const),
        minLength: fc.nat(3),
        maxLength: fc.nat(3),
        nullable: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.constant<ResponseSchema>({ type: 'STRING', enum: ['ab', 'cd'] }),
    fc.record(
      {
        type: fc.constantFrom('NUMBER' as const, 'INTEGER' as const),
        minimum: fc.nat(3),
        maximum: fc.nat(3),
      },
      { requiredKeys: ['type'] },
    ),
    fc.constant<ResponseSchema>({ type: 'BOOLEAN', nullable: true }),
    fc.record(
      { type: fc.constant('ARRAY' as const), items: tie('schema'), minItems: fc.nat(2), maxItems: fc.nat(3) },
      { requiredKeys: ['type', 'items'] },
    ),
    fc
      .dictionary(name, tie('schema'), { minKeys: 1, maxKeys: 3 })
      .chain((properties) =>
        fc
          .subarray(Object.keys(properties))
          .map((required) => ({ type: 'OBJECT' as const, properties: { ...properties }, required })),
      ),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 2, maxLength: 3 }) }),
  ),
}));
const anyAnswer = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.constantFrom<unknown>('ab', 'cd', '', 'é', null, true, 1.5),
    fc.nat(4),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }).map((object) => ({ ...object })),
  ),
})).value;

test('agrees with a validator of JSON Schema, in both kinds of schema', () => {
  let right = 0;
  fc.assert(
    fc.property(anySchema, anyAnswer, (schema, answer) => {
      const inJson = asJsonSchema(schema);
      const expected = z.fromJSONSchema(inJson as never).safeParse(answer).success;
      if (expected) right += 1;
      expect(compileAnswerCheck(schema)(answer) === undefined).toBe(expected);
      expect(compileAnswerCheck(inJson)(answer) === undefined).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
  expect(right).toBeGreaterThan(100);
});

function asJsonSchema({ type, nullable, properties, items, anyOf, ...rest }: ResponseSchema): object {
  const schema = {
    ...rest,
    ...(type && { type: type.toLowerCase() }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, asJsonSchema(value)]),
      ),
    }),
    ...(items && { items: asJsonSchema(items) }),
    ...(anyOf && { anyOf: anyOf.map(asJsonSchema) }),
  };
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}
