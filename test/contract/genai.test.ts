import { createRequire } from 'node:module';
import { ApiError, FunctionCallingConfigMode, GoogleGenAI, JobState, Type } from '@google/genai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKET, row, serveVertex } from '../support/vertex-emulator.ts';

// The client wants the google-auth-library that it depends on.
const fromGenai = createRequire(createRequire(import.meta.url).resolve('@google/genai'));
const { OAuth2Client } = fromGenai('google-auth-library') as typeof import('google-auth-library');

/** Google's own SDK drives the emulator over a socket. */
let vertex: Awaited<ReturnType<typeof serveVertex>>;
let ai: GoogleGenAI;

const MODEL = 'gemini-3.5-flash-lite';
const HOUR = 3_600_000;

beforeAll(async () => {
  vertex = await serveVertex();
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'anyone', expiry_date: Date.parse('2100-01-01') });
  ai = new GoogleGenAI({
    vertexai: true,
    project: 'emulated-project',
    location: 'us-central1',
    // biome-ignore lint/suspicious/noExplicitAny: two copies of the auth library have two private classes.
    googleAuthOptions: { authClient: authClient as any, projectId: 'emulated-project' },
    httpOptions: { baseUrl: vertex.url },
  });
});

afterAll(() => vertex.close());

const createBatch = async (displayName: string) => {
  await vertex.put('genai.jsonl', [row('a', 'Say hello.'), row('b', 'Say goodbye.')]);
  return await ai.batches.create({
    model: MODEL,
    src: `gs://${BUCKET}/genai.jsonl`,
    config: { displayName, dest: `gs://${BUCKET}/genai-out` },
  });
};

describe('batches', () => {
  test('a batch goes from pending to succeeded, and its rows can be read', async () => {
    const created = await createBatch('to-the-end');
    expect(created.state).toBe(JobState.JOB_STATE_PENDING);
    vertex.clock.advance(HOUR);
    const done = await ai.batches.get({ name: created.name! });
    expect(done.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(done.completionStats).toMatchObject({ successfulCount: '2' });
    expect(done.src).toMatchObject({ format: 'jsonl', gcsUri: [`gs://${BUCKET}/genai.jsonl`] });
    const rows = await vertex.rows({ outputInfo: done.outputInfo });
    expect(rows.map(({ key }) => key).sort()).toEqual(['a', 'b']);
  });

  test('a batch is found in the list', async () => {
    const created = await createBatch('to-be-found');
    const found: (string | undefined)[] = [];
    for await (const job of await ai.batches.list({
      config: { pageSize: 1, filter: 'display_name="to-be-found"' },
    })) {
      found.push(job.name);
    }
    expect(found).toEqual([created.name]);
  });

  test('a batch is cancelled, and deleted once it has ended', async () => {
    const { name } = await createBatch('to-be-cancelled');
    await ai.batches.cancel({ name: name! });
    expect((await ai.batches.get({ name: name! })).state).toBe(JobState.JOB_STATE_CANCELLING);
    await expect(ai.batches.delete({ name: name! })).rejects.toThrow('FAILED_PRECONDITION');
    vertex.clock.advance(HOUR);
    expect((await ai.batches.get({ name: name! })).state).toBe(JobState.JOB_STATE_CANCELLED);
    expect((await ai.batches.delete({ name: name! })).done).toBe(true);
    await expect(ai.batches.get({ name: name! })).rejects.toMatchObject({ status: 404 });
  });

  test('an unknown model is an ApiError 404', async () => {
    const failed = ai.batches.create({ model: 'gemini-9-pro', src: `gs://${BUCKET}/genai.jsonl` });
    await expect(failed).rejects.toBeInstanceOf(ApiError);
    await expect(failed).rejects.toMatchObject({ status: 404 });
  });
});

describe('models', () => {
  const review = { model: MODEL, contents: 'Review: I love this kettle, it works great.' };

  test('a structured answer keeps its schema', async () => {
    const answer = await ai.models.generateContent({
      ...review,
      config: {
        responseMimeType: 'application/json',
        responseSchema: {
          type: Type.OBJECT,
          properties: {
            sentiment: { type: Type.STRING, enum: ['positive', 'negative'] },
            score: { type: Type.INTEGER, minimum: 1, maximum: 5 },
          },
          required: ['sentiment', 'score'],
        },
      },
    });
    expect(JSON.parse(answer.text!)).toEqual({ sentiment: 'positive', score: expect.any(Number) });
    expect(answer.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('countTokens says what the answer will count', async () => {
    const { totalTokens } = await ai.models.countTokens(review);
    const { usageMetadata } = await ai.models.generateContent(review);
    expect(totalTokens).toBe(usageMetadata?.promptTokenCount);
  });

  test('a demanded function call comes with arguments', async () => {
    const answer = await ai.models.generateContent({
      ...review,
      config: {
        tools: [
          {
            functionDeclarations: [
              {
                name: 'rate',
                parameters: { type: Type.OBJECT, properties: { stars: { type: Type.INTEGER } } },
              },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } },
      },
    });
    expect(answer.functionCalls).toEqual([{ name: 'rate', args: { stars: expect.any(Number) } }]);
  });

  test('a retired model is gone', async () => {
    const failed = ai.models.generateContent({ ...review, model: 'gemini-2.5-flash' });
    await expect(failed).rejects.toMatchObject({ status: 404 });
  });
});
