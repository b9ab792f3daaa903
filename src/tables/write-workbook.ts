import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { ZipInputFile } from 'fflate';
import { UserError } from '../support/errors.ts';
import { count } from '../support/text.ts';
import type { ExportFindings, ExportRows, ExportValue } from './export-rows.ts';

/** What Excel opens. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
const MOST_UNITS = 32_767;
/** Of one file in a zip file without extensions. */
const MOST_BYTES = 2 ** 32 - 1;

const PIECE = 1_000_000;
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** What a workbook of one sheet consists of, beside the sheet. */
const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="results" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};

/**
 * An XLSX workbook of one sheet, its first row frozen. Text is text, never a formula. What Excel cannot hold is clipped
 * and counted; throws `too_large_for_xlsx` for what it would not open. Holds a piece of the sheet at a time: libraries
 * that take whole sheets need 900 MB for 100,000 rows of 20 columns.
 */
export async function* writeWorkbook(rows: ExportRows, findings: ExportFindings): AsyncGenerator<Uint8Array> {
  if (rows.rows >= MOST_ROWS) throw tooLarge(count(rows.rows, 'row'));
  if (rows.columns.length > MOST_COLUMNS) throw tooLarge(count(rows.columns.length, 'column'));
  const { Zip, ZipPassThrough } = await import('fflate');
  let written: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    written.push(chunk);
  });
  function* taken() {
    yield* written;
    written = [];
  }
  for (const [name, content] of Object.entries(PARTS)) {
    const part = new ZipPassThrough(name);
    zip.add(part);
    part.push(Buffer.from(HEAD + content), true);
  }
  // Node packs three times as fast as the library, which writes what is around it.
  const sheet: ZipInputFile = { filename: 'xl/worksheets/sheet1.xml', compression: 8, crc: 0, size: 0 };
  zip.add(sheet);
  const packing = createDeflateRaw();
  pipeline(Readable.from(measured(sheetXml(rows, findings), sheet)), packing, () => undefined);
  for await (const packed of packing) {
    sheet.ondata?.(null, packed, false);
    yield* taken();
  }
  sheet.ondata?.(null, new Uint8Array(0), true);
  zip.end();
  yield* taken();
}

/** The same as bytes; the part learns their number and checksum. */
async function* measured(pieces: AsyncIterable<string>, part: ZipInputFile): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    const content = Buffer.from(piece);
    part.size += content.length;
    if (part.size > MOST_BYTES) throw tooLarge('more than 4 GB');
    part.crc = crc32(content, part.crc);
    yield content;
  }
}

async function* sheetXml({ columns, batches }: ExportRows, findings: ExportFindings): AsyncGenerator<string> {
  const letters = columns.map((_, index) => columnLetters(index));
  const rowXml = (row: number, valueAt: (column: number) => ExportValue): string => {
    let cells = `<row r="${row}">`;
    for (let column = 0; column < letters.length; column++)
      cells += cellXml(`${letters[column]}${row}`, valueAt(column), findings);
    return `${cells}</row>`;
  };
  let piece = `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
  piece += rowXml(1, (column) => columns[column]?.name ?? null);
  let written = 1;
  for await (const batch of batches) {
    const rows = batch[0]?.length ?? 0;
    for (let row = 0; row < rows; row++) {
      written += 1;
      piece += rowXml(written, (column) => batch[column]?.[row] ?? null);
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
  }
  yield `${piece}</sheetData></worksheet>`;
}

/** `A` … `Z`, `AA` … */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

function cellXml(at: string, value: ExportValue, findings: ExportFindings): string {
  if (value === null || value === '') return '';
  if (typeof value === 'number') return `<c r="${at}"><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
  if (value.length <= MOST_UNITS) return textCell(at, value);
  findings.clipped += 1;
  return textCell(at, clipped(value));
}

const textCell = (at: string, text: string): string =>
  `<c r="${at}" t="inlineStr"><is><t${/^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ''}>${escaped(text)}</t></is></c>`;

/** Never inside a surrogate pair. */
const clipped = (text: string): string =>
  text.slice(0, /[\ud800-\udbff]/.test(text.charAt(MOST_UNITS - 1)) ? MOST_UNITS - 1 : MOST_UNITS);

/** What XML cannot hold, and what Excel would take for it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9a-f]{4}_)/gi;
const MARKUP = /[&<>\r]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Characters that XML has no place for are written as Excel does: `_x001B_`. */
const escaped = (text: string): string =>
  text
    .replace(FORBIDDEN, (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(MARKUP, (mark) => ENTITIES[mark] ?? mark);

const tooLarge = (what: string) =>
  new UserError('too_large_for_xlsx', {
    what: `Excel cannot hold ${what}.`,
    why: `A sheet has at most ${count(MOST_ROWS - 1, 'row')} below its header, and ${count(MOST_COLUMNS, 'column')}.`,
    fix: 'Export to .parquet or .csv, or choose columns and rows with columns and where.',
  });
