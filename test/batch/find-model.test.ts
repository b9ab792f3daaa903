import { describe, expect, test } from 'vitest';
import { modelById } from '../../src/batch/catalogue.ts';
import { modelProblem, pickLocation, resolveModel } from '../../src/batch/find-model.ts';
import { UserError } from '../../src/support/errors.ts';

const NOW = '2026-11-22';
const problem = (text: string, location?: string) => modelProblem(resolveModel(text, NOW), location);

describe('a model that lives', () => {
  test.each(['gemini-3.8-flash', 'Gemini 3.8 Flash', 'google/gemini-3.8-flash', 'models/gemini-3.8-flash'])(
    'is found as %s',
    (text) => {
      expect(resolveModel(text, NOW)).toMatchObject({ kind: 'live', model: { id: 'gemini-3.8-flash' } });
      expect(problem(text)).toBeUndefined();
    },
  );

  test('is found by an alias', () => {
    expect(resolveModel('gemini-3-flash', NOW)).toMatchObject({
      kind: 'live',
      model: { id: 'gemini-3-flash-preview' },
      // What goes into the job.
      name: { id: 'gemini-3-flash-preview' },
    });
  });
});

describe('a retired model', () => {
  test('answers with its day and with what replaces it for quality and for cost', () => {
    const error = problem('gemini-1.5-pro-002');
    expect(error).toBeInstanceOf(UserError);
    expect(error?.code).toBe('retired_model');
    expect(error?.what).toBe('gemini-1.5-pro-002 was retired on 2025-09-24.');
    expect(error?.fix).toBe('Use gemini-4-argon for quality, or gemini-3.8-flash for cost.');
  });

  test('of which the day is not confirmed is said to have gone in its month', () => {
    expect(problem('gemini-1.0-pro-002')?.what).toContain('in 2025-04.');
  });

  test('was live before its day', () => {
    expect(resolveModel('gemini-2.5-pro', '2026-10-19').kind).toBe('live');
  });

  test('leads past successors that have retired since', () => {
    const later = resolveModel('gemini-2.5-flash-image', '2027-03-15');
    expect(later).toMatchObject({ kind: 'retired', successors: [{ reason: 'cost' }] });
  });
});

describe('a model that is not known', () => {
  test('answers with the nearest living names', () => {
    const error = problem('gemini-3.8-flsh');
    expect(error?.code).toBe('unknown_model');
    expect(error?.fix).toMatch(/^Did you mean gemini-3\.8-flash\b.*\?$/);
  });

  test('never proposes a retired one', () => {
    const resolution = resolveModel('gemini-1.5-flash-003', NOW);
    expect(resolution.kind === 'unknown' && resolution.near).not.toContain('gemini-1.5-flash-002');
  });

  test('under the wrong publisher is found under its own', () => {
    expect(resolveModel('publishers/google/models/claude-opus-5', NOW)).toMatchObject({
      kind: 'unknown',
      near: ['claude-opus-5'],
    });
  });

  test('cannot smuggle anything into the message', () => {
    const error = problem(`publishers/google/models/${'x'.repeat(500)}`);
    expect(error?.message.length).toBeLessThan(400);
  });
});

describe('a location', () => {
  test('is refused where the model is known not to be', () => {
    const error = problem('gemini-3.8-flash', 'us-central1');
    expect(error?.code).toBe('location_without_model');
    expect(error?.message).toBe(
      'gemini-3.8-flash is not offered in «us-central1». It is offered in global, us and eu. Use us, or leave the location out.',
    );
    expect(problem('gemini-3.1-pro-preview', 'us')?.fix).toContain('Use global');
  });

  test('passes where the list of locations is an assumption', () => {
    expect(problem('gemini-3.6-flash', 'us-central1')).toBeUndefined();
    expect(problem('gpt-oss-120b-maas', 'us-west2')).toBeUndefined();
  });

  test('is refused where the sources rule it out, even so', () => {
    expect(problem('gpt-oss-120b-maas', 'global')?.fix).toContain('Use us-central1');
  });

  test('must be the one of a tuned model', () => {
    const tuned = 'projects/acme/locations/us-central1/models/4567890123456789012';
    expect(problem(tuned, 'us-central1')).toBeUndefined();
    expect(problem(tuned, 'global')?.code).toBe('location_without_model');
    expect(problem(tuned)).toBeUndefined();
  });
});

describe('the location to take', () => {
  const flash = modelById('gemini-3.8-flash')!;
  test.each([
    [undefined, 'global'],
    ['eu', 'eu'],
    ['us-central1', 'us'],
    ['europe-west4', 'eu'],
    ['asia-northeast1', 'global'],
  ])('for one who prefers %s is %s', (preferred, location) => {
    expect(pickLocation(flash, preferred)).toBe(location);
  });

  test('is never one that the model is not in', () => {
    expect(pickLocation(modelById('gpt-oss-120b-maas')!, 'global')).toBe('us-central1');
    expect(pickLocation(modelById('gemini-embedding-001')!, 'europe-west4')).toBe('europe-west4');
  });
});
