import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FINISH_REASONS } from '../../src/batch/finish-reasons.ts';
import { OUTCOMES } from '../../src/batch/outcomes.ts';
import { classifyRow } from '../../src/batch/result-row.ts';
import { isRetriable, parseStatus } from '../../src/batch/row-status.ts';

const answered = (finishReason: string | undefined, text: string | undefined, usage: object = {}) => ({
  key: 'r-000001',
  status: '',
  response: {
    candidates: [{ content: text === undefined ? {} : { role: 'model', parts: [{ text }] }, finishReason }],
    usageMetadata: usage,
  },
});
const failed = (status: unknown) => ({ key: 'r-000002', status, response: {} });
const googleError = (reason: string, code: number, status: string, message = 'No.') =>
  `${reason}: ${JSON.stringify({ error: { code, message, status } })}`;

describe('a row is', () => {
  test('ok when it stopped by itself and has text', () => {
    const row = classifyRow(
      answered('STOP', 'Leaks.', {
        promptTokenCount: 31,
        candidatesTokenCount: 14,
        thoughtsTokenCount: 20,
        cachedContentTokenCount: 8,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 21 },
          { modality: 'AUDIO', tokenCount: 10 },
        ],
      }),
    );
    expect(row).toEqual({
      outcome: 'ok',
      finishReason: 'STOP',
      text: 'Leaks.',
      usage: {
        promptTokens: 31,
        cachedTokens: 8,
        candidateTokens: 14,
        thoughtTokens: 20,
        toolPromptTokens: 0,
        promptByModality: { TEXT: 21, AUDIO: 10 },
      },
    });
  });

  test('ok when it answers with a function call or a picture', () => {
    for (const part of [
      { functionCall: { name: 'f' } },
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
    ]) {
      const row = {
        status: '',
        response: { candidates: [{ content: { parts: [part] }, finishReason: 'STOP' }] },
      };
      expect(classifyRow(row, { wantsJson: true })).toMatchObject({ outcome: 'ok' });
    }
  });

  test('read without the thoughts and the nulls that Vertex AI fills in', () => {
    const parts = [{ text: 'Hmm.', thought: true }, null, { text: 'Lea', fileData: null }, { text: 'ks.' }];
    const row = { status: null, response: { candidates: [{ content: { parts }, finishReason: 'STOP' }] } };
    expect(classifyRow(row)).toMatchObject({ outcome: 'ok', text: 'Leaks.' });
  });

  test('truncated at the output limit, and starved where only thoughts came', () => {
    expect(classifyRow(answered('MAX_TOKENS', 'Half an'))).toMatchObject({
      outcome: 'truncated',
      text: 'Half an',
    });
    expect(classifyRow(answered('MAX_TOKENS', 'Half an', { thoughtsTokenCount: 5 }))).not.toHaveProperty(
      'starved',
    );
    expect(classifyRow(answered('MAX_TOKENS', undefined, { thoughtsTokenCount: 400 }))).toMatchObject({
      outcome: 'truncated',
      starved: true,
    });
    expect(classifyRow(answered('CONTINUATION', 'Part one')).outcome).toBe('truncated');
    expect(classifyRow(answered(undefined, 'No end')).outcome).toBe('truncated');
  });

  test('blocked by the prompt or by the answer', () => {
    const prompt = { status: '', response: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } };
    expect(classifyRow(prompt)).toMatchObject({ outcome: 'blocked', blockReason: 'PROHIBITED_CONTENT' });
    for (const reason of ['SAFETY', 'RECITATION', 'SPII', 'IMAGE_SAFETY'])
      expect(classifyRow(answered(reason, 'partial'))).toMatchObject({
        outcome: 'blocked',
        finishReason: reason,
      });
  });

  test('empty when nothing came', () => {
    for (const row of [
      answered('STOP', undefined),
      answered('STOP', ' \n'),
      answered('OTHER', undefined),
      failed(''),
      {},
    ])
      expect(classifyRow(row).outcome).toBe('empty');
  });

  test('never ok unless it stopped by itself', () => {
    for (const reason of [...FINISH_REASONS, 'SOMETHING_NEW', 'toString'])
      expect(classifyRow(answered(reason, 'text')).outcome === 'ok', reason).toBe(reason === 'STOP');
  });

  test('invalid_json only where JSON was asked for', () => {
    expect(classifyRow(answered('STOP', '{"score":1'), { wantsJson: true }).outcome).toBe('invalid_json');
    expect(classifyRow(answered('STOP', '{"score":1')).outcome).toBe('ok');
    expect(classifyRow(answered('STOP', '{"score":1}'), { wantsJson: true })).toMatchObject({
      outcome: 'ok',
      json: { score: 1 },
    });
  });

  test('in error where its status says so, also under a job that succeeded', () => {
    const status = googleError(
      'Bad Request',
      400,
      'INVALID_ARGUMENT',
      'Please use a valid role: user, model.',
    );
    expect(classifyRow(failed(status))).toMatchObject({
      outcome: 'error_permanent',
      error: { code: 400, status: 'INVALID_ARGUMENT', message: 'Please use a valid role: user, model.' },
    });
    expect(classifyRow(failed(googleError('Too Many Requests', 429, 'RESOURCE_EXHAUSTED'))).outcome).toBe(
      'error_retriable',
    );
  });
});

