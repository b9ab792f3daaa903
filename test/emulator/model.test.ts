import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/emulator/messages/messages.ts';
import type { GenerateRequest } from '../../src/emulator/messages/request.ts';
import { answer, type Forced } from '../../src/emulator/model/model.ts';
import { textTokens } from '../../src/emulator/model/tokens.ts';

const MODEL = { id: 'gemini-test', thinking: 'none' } as const;
const THINKER = { id: 'gemini-test', thinking: 'high' } as const;

const ask = (
  text: string,
  rest: Partial<GenerateRequest> = {},
  model: typeof MODEL | typeof THINKER = MODEL,
  forced: Forced = {},
) =>
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as a foreign client would.
  answer({ contents: [{ role: 'user', parts: [{ text }] }], ...rest }, model, 'seed', forced) as any;
const textOf = (response: ReturnType<typeof ask>): string => response.candidates[0].content.parts.at(-1).text;
const json = (text: string, responseJsonSchema: Json) =>
  JSON.parse(
    textOf(ask(text, { generationConfig: { responseMimeType: 'application/json', responseJsonSchema } })),
  );

const REVIEWS = {
  good: 'Review: I love this kettle. It is fast, quiet and beautiful.',
  bad: 'Review: The kettle leaks. It broke after a week, and I want a refund.',
  plain: 'Review: It is a kettle.',
};

describe('a choice makes sense', () => {
  const sentiment = (text: string) =>
    json(text, { type: 'string', enum: ['positive', 'negative', 'neutral'] });

  test('by mood', () => {
    expect(sentiment(REVIEWS.good)).toBe('positive');
    expect(sentiment(REVIEWS.bad)).toBe('negative');
    expect(sentiment(REVIEWS.plain)).toBe('neutral');
    expect(sentiment('Review: This is not good, and I do not recommend it.')).toBe('negative');
    expect(sentiment('レビュー: 最高です。とても便利。')).toBe('positive');
  });

  test('by topic', () => {
    const topic = (text: string) => json(text, { type: 'string', enum: ['shipping', 'billing', 'quality'] });
    expect(topic('Ticket: The parcel has not arrived.')).toBe('shipping');
    expect(topic('Ticket: I was charged twice on my invoice.')).toBe('billing');
    expect(topic('Ticket: The lid is made of flimsy material and has a crack.')).toBe('quality');
  });

  test('in plain words, where the prompt offers some', () => {
    const prompt =
      'Classify the review as positive, negative or neutral.\n\nReview: The kettle leaks and broke.';
    expect(textOf(ask(prompt))).toBe('negative');
  });

  test('in text/x.enum', () => {
    const generationConfig = {
      responseMimeType: 'text/x.enum',
      responseSchema: { type: 'STRING', enum: ['positive', 'negative'] },
    };
    expect(textOf(ask(REVIEWS.good, { generationConfig }))).toBe('positive');
  });

  test('a score goes with the mood', () => {
    const score = (text: string) =>
      json(text, { type: 'object', properties: { score: { type: 'integer', minimum: 1, maximum: 5 } } })
        .score;
    expect(score(REVIEWS.good)).toBe(5);
    expect(score(REVIEWS.bad)).toBe(1);
    expect(score(REVIEWS.plain)).toBe(3);
  });
});

