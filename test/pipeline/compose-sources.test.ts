import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { workbook } from '../support/workbook.ts';
import { composing, promptOf, requestsOf } from './compose-in.ts';

type Composing = Awaited<ReturnType<typeof composing>>;

const BUCKET = 'emulated-bucket';

async function upload({ storage }: Composing, name: string, content: string | Uint8Array) {
  async function* bytes() {
    yield Buffer.from(content as Uint8Array);
  }
  const there = await storage.stat(BUCKET, name);
  await storage.upload({
    bucket: BUCKET,
    name,
    bytes: bytes(),
    contentType: 'application/octet-stream',
    ifGenerationMatch: there?.generation ?? '0',
  });
  return `gs://${BUCKET}/${name}`;
}

test('any table of texts: each row is one request, byte for byte, in order', async () => {
  const composer = await composing();
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(
        fc.constantFrom(
          '"',
          '\\',
          '\n',
          '\r\n',
          '\r',
          '\t',
          ',',
          '{{',
          'é',
          '漢字',
          '😀',
          '\u2028',
          '\u0001',
        ),
        {
          maxLength: 30,
        },
      )
      .map((parts) => parts.join('')),
    // Long enough for what is done otherwise to long texts.
    fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()).map(([a, b]) => `${a}\n${'x"'.repeat(150)}${b}`),
  );
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      async (rows, end) => {
        const content = [['a', 'b'], ...rows].map((row) => row.map(quoted).join(',')).join(end);
        const { requests, manifest } = await composer.of(content, 'A: {{a}}\u0003B: {{b}}', {
          systemInstruction: '{{b}}',
        });
        expect(requests.map(promptOf)).toEqual(rows.map(([a, b]) => `A: ${a}\u0003B: ${b}`));
        expect(requests.map(({ request }) => request.systemInstruction?.parts[0]?.text)).toEqual(
          rows.map(([, b]) => b),
        );
        expect(manifest).toMatchObject({
          rows_in: rows.length,
          rows_out: rows.length,
          skipped: { count: 0 },
        });
      },
    ),
    { numRuns: 100 },
  );
});

const ROWS = [
  { id: 'x1', text: 'Works, "well"\nand long' },
  { id: 'x2', text: 'Grün für 5 €' },
  { id: 'x3', text: 'fine; or not|' },
];
const csv = (delimiter: string, end = '\n') =>
  [['id', 'text'], ...ROWS.map(Object.values)]
    .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter) + end)
    .join('');
const lines = ROWS.map((row) => `${JSON.stringify(row)}\n`).join('');
const FILES: [string, string | Uint8Array][] = [
  ['rows.csv', csv(',')],
  ['crlf.csv', `\uFEFF${csv(',', '\r\n')}`],
  ['semicolons.csv', csv(';')],
  ['utf-16.csv', Buffer.from(`\uFEFF${csv(',')}`, 'utf16le')],
  ['windows.csv', Buffer.from(csv(',').replaceAll('€', '\x80'), 'latin1')],
  ['rows.tsv', csv('\t')],
  ['rows.json', JSON.stringify(ROWS, null, 2)],
  ['rows.jsonl', lines],
  ['rows.ndjson', lines],
  ['rows.csv.gz', gzipSync(csv(','))],
  ['rows.jsonl.gz', gzipSync(lines)],
  [
    'rows.parquet',
    Buffer.from(
      parquetWriteBuffer({
        columnData: (['id', 'text'] as const).map((name) => ({
          name,
          data: ROWS.map((row) => row[name]),
          type: 'STRING',
        })),
      }),
    ),
  ],
  ['rows.xlsx', workbook({ Data: [['id', 'text'], ...ROWS.map(Object.values)] })],
];

describe.each(FILES)('%s', (name, content) => {
  const spec = { prompt: 'Grade: {{text}}', keyColumn: 'id' };
  const expected = ROWS.map(({ id, text }) => [id, `Grade: ${text}`]);

  test('here', async () => {
    const { run, file } = await composing();
    const composed = await run({ source: await file(name, content), ...spec });
    expect((await requestsOf(composed.file)).map((row) => [row.key, promptOf(row)])).toEqual(expected);
  });

  test('in Cloud Storage', async () => {
    const composer = await composing();
    const source = await upload(composer, `folder/${name}`, content);
    const composed = await composer.run({ source, ...spec });
    expect((await requestsOf(composed.file)).map((row) => [row.key, promptOf(row)])).toEqual(expected);
    expect(composed.manifest.source).toMatchObject({
      objects: [
        { uri: source, generation: expect.stringMatching(/^\d+$/), bytes: Buffer.byteLength(content) },
      ],
      columns: ['id', 'text'],
    });
  });
});

