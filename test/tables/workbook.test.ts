import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { workbook, zip } from '../support/workbook.ts';
import { readTable } from './read-table.ts';

const read = (content: Uint8Array, sheet?: string | number) =>
  readTable('t.xlsx', content, undefined, { sheet });

test('a sheet: texts as they are, numbers, truth values, dates and times as ISO 8601, errors empty', async () => {
  const { columns, cells, places, unit, notes } = await read(
    workbook({
      Data: [
        ['text', 'number', 'yes', 'when'],
        [' ß "x"\n日 ', 0.1, true, { date: 45_618 }],
        ['007', 12345678901, false, { date: 45_618.75 }],
        [null, -2.5, null, { date: 45_618.396_064_814_8 }],
        [{ error: '#N/A' }, 1, null, { date: 0.5 }],
      ],
    }),
  );
  expect(columns).toEqual(['text', 'number', 'yes', 'when']);
  expect(cells).toEqual([
    { text: ' ß "x"\n日 ', number: 0.1, yes: true, when: '2024-11-22' },
    { text: '007', number: 12345678901, yes: false, when: '2024-11-22T18:00:00' },
    { text: null, number: -2.5, yes: null, when: '2024-11-22T09:30:20' },
    { text: null, number: 1, yes: null, when: '12:00:00' },
  ]);
  expect({ places, unit, notes }).toEqual({ places: [2, 3, 4, 5], unit: 'row', notes: [] });
});

test('blank rows between rows are told; short rows have empty cells', async () => {
  const { cells, skipped } = await read(workbook({ A: [['a', 'b'], ['1'], [], [null, '2'], []] }));
  expect(cells).toEqual([
    { a: '1', b: null },
    { a: null, b: '2' },
  ]);
  expect(skipped).toEqual([{ place: 3, skipped: 'blank row' }]);
});

describe('the sheet', () => {
  const sheets = workbook({ One: [['a'], ['1']], 'Two & more': [['b'], ['2']], Third: [['c'], ['3']] });
  test.each<[string | number | undefined, string]>([
    [undefined, 'a'],
    ['Two & more', 'b'],
    [2, 'b'],
    ['3', 'c'],
    ['Third', 'c'],
  ])('%s', async (sheet, column) => {
    const { columns, notes } = await read(sheets, sheet);
    expect(columns).toEqual([column]);
    expect(notes).toEqual(sheet === undefined ? [expect.stringContaining('first of 3 sheets')] : []);
  });

  test.each([['Four'], [4], ['4']])('%s is not there', async (sheet) => {
    await expect(read(sheets, sheet)).rejects.toMatchObject({
      code: 'unknown_sheet',
      message: expect.stringContaining('«One», «Two & more» and «Third»'),
    });
  });

  test('of a table that has none', async () => {
    await expect(readTable('t.csv', 'a\n1\n', undefined, { sheet: 1 })).rejects.toMatchObject({
      code: 'no_workbook',
    });
  });
});

describe('what is wrong', () => {
  test.each<[string, Uint8Array, string]>([
    ['no zip file', Buffer.from('a,b\n1,2\n'), 'bad_workbook'],
    ['another zip file', zip({ 'a.txt': 'x' }), 'bad_workbook'],
    ['a workbook that is cut', workbook({ A: [['a'], ['1']] }).subarray(0, 300), 'bad_workbook'],
    [
      'damaged',
      Buffer.concat([Buffer.alloc(40, 1), workbook({ A: [['a'], ['1']] }).subarray(40)]),
      'bad_workbook',
    ],
    ['an empty sheet', workbook({ A: [] }), 'no_rows'],
    [
      'a column without a name',
      workbook({
        A: [
          ['a', null, 'c'],
          ['1', '2', '3'],
        ],
      }),
      'empty_column_name',
    ],
    [
      'a column twice',
      workbook({
        A: [
          ['a', 'a'],
          ['1', '2'],
        ],
      }),
      'duplicate_column',
    ],
    ['more than memory holds', zip({ 'xl/a.xml': 'x', 'xl/b.xml': 'y' }, 600_000_000), 'workbook_too_large'],
  ])('%s', async (_what, content, code) => {
    await expect(read(content)).rejects.toMatchObject({ name: 'UserError', code });
  });

  test('a damaged byte is never a defect of ours', async () => {
    const good = workbook({
      A: [
        ['a', 'b'],
        ['1', { date: 45_618 }],
        ['2', 3],
      ],
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] ?? 0) ^ flip;
        const outcome = await read(bad).then(
          () => 'UserError',
          (error) => error.name,
        );
        expect(outcome).toBe('UserError');
      }),
      { numRuns: 300 },
    );
  });
});
