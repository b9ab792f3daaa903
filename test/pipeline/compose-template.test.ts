import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../src/pipeline/template.ts';

const COLUMNS = ['title', 'US Gross', ' padded ', 'constructor', 'a.b|c'];
const compile = (text: string) => compileTemplate(text, COLUMNS, 'The prompt');

describe('placeholders', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['{{title}}', { title: 'x' }, 'x'],
    ['a {{ title }} b {{title}}', { title: 'x' }, 'a x b x'],
    ['{{US Gross}}', { 'US Gross': 12.5 }, '12.5'],
    ['{{a.b|c}}', { 'a.b|c': true }, 'true'],
    ['{{padded}}|{{ padded }}', { ' padded ': 'x' }, 'x|x'],
    ['<{{title}}>', {}, '<>'],
    ['<{{title}}>', { title: null }, '<>'],
    ['<{{constructor}}>', { title: 'x' }, '<>'],
    ['{{title}}', { title: { a: [1, 'é'] } }, '{"a":[1,"é"]}'],
    ['{{{{title}} {{title}}', { title: 'x' }, '{{title}} x'],
    ['{{{{{{title}}}}', { title: 'x' }, '{{x}}'],
    ['{"json": { "a": 1 }} {{title}} }}', { title: 'x' }, '{"json": { "a": 1 }} x }}'],
    ['{{title}}', { title: '{{US Gross}} $& $1', 'US Gross': 'y' }, '{{US Gross}} $& $1'],
  ])('%s', (text, cells, filled) => {
    expect(compile(text).fill(cells as never)).toBe(filled);
  });

  test('names each column once', () => {
    expect(compile('{{title}} {{US Gross}} {{ title }}').columns).toEqual(['title', 'US Gross']);
    expect(compile('{{{{title}}').columns).toEqual([]);
  });

  test('text without two braces in a row is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('{{'));
        expect(compile(text).fill({})).toBe(text);
      }),
    );
  });
});

describe('what is wrong', () => {
  test('an unknown column answers with those there are, nearest first', () => {
    expect(() => compile('{{us gros}}')).toThrow(
      expect.objectContaining({
        code: 'unknown_column',
        message: expect.stringContaining(
          "«us gros» that the table does not have. The table's columns are «US Gross», «title»",
        ),
      }),
    );
  });

  test('a wide table is not named whole', () => {
    const columns = Array.from({ length: 500 }, (_, index) => `column ${index}`);
    expect(() => compileTemplate('{{x}}', columns, 'The prompt')).toThrow('and 470 more.');
  });

  test.each(['{{title', 'a {{ b {{title}}', '{{{title}}}'])('%s is not closed', (text) => {
    expect(() => compile(text)).toThrow(expect.objectContaining({ code: 'unclosed_placeholder' }));
  });

  test.each(['{{}}', '{{ }}'])('%s names no column', (text) => {
    expect(() => compile(text)).toThrow(expect.objectContaining({ code: 'unknown_column' }));
  });
});
