import { describe, expect, test } from 'vitest';
import { mediaTokens } from '../../src/batch/media-tokens.ts';
import { countTokens } from '../../src/batch/tokens.ts';
import { requestTokens } from '../../src/batch/tokens-request.ts';

const MODEL = 'gemini-3.8-flash';
const user = (...parts: object[]) => ({ contents: [{ role: 'user', parts }] });
const input = (request: Record<string, unknown>, model = MODEL) => requestTokens(request, model).input;

describe('text', () => {
  const text = 'Grade this review: the kettle leaks.';

  test('of contents and of the system instruction counts alike', () => {
    const alone = requestTokens(user({ text }), MODEL).total;
    expect(alone).toEqual(countTokens(text));
    const both = requestTokens({ ...user({ text }), systemInstruction: { parts: [{ text }] } }, MODEL);
    expect(both.total.likely).toBeCloseTo(2 * alone.likely);
  });

  test('snake_case is read too', () => {
    const camel = { ...user({ text }), systemInstruction: { parts: [{ text }] } };
    const snake = { contents: camel.contents, system_instruction: camel.systemInstruction };
    expect(requestTokens(snake, MODEL)).toEqual(requestTokens(camel, MODEL));
  });

  test('function declarations and the response schema are part of the prompt', () => {
    const tools = [
      {
        functionDeclarations: [
          {
            name: 'grade',
            description: 'Grades a review.',
            parameters: {
              type: 'OBJECT',
              properties: { score: { type: 'INTEGER', description: 'From 1 to 5.' } },
            },
          },
        ],
      },
    ];
    const generationConfig = {
      responseSchema: { type: 'OBJECT', properties: { verdict: { type: 'STRING' } } },
    };
    const base = requestTokens(user({ text }), MODEL).total;
    const names = (words: string[]) => words.reduce((sum, word) => sum + countTokens(word).likely, 0);
    const withTools = requestTokens({ ...user({ text }), tools }, MODEL).total;
    expect(withTools.likely - base.likely).toBeCloseTo(
      names(['grade', 'Grades a review.', 'score', 'From 1 to 5.']),
    );
    const withSchema = requestTokens({ ...user({ text }), generationConfig }, MODEL).total;
    expect(withSchema.likely - base.likely).toBeCloseTo(names(['verdict']));
  });

  test('inline text files and function responses are counted as text', () => {
    const data = Buffer.from('a,b\n1,2\n').toString('base64');
    expect(input(user({ inlineData: { mimeType: 'text/csv', data } })).text).toEqual(
      countTokens('a,b\n1,2\n'),
    );
    const called = input(user({ functionResponse: { name: 'grade', response: { verdict: 'bad' } } }));
    expect(called.text!.likely).toBeGreaterThan(countTokens('bad').likely);
  });

  test('what is malformed counts as nothing, and other formats by their text', () => {
    expect(requestTokens({ contents: 'no', tools: 7 }, MODEL).total.likely).toBe(0);
    const claude = requestTokens({ messages: [{ role: 'user', content: text }] }, 'claude-opus-5');
    expect(claude.total.likely).toBeGreaterThanOrEqual(countTokens(text).likely);
    const embedding = requestTokens({ content: { parts: [{ text }] } }, 'gemini-embedding-001');
    expect(embedding.total).toEqual(countTokens(text));
  });
});

describe('media, by the documented rules', () => {
  const picture = { fileData: { fileUri: 'gs://b/7.jpg', mimeType: 'image/jpeg' } };

  test.each([
    [undefined, 1_120],
    ['MEDIA_RESOLUTION_LOW', 280],
    ['MEDIA_RESOLUTION_MEDIUM', 560],
    ['MEDIA_RESOLUTION_HIGH', 1_120],
  ])('a picture at %s is %i tokens since Gemini 3', (mediaResolution, tokens) => {
    const request = { ...user(picture), generationConfig: { mediaResolution } };
    expect(input(request).image!.likely).toBe(tokens);
  });

  test('a part’s own resolution wins', () => {
    const part = { ...picture, mediaResolution: { level: 'MEDIA_RESOLUTION_ULTRA_HIGH' } };
    const request = { ...user(part), generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' } };
    expect(input(request).image!.likely).toBe(2_240);
  });

  test('Gemini 2 counts tiles, of which the number is not known', () => {
    const { input: tokens, guessed } = requestTokens(user(picture), 'gemini-2.5-flash-image');
    expect(tokens.image!.low).toBe(258);
    expect(tokens.image!.high).toBeGreaterThan(4 * 258);
    expect(guessed).toEqual(['size of pictures']);
  });

  test('a video with offsets is 70 tokens a second and its sound 32', () => {
    const video = {
      fileData: { fileUri: 'gs://b/v.mp4', mimeType: 'video/mp4' },
      videoMetadata: { startOffset: '30s', endOffset: '90s' },
    };
    const { input: tokens, guessed } = requestTokens(user(video), MODEL);
    expect(tokens.video).toEqual({ low: 4_200, likely: 4_200, high: 4_200 });
    expect(tokens.audio!.likely).toBe(60 * 32);
    expect(guessed).toEqual([]);
  });

  test('sound and pages of unseen files are a wide range, and said to be guessed', () => {
    const sound = requestTokens(
      user({ fileData: { fileUri: 'gs://b/a.mp3', mimeType: 'audio/mpeg' } }),
      MODEL,
    );
    expect(sound.guessed).toEqual(['length of audio']);
    expect(sound.input.audio!.high / sound.input.audio!.low).toBeGreaterThan(10);
    const pages = requestTokens(
      user({ fileData: { fileUri: 'gs://b/d.pdf', mimeType: 'application/pdf' } }),
      MODEL,
    );
    expect(pages.guessed).toEqual(['pages of documents']);
    expect(pages.input.image!.low).toBe(560);
  });

  test('inline data says its size, and so something of its length', () => {
    const seconds = 60;
    const { tokens } = mediaTokens({ mimeType: 'audio/wav', bytes: 32_000 * seconds }, MODEL);
    expect(tokens.audio!.likely).toBe(seconds * 32);
    expect(tokens.audio!.low).toBeLessThan(seconds * 32);
  });
});