describe('a schema is kept', () => {
  test('types, bounds, formats, nesting and order', () => {
    for (const text of Object.values(REVIEWS)) {
      const value = json(text, {
        type: 'object',
        properties: {
          when: { type: 'string', format: 'date' },
          at: { type: 'string', format: 'date-time' },
          weight: { type: 'number', minimum: 2.5, maximum: 2.75 },
          level: { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 },
          again: { type: 'boolean' },
          short: { type: 'string', maxLength: 4 },
          long: { type: 'string', minLength: 300 },
          version: { const: 2 },
          parts: {
            type: 'array',
            minItems: 2,
            maxItems: 3,
            items: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
          },
          choice: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
          link: { $ref: '#/$defs/link' },
        },
        $defs: { link: { type: 'string', format: 'uri' } },
      });
      expect(Object.keys(value)).toEqual(
        'when at weight level again short long version parts choice link'.split(' '),
      );
      expect(value.when).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(new Date(value.at).toISOString()).toContain(value.at.slice(0, 19));
      expect(value.weight).toBeGreaterThanOrEqual(2.5);
      expect(value.weight).toBeLessThanOrEqual(2.75);
      expect(value.level).toBe(4);
      expect(typeof value.again).toBe('boolean');
      expect(value.short.length).toBeLessThanOrEqual(4);
      expect(value.long.length).toBeGreaterThanOrEqual(300);
      expect(value.version).toBe(2);
      expect(value.parts.length).toBeGreaterThanOrEqual(2);
      expect(value.parts.every(({ name }: { name: unknown }) => typeof name === 'string')).toBe(true);
      expect(Number.isInteger(value.choice)).toBe(true);
      expect(value.link).toMatch(/^https:\/\//);
    }
  });

  test("Google's own dialect, with propertyOrdering", () => {
    const generationConfig = {
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        properties: { a: { type: 'STRING' }, b: { type: 'INTEGER' }, c: { type: 'BOOLEAN' } },
        propertyOrdering: ['c', 'a', 'b'],
      },
    };
    expect(Object.keys(JSON.parse(textOf(ask('x', { generationConfig }))))).toEqual(['c', 'a', 'b']);
  });

  test('null now and then where it may be, and never where it may not', () => {
    const property = (schema: Json) =>
      Array.from(
        { length: 200 },
        (_, n) => json(`Item ${n}`, { type: 'object', properties: { size: schema } }).size,
      );
    expect(property({ type: ['integer', 'null'] })).toContain(null);
    expect(property({ type: 'integer' })).not.toContain(null);
  });

  test('a schema that refers to itself comes to an end', () => {
    const tree = { type: 'object', properties: { name: { type: 'string' }, child: { $ref: '#' } } };
    expect(json('A tree.', tree)).toHaveProperty('child.name');
  });
});

describe('tokens', () => {
  test('characters are counted by their script', () => {
    expect(textTokens('abcdefgh')).toBe(2);
    expect(textTokens('日本語の文章です')).toBe(5);
    expect(textTokens('')).toBe(0);
  });

  test('thoughts are counted, and can eat the whole budget', () => {
    const thought = ask(REVIEWS.good, {}, THINKER);
    expect(thought.usageMetadata.thoughtsTokenCount).toBeGreaterThan(0);
    const starved = ask(REVIEWS.good, { generationConfig: { maxOutputTokens: 50 } }, THINKER);
    expect(starved.candidates[0]).toMatchObject({ finishReason: 'MAX_TOKENS', content: { role: 'model' } });
    expect(starved.candidates[0].content).not.toHaveProperty('parts');
    expect(starved.usageMetadata).toMatchObject({ thoughtsTokenCount: 50 });
    expect(starved.usageMetadata).not.toHaveProperty('candidatesTokenCount');
  });

  test('an answer is cut at maxOutputTokens', () => {
    const cut = ask(REVIEWS.bad, { generationConfig: { maxOutputTokens: 5 } });
    expect(cut.candidates[0].finishReason).toBe('MAX_TOKENS');
    expect(cut.usageMetadata.candidatesTokenCount).toBeLessThanOrEqual(5);
    expect(textOf(ask(REVIEWS.bad)).startsWith(textOf(cut))).toBe(true);
  });

  test('a budget of none switches thinking off', () => {
    const none = ask(REVIEWS.good, { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, THINKER);
    expect(none.usageMetadata).not.toHaveProperty('thoughtsTokenCount');
  });
});

describe('a request is followed', () => {
  test('candidates, stop sequences, thoughts', () => {
    expect(ask('x', { generationConfig: { candidateCount: 3 } }).candidates).toHaveLength(3);
    const whole = textOf(ask(REVIEWS.bad));
    expect(textOf(ask(REVIEWS.bad, { generationConfig: { stopSequences: ['kettle'] } }))).toBe(
      whole.split('kettle')[0],
    );
    const shown = ask('x', { generationConfig: { thinkingConfig: { includeThoughts: true } } }, THINKER);
    expect(shown.candidates[0].content.parts[0]).toMatchObject({ thought: true });
  });

  test('a demanded function is called, of those that are allowed', () => {
    const declare = (name: string) => ({
      name,
      parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } },
    });
    const called = ask('Weather in Paris', {
      tools: [{ functionDeclarations: [declare('weather'), declare('news')] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['news'] } },
    });
    expect(called.candidates[0].content.parts).toEqual([
      { functionCall: { name: 'news', args: { city: expect.any(String) } } },
    ]);
  });

  test('the same prompt has the same answer, another seed another', () => {
    expect(ask(REVIEWS.good)).toEqual(ask(REVIEWS.good));
    const schema = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } };
    const generationConfig = { responseMimeType: 'application/json', responseJsonSchema: schema };
    const request = { contents: [{ role: 'user', parts: [{ text: 'x' }] }], generationConfig };
    expect(answer(request, MODEL, 'one')).not.toEqual(answer(request, MODEL, 'two'));
  });
});