describe('a status', () => {
  test.each<[unknown, object | undefined]>([
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    ['  ', undefined],
    [{}, undefined],
    ['Service Unavailable', { code: 503, message: 'Service Unavailable' }],
    [
      'Too Many Requests: {"error": {"code": 4',
      { code: 429, message: 'Too Many Requests: {"error": {"code": 4' },
    ],
    [
      '{"error":{"code":500,"message":"Boom","status":"INTERNAL"}}',
      { code: 500, status: 'INTERNAL', message: 'Boom' },
    ],
    [
      { code: 8, message: 'Quota' },
      { code: 429, message: 'Quota' },
    ],
    ['Row was cancelled', { message: 'Row was cancelled' }],
  ])('%j means %j', (status, error) => {
    expect(parseStatus(status)).toEqual(error);
  });

  test.each<[string, boolean]>([
    [googleError('Too Many Requests', 429, 'RESOURCE_EXHAUSTED'), true],
    [googleError('Internal Server Error', 500, 'INTERNAL'), true],
    [googleError('Service Unavailable', 503, 'UNAVAILABLE'), true],
    [googleError('Client Closed Request', 499, 'CANCELLED'), true],
    [googleError('Conflict', 409, 'ABORTED'), true],
    [googleError('Not Implemented', 501, 'UNIMPLEMENTED'), false],
    [googleError('Bad Request', 400, 'INVALID_ARGUMENT'), false],
    [googleError('Not Found', 404, 'NOT_FOUND'), false],
    [
      googleError(
        'Bad Request',
        400,
        'FAILED_PRECONDITION',
        'Service agents are being provisioned (https://…).',
      ),
      true,
    ],
    ['Deadline passed', true],
    ['Nobody knows', false],
  ])('%s can pass by itself: %s', (status, retriable) => {
    expect(isRetriable(parseStatus(status)!)).toBe(retriable);
  });

  test('never throws, and is an error wherever text is left', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const error = parseStatus(text);
        if (text.trim() === '') expect(error).toBeUndefined();
        expect(classifyRow(failed(text)).outcome.startsWith('error_')).toBe(error !== undefined);
      }),
    );
    fc.assert(
      fc.property(
        fc.string(),
        fc.jsonValue(),
        (reason, json) => void parseStatus(`${reason}{${JSON.stringify(json)}`),
      ),
    );
  });
});

describe('whatever a line holds', () => {
  const member = fc.oneof(fc.jsonValue(), fc.constantFrom('STOP', 'SAFETY', '', null, 'TEXT', 429, '12'));
  const line = fc.record(
    {
      status: fc.oneof(member, fc.constant('')),
      response: fc.oneof(
        member,
        fc.record(
          {
            candidates: fc.oneof(
              member,
              fc.array(
                fc.record(
                  {
                    finishReason: member,
                    content: fc.oneof(
                      member,
                      fc.record({ parts: fc.oneof(member, fc.array(fc.record({ text: member }))) }),
                    ),
                  },
                  { requiredKeys: [] },
                ),
              ),
            ),
            promptFeedback: fc.oneof(member, fc.record({ blockReason: member })),
            usageMetadata: fc.oneof(
              member,
              fc.record({
                promptTokenCount: member,
                promptTokensDetails: fc.array(fc.record({ modality: member, tokenCount: member })),
              }),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  );

  test('it ends in exactly one known outcome, with token counts that can be added up', () => {
    fc.assert(
      fc.property(fc.oneof(line, fc.jsonValue()), fc.boolean(), (value, wantsJson) => {
        const { outcome, usage } = classifyRow(value, { wantsJson });
        expect(OUTCOMES).toContain(outcome);
        for (const count of [
          usage.promptTokens,
          usage.cachedTokens,
          usage.candidateTokens,
          usage.thoughtTokens,
        ])
          expect(Number.isSafeInteger(count) || count > 2 ** 53).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
