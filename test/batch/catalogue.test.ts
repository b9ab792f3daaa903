import { describe, expect, test } from 'vitest';
import {
  CATALOGUE_AS_OF,
  isLive,
  lifecycleWarning,
  locations,
  MODELS,
  modelById,
  stageOn,
} from '../../src/batch/catalogue.ts';
import { addDays } from '../../src/batch/day.ts';
import { liveSuccessors } from '../../src/batch/find-model.ts';
import { parseModelName, publisherOf, resourceName } from '../../src/batch/model-name.ts';
import { PRICES } from '../../src/batch/price-list.ts';

const model = (id: string) => modelById(id)!;

describe('the catalogue', () => {
  test('names every model once', () => {
    const names = MODELS.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(MODELS.map(({ id }) => id))('%s parses to itself and its publisher', (id) => {
    const { publisher } = model(id);
    expect(parseModelName(id)).toEqual({ kind: 'publisher', publisher, id });
    expect(publisherOf(id)).toBe(publisher);
    expect(resourceName(parseModelName(id))).toBe(`publishers/${publisher}/models/${id}`);
  });

  test('says of every model where it runs, what it rests on and when it was checked', () => {
    for (const { locations, sources, asOf, released, retires } of MODELS) {
      expect(locations.length).toBeGreaterThan(0);
      expect(sources.length).toBeGreaterThan(0);
      expect(asOf).toBe(CATALOGUE_AS_OF);
      if (released && retires) expect(retires.date > released).toBe(true);
    }
  });

  test('gives Gemini rows to Google, Anthropic rows to Claude and OpenAI rows to the open models', () => {
    for (const { publisher, rowFormat } of MODELS) {
      if (publisher === 'google') expect(['gemini', 'embedding']).toContain(rowFormat);
      else expect(rowFormat).toBe(publisher === 'anthropic' ? 'claude' : 'openai');
    }
  });

  test('holds all models that the first batch prediction page named, as retired', () => {
    for (const id of [
      'gemini-1.5-flash-002',
      'gemini-1.5-flash-001',
      'gemini-1.5-pro-002',
      'gemini-1.5-pro-001',
      'gemini-1.0-pro-001',
      'gemini-1.0-pro-002',
    ])
      expect(stageOn(model(id), CATALOGUE_AS_OF)).toBe('retired');
  });

  test('leads from every retired model to one that lives', () => {
    const retired = MODELS.filter((one) => !isLive(one, CATALOGUE_AS_OF));
    expect(retired.length).toBeGreaterThanOrEqual(12);
    for (const one of retired) {
      const successors = liveSuccessors(one, CATALOGUE_AS_OF);
      expect(successors.length, one.id).toBeGreaterThan(0);
      expect(successors.every((next) => isLive(next.model, CATALOGUE_AS_OF))).toBe(true);
    }
  });

  test('names successors that it holds', () => {
    for (const { id, successors } of MODELS)
      for (const next of successors) expect(modelById(next.id), `${id} → ${next.id}`).toBeDefined();
  });

  test('has prices only for models that it holds, and for all Gemini models that live', () => {
    for (const id of Object.keys(PRICES)) expect(model(id)?.id).toBe(id);
    for (const one of MODELS)
      if (one.rowFormat === 'gemini' && isLive(one, CATALOGUE_AS_OF))
        expect(PRICES[one.id], one.id).toBeDefined();
  });

  test('knows the locations that a job can be at', () => {
    expect(locations().slice(0, 3)).toEqual(['global', 'us', 'eu']);
    expect(locations()).toContain('us-central1');
    expect(new Set(locations()).size).toBe(locations().length);
  });
});

describe('retirement', () => {
  test('follows from the date, on the day itself', () => {
    const flash = model('gemini-2.5-flash');
    expect(stageOn(flash, '2026-10-19')).toBe('ga');
    expect(stageOn(flash, '2026-10-20')).toBe('retired');
  });

  test('counts from the first of a month where the day is not confirmed', () => {
    const pro = model('gemini-1.0-pro-002');
    expect(stageOn(pro, '2025-03-31')).toBe('ga');
    expect(stageOn(pro, '2025-04-01')).toBe('retired');
    expect(pro.notes.join(' ')).toContain('not confirmed');
  });

  test('is not assumed from an earliest date, but warned of', () => {
    const argon = model('gemini-4-argon');
    expect(stageOn(argon, '2030-01-01')).toBe('ga');
    expect(lifecycleWarning(argon, '2026-11-22')).toBeUndefined();
    expect(lifecycleWarning(argon, '2027-10-13')).toContain('2027-10-13');
  });

  test('is announced a month ahead, when new projects are refused', () => {
    const image = model('gemini-2.5-flash-image');
    expect(lifecycleWarning(image, '2027-02-01')).toBeUndefined();
    expect(lifecycleWarning(image, '2027-02-20')).toContain('retires on 2027-03-15');
    expect(lifecycleWarning(image, '2027-03-15')).toBeUndefined();
  });

  test('of a short-lived release can come at any time', () => {
    expect(lifecycleWarning(model('gemini-4-hydrogen'), CATALOGUE_AS_OF)).toContain('short notice');
  });
});

test('days add up over months, also from a month alone', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2025-04', -1)).toBe('2025-03-31');
});
