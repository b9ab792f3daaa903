import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSession, type TestSession } from '../support/session.ts';

let session: TestSession;
beforeAll(async () => {
  session = await startSession();
});
afterAll(() => session.close());

const ask = (args: Record<string, unknown> = {}) => session.call('list_supported_models', args);
const ids = (called: { data: { models: { id: string }[] } }) => called.data.models.map(({ id }) => id);

test('a whole reply', async () => {
  expect(await ask({ query: 'gemini-1.5-pro-002' })).toMatchSnapshot();
});

describe('the list', () => {
  test('is short: one line a model, what lives, Google first', async () => {
    const list = await ask();
    expect(list.isError).toBe(false);
    expect(ids(list)).toContain('gemini-3.8-flash');
    expect(ids(list)).not.toContain('gemini-2.5-flash');
    expect(list.data.as_of).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(list.text.length).toBeLessThan(6_000);
    const line = list.text.split('\n').find((one) => one.includes('id gemini-3.8-flash,'));
    expect(line).toContain('$0.375 / $1.875, from 2027-01-01 $0.75 / $3.75');
    expect(line!.length).toBeLessThan(250);
  });

  test('says what it leaves out and how to see it', async () => {
    const list = await ask();
    expect(list.summary).toMatch(/\d+ models of partners .* not shown/);
    expect(ids(await ask({ query: 'claude' }))).toContain('claude-opus-5');
    expect(ids(await ask({ stage: 'all' }))).toEqual(
      expect.arrayContaining(['claude-opus-5', 'gemini-1.0-pro-001']),
    );
  });

  test('marks what is assumed', async () => {
    const { data } = await ask();
    const assumed = (id: string) => data.models.find((model: { id: string }) => model.id === id).assumed;
    expect(assumed('gemini-3.8-flash')).toBeUndefined();
    expect(assumed('gemini-4-hydrogen')).toEqual(['locations', 'half price in a batch']);
  });

  test('can be narrowed by stage, modality and location', async () => {
    expect(ids(await ask({ stage: 'preview', query: 'gemini' }))).toEqual([
      'gemini-3.1-pro-preview',
      'gemini-3-flash-preview',
    ]);
    expect(ids(await ask({ modality: 'embedding' }))).toContain('gemini-embedding-001');
    expect(ids(await ask({ modality: 'embedding' }))).not.toContain('gemini-3.8-flash');
    expect(ids(await ask({ location: 'europe-west4' }))).toEqual(['gemini-embedding-001']);
    expect(ids(await ask({ location: 'us-east5', query: 'llama' }))).toHaveLength(2);
    expect((await ask({ location: 'mars-north1' })).summary).toMatch(/^No model fits/);
  });
});

describe('a model by name', () => {
  test('comes with all that is known', async () => {
    const { data, summary, next } = await ask({ query: 'publishers/google/models/gemini-4-argon' });
    expect(data.models).toHaveLength(1);
    expect(data.models[0]).toMatchObject({
      id: 'gemini-4-argon',
      stage: 'ga',
      locations: ['global', 'us', 'eu'],
      retires: 'not before 2027-10-13',
      details: {
        released: '2026-10-13',
        takes: ['text', 'image', 'audio', 'video', 'pdf'],
        gives: ['text'],
        sampling_ignored: true,
        max_rows: 200_000,
        prices: [
          {
            from: '2026-10-13',
            input: 2,
            output: 10,
            batch_input: 1,
            batch_output: 5,
            other_batch_rates: { cached_input: 0.1 },
          },
          { from: '2026-12-01', input: 4, output: 20, batch_input: 2, batch_output: 10 },
        ],
      },
    });
    expect(summary).toContain('$1.00 / $5.00, from 2026-12-01 $2.00 / $10.00');
    expect(next).toMatchObject({
      tool: 'create_batch_job',
      arguments: { model: 'gemini-4-argon', location: 'global' },
    });
  });

  test('says when it is not where it was asked for', async () => {
    const { summary, next } = await ask({ query: 'gemini-3.8-flash', location: 'europe-west1' });
    expect(summary).toContain('not offered in «europe-west1»');
    expect(next?.arguments).toEqual({ model: 'gemini-3.8-flash', location: 'eu' });
  });

  test.each([
    ['gemini-1.5-pro-002', 'gemini-4-argon'],
    ['gemini-1.5-flash', 'gemini-3.8-flash'],
    ['gemini-1.0-pro-001', 'gemini-3.5-flash-lite'],
    ['gemini-2.5-flash-lite', 'gemini-3.5-flash-lite'],
  ])('that is retired, %s, answers with what replaced it', async (query, successor) => {
    const { isError, data, summary, next } = await ask({ query });
    expect(isError).toBe(false);
    expect(data.models[0].stage).toBe('retired');
    expect(summary).toContain('retired');
    expect(summary).toContain(successor);
    expect(data.models[0].replaced_by[0]).toContain(successor);
    expect(next).toMatchObject({ tool: 'list_supported_models', arguments: { query: successor } });
  });

  test('that nobody knows is an error with the nearest names', async () => {
    const { isError, text } = await ask({ query: 'gemini-3.8-flsah' });
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[unknown_model\].*gemini-3\.8-flash/);
  });

  test('that is tuned is said to be the caller’s own', async () => {
    const { isError, text } = await ask({ query: 'projects/p/locations/us-central1/models/123' });
    expect(isError).toBe(true);
    expect(text).toContain('your own project');
  });

  test('is retired from its day on, by the clock', async () => {
    const later = await startSession();
    later.clock.advance(Date.parse('2027-03-15T00:00:00Z') - later.clock.now());
    const { data, summary } = await later.call('list_supported_models', { query: 'gemini-2.5-flash-image' });
    expect(data.models[0].stage).toBe('retired');
    expect(summary).toContain('gemini-3.1-flash-lite-image');
    await later.close();
  });
});

describe('asked of Vertex AI as well', () => {
  test('each model is found or not, with its launch stage', async () => {
    const { data } = await ask({ query: 'gemini-3.1-pro-preview', live: true });
    expect(data.models[0]).toMatchObject({ live: 'found', launch_stage: 'PUBLIC_PREVIEW' });
    const retired = await ask({ query: 'gemini-1.5-pro-002', live: true });
    expect(retired.data.models[0].live).toBe('not_found');
  });

  test('a few questions are under way at once, one for each model', async () => {
    let now = 0;
    let most = 0;
    let asked = 0;
    const counting = await startSession({
      network: (fetch) => async (url, init) => {
        asked += 1;
        now += 1;
        most = Math.max(most, now);
        await new Promise(setImmediate);
        return fetch(url, init).finally(() => {
          now -= 1;
        });
      },
    });
    const { data } = await counting.call('list_supported_models', { live: true });
    expect(data.models.every((model: { live: string }) => model.live !== undefined)).toBe(true);
    expect(asked).toBe(data.models.length);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(6);
    await counting.close();
  });

  test('a lack of rights is an error, not a list of missing models', async () => {
    const refused = await startSession({
      network: () => async () =>
        Response.json(
          { error: { code: 403, message: 'Permission denied.', status: 'PERMISSION_DENIED' } },
          { status: 403 },
        ),
    });
    const { isError } = await refused.call('list_supported_models', {
      query: 'gemini-3.8-flash',
      live: true,
    });
    expect(isError).toBe(true);
    await refused.close();
  });
});