describe('Cloud Storage', () => {
  const prompt = '{{a}}';

  test('several objects are one table, in order of name', async () => {
    const composer = await composing();
    await upload(composer, 'in/b.csv', 'a\n3\n');
    await upload(composer, 'in/a.csv', 'a\n1\n\n2\n');
    await upload(composer, 'in/c.csv.gz', gzipSync('a\n4\n'));
    await upload(composer, 'in/deep/d.csv', 'a\n5\n');
    await upload(composer, 'in/notes.txt', 'x');
    const promptsOf = async (source: string) => {
      const { file, manifest } = await composer.run({ source, prompt });
      return { prompts: (await requestsOf(file)).map(promptOf), manifest };
    };
    const flat = await promptsOf(`gs://${BUCKET}/in/*.csv*`);
    expect(flat.prompts).toEqual(['1', '2', '3', '4']);
    expect(flat.manifest).toMatchObject({
      source: { unit: 'row', notes: [expect.stringContaining('over 3 objects')] },
      rows_in: 5,
      skipped: { count: 1, first: [{ place: 2, reason: 'blank line' }] },
    });
    expect((await promptsOf(`gs://${BUCKET}/in/**.csv`)).prompts).toEqual(['1', '2', '3', '5']);
  });

  test('the same generation is found again, a new one is something else', async () => {
    const composer = await composing();
    const source = await upload(composer, 'a.csv', 'a\n1\n');
    const first = await composer.run({ source, prompt });
    expect((await composer.run({ source, prompt })).reused).toBe(true);
    await upload(composer, 'a.csv', 'a\n2\n');
    const second = await composer.run({ source, prompt });
    expect(second.reused).toBe(false);
    expect(second.manifest.id).not.toBe(first.manifest.id);
  });

  test('an object that is rewritten while it is read leaves nothing behind', async () => {
    const rewritten: Promise<unknown>[] = [];
    const composer: Composing = await composing(() => {
      if (rewritten.length === 0) rewritten.push(upload(composer, 'a.csv', 'a\n1\n'));
    });
    const text = 'x'.repeat(500);
    const source = await upload(composer, 'a.csv', `a\n${`${text}\n`.repeat(40_000)}`);
    const composed = composer.run({ source, prompt });
    // Either all of the generation that was found, or an error: never a part of each.
    const outcome = await composed.then(
      ({ manifest }) => manifest.rows_out,
      (error) => error.code,
    );
    await Promise.all(rewritten);
    expect([40_000, 'object_rewritten']).toContain(outcome);
    if (outcome !== 40_000) expect(await composer.inputs()).toEqual([]);
  });

  test.each<[string, Record<string, string>, string, string]>([
    ['no such object', {}, 'a.csv', 'input_not_found'],
    ['nothing fits', { 'b.csv': 'a\n1\n' }, 'a*.csv', 'input_not_found'],
    ['only empty objects', { 'a.csv': '' }, 'a.csv', 'empty_file'],
    ['columns that differ', { 'a1.csv': 'a\n1\n', 'a2.csv': 'b\n1\n' }, 'a*.csv', 'other_columns'],
    ['no table', { 'a.txt': 'x' }, 'a.txt', 'unsupported_table'],
  ])('%s', async (_what, objects, name, code) => {
    const composer = await composing();
    for (const [object, content] of Object.entries(objects)) await upload(composer, object, content);
    await expect(composer.run({ source: `gs://${BUCKET}/${name}`, prompt })).rejects.toMatchObject({ code });
    expect(await composer.inputs()).toEqual([]);
  });
});

describe('which rows', () => {
  const content = `n,text\n${Array.from({ length: 100 }, (_, index) => `${index},t${index % 10}\n`).join('')}`;

  test('where, then sample, then limit; every row is accounted for', async () => {
    const { of } = await composing();
    const { requests, manifest } = await of(content, '{{n}} {{text}}', {
      where: "text = 't3' OR n >= 90",
      sample: { rows: 10, seed: 5 },
      limit: 4,
    });
    expect(manifest).toMatchObject({
      rows_in: 100,
      rows_out: 4,
      skipped: {
        count: 96,
        by_reason: { 'not matched by where': 81, 'not in the sample': 9, 'beyond the limit': 6 },
      },
      spec: { where: "text = 't3' OR n >= 90", sample: { rows: 10, seed: 5 }, limit: 4 },
    });
    const numbers = requests.map((row) => Number.parseInt(promptOf(row), 10));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(requests.map(({ key }) => key)).toEqual(['r-000001', 'r-000002', 'r-000003', 'r-000004']);
  });

  test.each([
    ['where', { where: 'n > 5' }, { where: 'n > 6' }],
    ['a sample', { sample: { rows: 3, seed: 1 } }, { sample: { rows: 3, seed: 2 } }],
  ])('%s makes another input', async (_what, one, other) => {
    const { of } = await composing();
    const ids = new Set<string>();
    for (const rest of [{}, one, other, one]) ids.add((await of(content, '{{n}}', rest)).manifest.id);
    expect(ids.size).toBe(3);
  });

  test('the sheet', async () => {
    const { run, file } = await composing();
    const source = await file('t.xlsx', workbook({ A: [['a'], ['1']], B: [['a'], ['2']] }));
    const promptsOf = async (sheet?: string | number) =>
      (await requestsOf((await run({ source, prompt: '{{a}}', sheet })).file)).map(promptOf);
    expect([await promptsOf(), await promptsOf('B'), await promptsOf(2)]).toEqual([['1'], ['2'], ['2']]);
  });

  test('none left', async () => {
    const { of, inputs } = await composing();
    await expect(of(content, '{{n}}', { where: 'n > 1000' })).rejects.toMatchObject({
      code: 'no_rows',
      message: expect.stringContaining('None of the 100 rows'),
    });
    expect(await inputs()).toEqual([]);
  });
});

test('how a table was read stands in its manifest', async () => {
  const { of } = await composing();
  const { manifest } = await of('a;b\n1;2\n', '{{a}}');
  expect(manifest.source.notes).toEqual(['Columns are separated by semicolons.']);
});
