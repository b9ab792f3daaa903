import { describe, expect, test } from 'vitest';
import { composing } from './compose-in.ts';

const keysOf = async (content: string, name = 'rows.csv') => {
  const { of } = await composing();
  const { requests, manifest } = await of(content, '{{id}}', { keyColumn: ' id ', name });
  return { keys: requests.map(({ key }) => key), rule: manifest.keys };
};

test('values are written as they are, but for those that read as numbers', async () => {
  const values = ['abc', ' x ', '2024-01-01', 'r-1', '12', '007', '-1.5', '1e6', 'true', '日本', '1,000'];
  const { keys, rule } = await keysOf(`id\n${values.map((value) => `"${value}"`).join('\n')}\n`);
  expect(keys).toEqual([
    'abc',
    ' x ',
    '2024-01-01',
    'r-1',
    'k-12',
    'k-007',
    'k--1.5',
    'k-1e6',
    'true',
    '日本',
    '1,000',
  ]);
  expect(rule).toEqual({ column: 'id', prefixed: 4 });
});

test('numbers and truth values of JSON become text', async () => {
  const { keys } = await keysOf('[{"id":12},{"id":true},{"id":"x"}]', 'rows.json');
  expect(keys).toEqual(['k-12', 'true', 'x']);
});

test('one value twice among thousands is found, and only that', async () => {
  const values = Array.from({ length: 9_000 }, (_, index) => `item-${index}`);
  const { keys } = await keysOf(`id\n${values.join('\n')}\n`);
  expect(keys).toEqual(values);
  await expect(keysOf(`id\n${[...values, 'item-41'].join('\n')}\n`)).rejects.toMatchObject({
    code: 'duplicate_key',
    message: expect.stringContaining('«item-41» twice, at lines 43 and 9002'),
  });
});

describe('a column that cannot tell rows apart', () => {
  test.each<[string, string, string, string]>([
    ['a value twice', 'id\na\n"b\nb"\na\n', 'duplicate_key', '«a» twice, at lines 2 and 5'],
    [
      'a value and its own prefixed form',
      'id\n12\nk-12\n',
      'duplicate_key',
      '«k-12» twice, at lines 2 and 3',
    ],
    ['an empty value', 'id,b\na,1\n,2\n', 'empty_key', 'at line 3'],
    ['a blank value', 'id\na\n" "\n', 'empty_key', 'at line 3'],
    ['a long value', `id\n${'x'.repeat(257)}\n`, 'long_key', '257 characters at line 2'],
  ])('%s', async (_what, content, code, message) => {
    await expect(keysOf(content)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test.each([
    ['an object', '[{"id":"a"},{"id":{}}]', 'bad_key'],
    ['nothing', '[{"id":"a"},{"id":null}]', 'empty_key'],
    ['no such member', '[{"id":"a"},{}]', 'empty_key'],
    ['a number that lost digits', '[{"id":"a"},{"id":12345678901234567890}]', 'bad_key'],
  ])('%s', async (_what, content, code) => {
    await expect(keysOf(content, 'rows.json')).rejects.toMatchObject({
      code,
      message: expect.stringContaining('item 2'),
    });
  });
});
