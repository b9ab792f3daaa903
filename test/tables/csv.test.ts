import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inMemory, readSource, readTable } from './read-table.ts';

const read = (content: string | Uint8Array) => readTable('t.csv', content);
const mixed = (before: string, byte: number, after: string) =>
  Buffer.concat([Buffer.from(before), Buffer.from([byte]), Buffer.from(after)]);

describe('what a CSV may look like', () => {
  const same = [{ a: '1', b: 'x' }];
  test.each<[string, string, Record<string, string>[]]>([
    ['LF', 'a,b\n1,x\n', same],
    ['CRLF', 'a,b\r\n1,x\r\n', same],
    ['CR', 'a,b\r1,x\r', same],
    ['mixed line ends', 'a,b\n1,x\r\n2,y\n', [...same, { a: '2', b: 'y' }]],
    ['no line end at the end', 'a,b\n1,x', same],
    ['a byte order mark', '\uFEFFa,b\n1,x\n', same],
    ['a byte order mark before a quote', '\uFEFF"a","b"\n1,x\n', same],
    ['quoted cells', '"a","b"\n"1","x"\n', same],
    ['doubled quotes', 'a,b\n1,"say ""x"""\n', [{ a: '1', b: 'say "x"' }]],
    ['delimiters in quotes', 'a,b\n1,"x,y"\n', [{ a: '1', b: 'x,y' }]],
    ['line breaks in quotes', 'a,b\n1,"x\r\ny\n\nz"\n', [{ a: '1', b: 'x\r\ny\n\nz' }]],
    ['spaces, kept', 'a,b\n 1 , x \n', [{ a: ' 1 ', b: ' x ' }]],
    ['numbers, kept as written', 'a,b\n007,1.50\n', [{ a: '007', b: '1.50' }]],
    ['empty cells', 'a,b\n,\n', [{ a: '', b: '' }]],
    ['a quoted empty cell alone', 'a\n""\n', [{ a: '' }]],
    ['a header only', 'a,b\n', []],
    ['characters beyond ASCII', 'a,b\nß😀,日本\n', [{ a: 'ß😀', b: '日本' }]],
  ])('%s', async (_what, content, rows) => {
    const { columns, cells } = await read(content);
    expect(columns).toEqual(content.includes('b') ? ['a', 'b'] : ['a']);
    expect(cells).toEqual(rows);
  });

  test('columns named like members of every object', async () => {
    const { columns, cells } = await read('__proto__,constructor\nx,y\n');
    expect(columns).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(cells[0]!)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  test('TSV keeps commas', async () => {
    const { cells } = await readTable('T.TSV', 'a\tb\n1,5\t"x\ty"\n');
    expect(cells).toEqual([{ a: '1,5', b: 'x\ty' }]);
  });
});

describe('what is wrong is named with its line', () => {
  test.each<[string, string | Uint8Array, string, string | RegExp]>([
    ['a field too few', 'a,b\n1,x\n2\n', 'ragged_row', 'line 3 of «t.csv» has 1 field, the header has 2'],
    ['a field too many', 'a,b\n1,x,y\n', 'ragged_row', 'line 2 of «t.csv» has 3 fields'],
    ['after line breaks in quotes', 'a,b\r\n"1\r\n\r\n1",x\r\n2\r\n', 'ragged_row', 'line 5 '],
    ['after blank lines', 'a,b\n\n\n1,x\n\n2\n', 'ragged_row', 'line 6 '],
    ['a bare carriage return', 'a,b\n1,x\ry\n', 'ragged_row', 'line 3 '],
    ['a quote never closed', 'a,b\n1,x\n2,"y\n3,z\n', 'bad_quotes', /line 3 .*never closed/],
    ['text after a closing quote', 'a,b\n1,"x"y\n', 'bad_quotes', 'line 2 '],
    ['a quote inside a bare cell', 'a,b\n1,x\n2,5" pipe\n', 'bad_quotes', 'line 3 '],
    ['a column twice', 'a,b,a\n1,2,3\n', 'duplicate_column', '«a»'],
    ['a column without a name', 'a, ,c\n1,2,3\n', 'empty_column_name', 'Column 2 '],
    ['nothing but blank lines', '\n\n', 'no_rows', 'no header'],
    ['a byte order mark alone', '\uFEFF', 'no_rows', 'no header'],
    ['UTF-8 with a damaged byte', mixed('a,b\n1,é\n2,', 0xe9, '\n'), 'invalid_utf8', 'line 3 '],
    ['a damaged byte, then UTF-8', mixed('a,b\n1,', 0xe9, '\n2,日\n'), 'invalid_utf8', 'line 2 '],
    ['a byte that is no letter anywhere', mixed('a,b\n1,x\n2,', 0x81, '\n'), 'invalid_utf8', 'line 3 '],
    ['a character cut at the end', Buffer.from('a,b\n1,😀').subarray(0, -1), 'invalid_utf8', 'line 2 '],
    [
      'half a character of UTF-16',
      Buffer.from('\uFEFFa,b\n1,x\ud800\n', 'utf16le'),
      'invalid_utf16',
      'UTF-8',
    ],
  ])('%s', async (_what, content, code, message) => {
    await expect(read(content)).rejects.toMatchObject({
      name: 'UserError',
      code,
      message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    });
  });
});

describe('older encodings are converted, and told', () => {
  const text = 'a,b\n1,caf\xe9\n2,\x93\x80\x94\n';
  const rows = [
    { a: '1', b: 'café' },
    { a: '2', b: '“€”' },
  ];
  test.each<[string, Uint8Array, string]>([
    ['Windows-1252', Buffer.from(text, 'latin1'), 'Windows-1252'],
    ['Windows-1252, cut off behind a letter', Buffer.from(text.trimEnd(), 'latin1'), 'Windows-1252'],
    ['UTF-16, little end first', Buffer.from('\uFEFFa,b\r\n1,café\r\n2,“€”\r\n', 'utf16le'), 'UTF-16'],
    ['UTF-16, big end first', Buffer.from('\uFEFFa,b\n1,café\n2,“€”', 'utf16le').swap16(), 'UTF-16'],
  ])('%s', async (_what, content, encoding) => {
    for (const chunkBytes of [2, 3, 5, 1 << 20]) {
      const { cells, notes } = await readSource(inMemory('t.csv', content, chunkBytes));
      expect(cells).toEqual(rows);
      expect(notes).toEqual([expect.stringContaining(encoding)]);
    }
  });

  test('UTF-8 is nothing to tell', async () => {
    expect((await read('a,b\n1,é\n')).notes).toEqual([]);
  });

  test('Windows-1252 that shows late', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index},plain text`);
    const { cells, notes } = await read(Buffer.from(`a,b\n${lines.join('\n')}\nx,\xfcber\n`, 'latin1'));
    expect(cells.at(-1)).toEqual({ a: 'x', b: 'über' });
    expect(notes).toHaveLength(1);
  });
});

describe('the delimiter is the one of the header', () => {
  test.each<[string, string, string[], RegExp | undefined]>([
    ['commas', 'a,b;c\n1,2\n', ['a', 'b;c'], undefined],
    ['semicolons', 'a;b;c\n1;2,5;3\n', ['a', 'b', 'c'], /semicolons/],
    ['semicolons beside a comma', 'a;"b, c";d, e\n1;2;3\n', ['a', 'b, c', 'd, e'], /semicolons/],
    ['tabs', 'a\tb\n1\t2\n', ['a', 'b'], /tabs/],
    ['bars', 'a|b\n1|2\n', ['a', 'b'], /bars/],
    ['others in quotes', '"a;b;c","d\n;;"\n1,2\n', ['a;b;c', 'd\n;;'], undefined],
    ['behind blank lines', '\n\r\na;b\n1;2\n', ['a', 'b'], /semicolons/],
    ['none', 'a\n1;2\n', ['a'], undefined],
  ])('%s', async (_what, content, columns, note) => {
    const table = await read(content);
    expect(table.columns).toEqual(columns);
    expect(table.notes).toEqual(note ? [expect.stringMatching(note)] : []);
  });
});

test('a row knows the line it starts at, and blank lines between rows are told', async () => {
  const { places, skipped } = await read('a,b\r\n"1\r\n1",x\r\n\r\n\r\n2,y\r\n3,z\r\n\r\n\r\n');
  expect(places).toEqual([2, 6, 7]);
  expect(skipped).toEqual([
    { place: 4, skipped: 'blank line' },
    { place: 5, skipped: 'blank line' },
  ]);
});

test('any cells come back as they were written', async () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', ',', '\n', '\r', '\r\n', ' ', ';', '\\'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
  });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    );
  const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), async (rows, end) => {
      const columns = rows[0]!.map((_cell, index) => `c${index}`);
      const content = [columns, ...rows].map((row) => row.map(quote).join(',')).join(end);
      const { cells } = await read(content);
      expect(cells.map((row) => columns.map((column) => row[column]))).toEqual(rows);
    }),
    { numRuns: 150 },
  );
});

/** Text that is as likely to be broken as whole. */
const hostile = fc
  .array(fc.constantFrom('"', '""', ',', ';', '\n', '\r', '\r\n', 'x', 'é', '😀', ' ', '\uFEFF', '"a,\n"'), {
    maxLength: 30,
  })
  .map((parts) => parts.join(''));

/** What another strict reader makes of it. */
const asOthersRead = (content: string) => {
  const rows = parse(content, {
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_empty_lines: true,
    relax_column_count: true,
  }) as string[][];
  if (rows.some((row) => row.length !== 2)) throw new Error('ragged');
  return rows;
};

test('any text is read as csv-parse reads it, or refused as it refuses it, wherever chunks cut it', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.integer({ min: 1, max: 9 }), async (text, chunkBytes) => {
      const content = `c0,c1\n${text}`;
      let expected: string[][] | undefined;
      try {
        expected = asOthersRead(content).slice(1);
      } catch {
        expected = undefined;
      }
      const table = await readSource(inMemory('t.csv', content, chunkBytes)).catch((error) => {
        if (error.name !== 'UserError') throw error;
        return undefined;
      });
      expect(table?.cells.map(({ c0, c1 }) => [c0, c1])).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('a cell of 20 MB is kept, however small the chunks', async () => {
  const cell = `${'x"y,\r\n'.repeat(3_000_000)}é`;
  const content = `a,b\n1,"${cell.replaceAll('"', '""')}"\n2,z\n`;
  const { cells, places } = await readSource(inMemory('t.csv', content, 64 * 1024));
  expect(cells[0]?.b === cell).toBe(true);
  expect(places).toEqual([2, 3_000_003]);
});

test('characters and rows that chunks cut stay whole', async () => {
  // Three bytes a character, and no power of two is a multiple of three: chunk edges fall inside characters.
  const cell = '日'.repeat(700_000);
  const { cells } = await read(`a,b\n1,${cell}\n2,"${cell}\n"\n`);
  expect(cells.map(({ b }) => b === cell || b === `${cell}\n`)).toEqual([true, true]);
});

test('an abort ends the reading', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(readTable('t.csv', 'a\n1\n', controller.signal)).rejects.toThrow();
});
