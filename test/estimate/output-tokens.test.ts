import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { modelById } from '../../src/batch/catalogue.ts';
import { countTokens } from '../../src/batch/tokens.ts';
import { outputTokens } from '../../src/batch/tokens-output.ts';
import { schemaTokens } from '../../src/batch/tokens-schema.ts';

const FLASH = modelById('gemini-3.8-flash');
const LITE = modelById('gemini-3.5-flash-lite');
const config = (generationConfig: object) => ({ contents: [], generationConfig });

describe('a schema', () => {
  test('with fixed values is counted, not guessed', () => {
    const schema = {
      type: 'OBJECT',
      properties: { mood: { type: 'STRING', enum: ['happy', 'sad'] }, spam: { type: 'BOOLEAN' } },
      required: ['mood', 'spam'],
    };
    const { low, likely } = schemaTokens(schema);
    const written = countTokens('{"mood":"happy","spam":true}').likely;
    expect(likely).toBeGreaterThan(written * 0.7);
    expect(likely).toBeLessThan(written * 1.5);
    expect(low).toBeGreaterThan(written * 0.6);
  });

  test.each([
    ['a free text is a range', { type: 'STRING' }, 3, 100],
    ['a short text is short', { type: 'STRING', maxLength: '8' }, 1, 15],
    ['a grade is one digit', { type: 'INTEGER', minimum: 1, maximum: 5 }, 1, 2],
    ['a day has ten digits and signs', { type: 'string', format: 'date' }, 10, 14],
    [
      'a list has as many as it must',
      { type: 'ARRAY', minItems: '4', maxItems: 4, items: { type: 'BOOLEAN' } },
      9,
      13,
    ],
    ['null is a token', { type: ['string', 'null'], enum: ['a long choice of words', null] }, 1, 12],
    ['either is between both', { anyOf: [{ type: 'BOOLEAN' }, { type: 'STRING', format: 'date' }] }, 1, 14],
  ])('%s', (_, schema, low, high) => {
    const tokens = schemaTokens(schema);
    expect(tokens.low).toBeGreaterThanOrEqual(low);
    expect(tokens.high).toBeLessThanOrEqual(high * 1.4);
  });

  test('what is not required may be missing', () => {
    const properties = { why: { type: 'STRING' } };
    expect(schemaTokens({ type: 'OBJECT', properties }).low).toBe(1);
    expect(schemaTokens({ type: 'OBJECT', properties, required: ['why'] }).low).toBeGreaterThan(4);
  });

  test('$ref is followed, and recursion ends', () => {
    const node = {
      type: 'object',
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
    };
    const tokens = schemaTokens({ $ref: '#/$defs/node', $defs: { node } });
    expect(tokens.likely).toBeGreaterThan(20);
    expect(Number.isFinite(tokens.high)).toBe(true);
  });

  test('any JSON as a schema gives a range in order', () => {
    const name = fc.constantFrom(
      'type',
      'properties',
      'items',
      'enum',
      'anyOf',
      'required',
      'maxLength',
      'minItems',
      '$ref',
      'a',
    );
    const schema = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('STRING', 'array', 'object', 3, null, true),
        tie('object'),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
      object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    })).object;
    fc.assert(
      fc.property(schema, (given) => {
        const { low, likely, high } = schemaTokens(given);
        expect(low).toBeLessThanOrEqual(likely + 1e-9);
        expect(likely).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });
});

describe('an answer', () => {
  test('without a schema is a guess, and a limit limits it', () => {
    expect(outputTokens(config({}), LITE)).toMatchObject({
      basis: 'text',
      answer: { likely: 200 },
      most: 65_536,
    });
    expect(outputTokens(config({ maxOutputTokens: '50' }), LITE).most).toBe(50);
    expect(outputTokens(config({ responseMimeType: 'application/json' }), LITE).basis).toBe('json');
  });

  test('is what a person says, or better, what a run really had', () => {
    expect(outputTokens(config({}), LITE, { outputTokens: 40 })).toMatchObject({
      basis: 'asked',
      answer: { low: 32, likely: 40, high: 50 },
    });
    const observed = { rows: 400, candidateTokens: 90, thoughtTokens: 310 };
    const known = outputTokens(config({}), FLASH, { observed, outputTokens: 40 });
    expect(known).toMatchObject({
      basis: 'observed',
      answer: { likely: 90 },
      thinking: { tokens: { likely: 310 } },
    });
    const few = outputTokens(config({}), FLASH, { observed: { ...observed, rows: 2 } });
    expect(few.answer.high).toBeGreaterThan(known.answer.high);
  });

  test('comes as often as candidates are asked for', () => {
    expect(outputTokens(config({ candidateCount: 3 }), LITE).answer.likely).toBe(600);
  });

  test('is one picture of a picture model, and nothing of an embedding model', () => {
    expect(outputTokens(config({}), modelById('gemini-3.1-flash-image')).picture.likely).toBe(1_120);
    expect(outputTokens(config({}), modelById('gemini-2.5-flash-image')).picture.likely).toBe(1_290);
    const words = outputTokens(config({ responseModalities: ['TEXT'] }), modelById('gemini-3-pro-image'));
    expect(words.picture.high).toBe(0);
    const vectors = outputTokens({ content: {} }, modelById('gemini-embedding-001'));
    expect([vectors.answer.high, vectors.thinking.tokens.high, vectors.basis]).toEqual([0, 0, 'none']);
  });
});

describe('thinking', () => {
  const level = (thinkingConfig: object | undefined, model = FLASH) =>
    outputTokens(config({ thinkingConfig }), model).thinking;

  test('is at the level of the row, else of the model, else assumed', () => {
    expect(level(undefined)).toMatchObject({ level: 'MEDIUM', by: 'model' });
    expect(level(undefined, LITE)).toMatchObject({ level: 'MINIMAL', by: 'model' });
    expect(level({ thinkingLevel: 'LOW' })).toMatchObject({ level: 'LOW', by: 'request' });
    expect(level(undefined, modelById('gemini-4-argon'))).toMatchObject({ level: 'MEDIUM', by: 'assumed' });
  });

  test('keeps a budget where the model takes one', () => {
    expect(level({ thinkingBudget: 0 }).tokens.high).toBe(0);
    expect(level({ thinkingBudget: 100 }).tokens).toEqual({ low: 100, likely: 100, high: 100 });
    expect(level({ thinkingBudget: -1 })).toMatchObject({ level: 'MEDIUM' });
    expect(level({ thinkingBudget: 0 }, modelById('gemini-4-argon')).tokens.likely).toBeGreaterThan(0);
  });

  test('of a tuned model is not known', () => {
    expect(outputTokens(config({}), undefined).thinking.level).toBeUndefined();
  });
});
