import { describe, expect, it } from 'vitest';
import { errorFromFailure, errorFromResponse } from '../../src/google/error-response.ts';
import { GoogleApiError, isConditionNotMet, isNotFound } from '../../src/google/errors.ts';

const CALL = { method: 'GET', host: 'aiplatform.googleapis.com', path: '/v1/x' };
const NOW = Date.parse('2026-11-22T12:00:00Z');
const errorOf = (body: unknown, init: ResponseInit) =>
  errorFromResponse(new Response(typeof body === 'string' ? body : JSON.stringify(body), init), CALL, NOW);

describe('an answer that is not ok', () => {
  it("in Vertex AI's envelope, with ErrorInfo and RetryInfo", async () => {
    const details = [
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_DISABLED',
        domain: 'googleapis.com',
        metadata: { service: 'aiplatform.googleapis.com' },
      },
    ];
    const error = await errorOf(
      { error: { code: 403, message: 'Not enabled.', status: 'PERMISSION_DENIED', details } },
      { status: 403 },
    );
    expect(error).toMatchObject({
      ...{ status: 403, reason: 'PERMISSION_DENIED', message: 'Not enabled.', retryable: false },
      ...{ method: 'GET', path: '/v1/x', retryAfterMs: 1500, attempts: 1 },
    });
    expect(error.info).toMatchObject({
      reason: 'SERVICE_DISABLED',
      metadata: { service: 'aiplatform.googleapis.com' },
    });
  });

  it('in the older envelope, whose reason is the finer one', async () => {
    const error = await errorOf(
      {
        error: {
          code: 412,
          message: 'At least one of the pre-conditions you specified did not hold.',
          status: 'FAILED_PRECONDITION',
          errors: [{ domain: 'global', reason: 'conditionNotMet', message: '…' }],
        },
      },
      { status: 412 },
    );
    expect(error.reason).toBe('conditionNotMet');
    expect(isConditionNotMet(error)).toBe(true);
    expect(isNotFound(error)).toBe(false);
  });

  it('in an array, as streaming methods answer', async () => {
    const error = await errorOf(
      [{ error: { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED' } }],
      {
        status: 429,
      },
    );
    expect(error).toMatchObject({ reason: 'RESOURCE_EXHAUSTED', message: 'Slow down.', retryable: true });
  });

  it("in OAuth's envelope", async () => {
    const error = await errorOf(
      { error: 'invalid_grant', error_description: 'Bad Request' },
      { status: 400 },
    );
    expect(error).toMatchObject({ reason: 'invalid_grant', message: 'Bad Request' });
  });

  it.each([
    ['<html><title>Error 404 (Not Found)!!1</title>', 'text/html; charset=UTF-8', 404, 'NOT_FOUND'],
    ['No such object: b/o', 'text/plain', 404, 'NOT_FOUND'],
    ['', 'text/plain', 412, 'conditionNotMet'],
    ['Bad gateway', 'text/plain', 502, 'UNAVAILABLE'],
    ['{"error"', 'application/json', 418, 'HTTP_418'],
  ])('as %j: the body is not quoted', async (body, type, status, reason) => {
    const error = await errorOf(body, { status, headers: { 'content-type': type } });
    expect(error).toMatchObject({ status, reason });
    expect(error.message).toContain(`aiplatform.googleapis.com answered ${status}`);
    if (body) expect(error.message).not.toContain(body);
  });

  it('keeps its message short, and free of credentials', async () => {
    const message = `Bearer abc.def failed for ya29.a0AfB_x-y; ${'long '.repeat(1000)}`;
    const error = await errorOf({ error: { code: 400, message } }, { status: 400 });
    expect(error.message.length).toBeLessThanOrEqual(600);
    expect(error.message).not.toMatch(/abc\.def|a0AfB/);
  });

  it("counts Cloud Storage's and BigQuery's 403 rate limits as retryable", async () => {
    const body = { error: { code: 403, message: 'x', errors: [{ reason: 'rateLimitExceeded' }] } };
    expect((await errorOf(body, { status: 403 })).retryable).toBe(true);
  });
});

describe('no answer', () => {
  const failed = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('secret in here'), { code }) });

  it.each([
    ['ECONNREFUSED', 'NETWORK', true],
    ['UND_ERR_SOCKET', 'NETWORK', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS', false],
  ])('for %s is %s', (code, reason, retryable) => {
    const error = errorFromFailure(failed(code), CALL);
    expect(error).toBeInstanceOf(GoogleApiError);
    expect(error).toMatchObject({ status: 0, reason, retryable });
    expect((error as Error).cause).toBeUndefined();
    expect((error as Error).message).toContain(code);
    expect((error as Error).message).not.toContain('secret');
  });

  it('is not said of a request that could not be made', () => {
    const defect = new TypeError('Headers.append: "…" is an invalid header value.');
    expect(errorFromFailure(defect, CALL)).toBe(defect);
  });
});
