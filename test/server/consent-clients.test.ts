import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  type AskingClient,
  CONNECTED,
  type Elicitation,
  STATELESS,
} from '../support/asking-clients.ts';
import { leftBehind, NOTHING } from '../support/left-behind.ts';
import { requestRows } from '../support/rows.ts';

const SUBMIT = { model: 'gemini-3.5-flash-lite', input: 'rows.jsonl', labels: { team: 'qa' } };
let client: AskingClient;
afterEach(() => client.close());

const submit = (args = {}) => client.call('create_batch_job', { ...SUBMIT, ...args });
const left = () => leftBehind(client.workspace);
const writeRows = () => writeFile(join(client.workspace, 'rows.jsonl'), requestRows(7));

describe.each(Object.entries(CONNECTED))('a person before a client that shows forms: %s', (_, connect) => {
  test('is asked, and nothing is done before the box is ticked', async () => {
    client = await connect({});
    await writeRows();
    const refusals: [Answer, RegExp][] = [
      [{ action: 'decline' }, /^\[consent_declined\]/],
      [{ action: 'cancel' }, /^\[consent_declined\]/],
      [{ action: 'accept', content: { approve: false } }, /^\[consent_declined\]/],
      // Not what the form asks for: the SDKs refuse it on their way, in their own words.
      [{ action: 'accept', content: { approve: 'true' } }, /./],
      [{ action: 'accept', content: {} }, /./],
    ];
    for (const [answer, expected] of refusals) {
      client.answers(answer);
      const reply = await submit();
      expect(reply.isError, reply.text).toBe(true);
      expect(reply.text).toMatch(expected);
      expect(await left()).toEqual(NOTHING);
    }
    expect(client.questions).toHaveLength(refusals.length);

    client.answers({ action: 'accept', content: { approve: true } });
    const reply = await submit();
    expect(reply.data, reply.text).toMatchObject({ status: 'started', rows: 7 });
    const { jobs, inputs, ledger } = await left();
    expect([jobs.length, inputs.length, ledger.length]).toEqual([1, 1, 1]);

    const question = client.questions.at(-1) ?? '';
    expect(question).toMatch(/7 rows on gemini-3\.5-flash-lite in global, as one job/);
    expect(question).toMatch(/\$[\d.]+ \(\$[\d.]+ to \$[\d.]+\) at batch prices of \d{4}-\d\d-\d\d/);
    expect(question).toContain('Project emulated-project pays.');
    expect(question).toContain(`Output: «gs://emulated-bucket/outputs/${reply.data.run}»`);
    expect(question).toContain('Input: «rows.jsonl»');

    const again = await submit();
    expect(again.data).toMatchObject({ status: 'found', job: reply.data.job });
    expect(client.questions).toHaveLength(refusals.length + 1);
  });
});

test('a client that shows forms and links is asked, too', async () => {
  const [connect] = Object.values(CONNECTED);
  client = (await connect?.({ form: {}, url: {} })) as AskingClient;
  await writeRows();
  client.answers({ action: 'accept', content: { approve: true } });
  expect((await submit()).data).toMatchObject({ status: 'started' });
  expect(client.questions).toHaveLength(1);
});

describe.each<[string, Elicitation]>([
  ['shows no forms', undefined],
  ['shows links only', { url: {} }],
])('a client that %s gets the plan and a value to confirm it with', (_, elicitation) => {
  test.each(Object.entries(CONNECTED))('%s', async (_, connect) => {
    client = await connect(elicitation);
    await confirmed();
  });
});

describe('a client that the server keeps no connection with gets a value to confirm with, forms or not', () => {
  test.each(Object.entries(STATELESS))('%s', async (_, connect) => {
    client = await connect({});
    await confirmed();
  });
});

async function confirmed() {
  await writeRows();
  const reply = await submit();
  expect(reply.data, reply.text).toMatchObject({ status: 'needs_consent', created_now: false, rows: 7 });
  expect(reply.data).toMatchObject({
    model: SUBMIT.model,
    location: 'global',
    usd: { high: expect.any(Number) },
  });
  expect(reply.summary).toMatch(
    /^Nothing was started yet\. This would run 7 rows.*Show the price to the person/,
  );
  expect(reply.next).toMatchObject({
    tool: 'create_batch_job',
    arguments: { ...SUBMIT, confirm: reply.data.confirm },
  });
  expect(await left()).toEqual(NOTHING);
  const done = await client.call('create_batch_job', reply.next?.arguments ?? {});
  expect(done.data, done.text).toMatchObject({ status: 'started', rows: 7, run: reply.data.run });
  const again = await client.call('create_batch_job', reply.next?.arguments ?? {});
  expect(again.data, again.text).toMatchObject({ status: 'found', job: done.data.job });
  const { jobs, inputs, ledger } = await left();
  expect([jobs.length, inputs.length, ledger.length]).toEqual([1, 1, 1]);
  expect(client.questions).toEqual([]);
}
