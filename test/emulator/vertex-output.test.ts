import { afterEach, beforeEach, expect, test } from 'vitest';
import { openVertex, row, rowsOf, type Vertex } from '../support/vertex-emulator.ts';

let vertex: Vertex;
beforeEach(async () => {
  vertex = await openVertex();
});
afterEach(() => vertex.close());

test('the order is not that of the input, and belongs to the seed', async () => {
  const keys = rowsOf(200).map(({ key }) => key);
  const orderWith = async (seed: string) => {
    const seeded = await openVertex({ seed });
    const { rows } = await seeded.run(rowsOf(200));
    await seeded.close();
    return rows.map(({ key }) => key);
  };
  const order = await orderWith('one');
  expect(order).not.toEqual(keys);
  expect([...order].sort()).toEqual([...keys].sort());
  expect(await orderWith('one')).toEqual(order);
  expect(await orderWith('two')).not.toEqual(order);
});

test('ten thousand rows come back, each once', async () => {
  const { job, rows } = await vertex.run(rowsOf(10_000));
  expect(job.completionStats).toEqual({ successfulCount: '10000' });
  expect(new Set(rows.map(({ key }) => key)).size).toBe(10_000);
  expect(rows).toHaveLength(10_000);
});

test('a big job writes several files', async () => {
  const { job } = await vertex.run(rowsOf(60_000));
  const prefix = job.outputInfo.gcsOutputDirectory.replace('gs://emulated-bucket/', '');
  const files = await vertex.objects(`${prefix}/`);
  expect([...files.keys()].map((name) => name.slice(prefix.length + 1))).toEqual([
    'predictions_0001.jsonl',
    'predictions_0002.jsonl',
  ]);
  const sizes = [...files.values()].map((text) => text.trimEnd().split('\n').length);
  expect(sizes[0]! + sizes[1]!).toBe(60_000);
  expect(Math.max(...sizes)).toBeLessThan(31_000);
});

test('answers are the same for the same prompt, whatever the job', async () => {
  const text = 'Summarise: the kettle leaks, and the shop does not answer.';
  const first = await vertex.run([row('a', text)]);
  const second = await vertex.run([row('b', text), row('c', 'Something else.')]);
  const again = second.rows.find(({ key }) => key === 'b');
  expect(again.response).toEqual(first.rows[0].response);
  expect(second.job.name).not.toBe(first.job.name);
});

test('two jobs with one output prefix write to two directories', async () => {
  const one = await vertex.run([row('a')]);
  const two = await vertex.run([row('a')]);
  expect(one.job.outputInfo.gcsOutputDirectory).not.toBe(two.job.outputInfo.gcsOutputDirectory);
});
