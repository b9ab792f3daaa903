import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/batch/canonical-json.ts';
import { checkLabels } from '../../src/batch/labels.ts';
import { runId, type SubmitPlan, submitToken } from '../../src/batch/submit-token.ts';

describe('canonical JSON', () => {
  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('does not depend on the order of members', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).reverse();
      return Object.fromEntries(entries.map(([name, member]) => [name, shuffled(member)]));
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('differs for different values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        if (canonicalJson(a) === canonicalJson(b))
          expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
      }),
    );
  });

  test('leaves out what is undefined and refuses what is not JSON', () => {
    expect(canonicalJson({ b: 1, a: undefined, c: [undefined] })).toBe('{"b":1,"c":[null]}');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, undefined])
      expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});

describe('the submit token', () => {
  const plan: SubmitPlan = {
    model: 'publishers/google/models/gemini-3.8-flash',
    location: 'global',
    inputs: [{ uri: 'gs://acme/in/a.jsonl', generation: '1' }, { sha256: 'ab' }],
    output: 'gs://acme/out',
    labels: { team: 'qa', owner: 'me' },
  };
  const token = submitToken(plan);

  test('is a label value, and so is the run that it names', () => {
    expect(token).toMatch(/^[0-9a-f]{40}$/);
    expect(runId(token)).toBe(`run-${token.slice(0, 10)}`);
    expect(() => checkLabels({ submit_token: token, run: runId(token) })).not.toThrow();
  });

  test('stays the same where the plan does', () => {
    expect(submitToken({ ...plan, inputs: [...plan.inputs].reverse() })).toBe(token);
    expect(submitToken({ ...plan, labels: { owner: 'me', team: 'qa' } })).toBe(token);
    expect(submitToken({ ...plan, kmsKey: undefined, nonce: undefined })).toBe(token);
  });

  test.each<[string, Partial<SubmitPlan>]>([
    ['model', { model: 'publishers/google/models/gemini-4-argon' }],
    ['location', { location: 'eu' }],
    [
      'generation of an input',
      { inputs: [{ uri: 'gs://acme/in/a.jsonl', generation: '2' }, { sha256: 'ab' }] },
    ],
    ['content of an input', { inputs: [{ uri: 'gs://acme/in/a.jsonl', generation: '1' }, { sha256: 'ac' }] }],
    ['output', { output: 'gs://acme/out2' }],
    ['label', { labels: { team: 'qa', owner: 'you' } }],
    ['key', { kmsKey: 'projects/p/locations/global/keyRings/r/cryptoKeys/k' }],
    ['nonce', { nonce: '2' }],
  ])('changes with the %s', (_, change) => {
    expect(submitToken({ ...plan, ...change })).not.toBe(token);
  });
});

describe('labels', () => {
  test.each([
    { team: 'qa' },
    { a: '' },
    { equipe: 'données' },
    { k2_x: 'a-b_c9' },
    { ['k'.repeat(63)]: 'v'.repeat(63) },
  ])('such as %j pass', (labels) => {
    expect(() => checkLabels(labels as Record<string, string>)).not.toThrow();
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ Team: 'qa' }, /key «Team»/],
    [{ '1st': 'qa' }, /starts with a lower-case letter/],
    [{ '': 'qa' }, /key «»/],
    [{ team: 'Q A' }, /value «Q A» of the label team/],
    [{ team: 'v'.repeat(64) }, /at most 63/],
    [
      Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, 'v'])),
      /65 labels\. Google Cloud takes at most 64/,
    ],
  ])('are refused by name and rule: %j', (labels, message) => {
    expect(() => checkLabels(labels)).toThrow(message);
  });
});
