import { answerColumns } from '../batch/answer-columns.ts';
import { OUTCOMES } from '../batch/outcomes.ts';
import { parseLine } from './collect-input.ts';
import { addText, type PackedTexts, packedTexts } from './packed-texts.ts';
import { parseAround, type Reading, type ReadingSpec, type ResultRecord, readLine } from './result-record.ts';

/** Whole lines of an output, on their way to a thread and back. */
export interface Lines {
  bytes: Uint8Array<ArrayBuffer>;
  /** False for a last line without its end, which may have been cut. */
  whole: boolean;
}

/** What lines say, so that it travels between threads as few large pieces; lists are by line. */
export interface UnderstoodLines extends Lines {
  lines: number;
  /** Where each line ends in `bytes`. */
  ends: Uint32Array<ArrayBuffer>;
  /** The outcome's place in `OUTCOMES`, counted from 1; 0 for a line that has to be looked at by itself. */
  outcomes: Uint8Array<ArrayBuffer>;
  keys: PackedTexts;
  /** Records as JSON, one behind the other. */
  records: Uint8Array<ArrayBuffer>;
  starts: Uint32Array<ArrayBuffer>;
  sizes: Uint32Array<ArrayBuffer>;
  /** USD, and prompt, answer and thought tokens: four numbers a line. */
  spent: Float64Array<ArrayBuffer>;
  /** Members that records have. */
  extras: string[];
}

export const compileReading = ({ asked, price, schema, taken }: ReadingSpec): Reading => ({
  asked,
  price,
  columns: schema && answerColumns(schema, taken),
});

const NEWLINE = 0x0a;
const MOST_BYTES_A_UNIT = 3;

/** Reads lines as far as that goes without knowing the input. */
export function understandLines({ bytes, whole }: Lines, reading: Reading): UnderstoodLines {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ends = lineEnds(buffer);
  const lines = ends.length;
  const outcomes = new Uint8Array(lines);
  const starts = new Uint32Array(lines);
  const sizes = new Uint32Array(lines);
  const spent = new Float64Array(lines * 4);
  const keys = packedTexts();
  const extras = new Set<string>();
  let records = Buffer.allocUnsafeSlow(Math.max(1024, buffer.length >> 2));
  let filled = 0;

  for (let line = 0, start = 0; line < lines; line++) {
    const end = ends[line] ?? 0;
    const read = understand(buffer.subarray(start, end), whole, reading);
    start = end + 1;
    addText(keys, read?.key ?? '');
    // Media are written where files are; and what is no JSON, where lines are counted.
    if (read === undefined || read.key === undefined || read.media.length > 0) continue;
    const { record } = read;
    for (const name in record) extras.add(name);
    const text = JSON.stringify(record);
    const most = filled + text.length * MOST_BYTES_A_UNIT + 1;
    if (most > records.length) records = larger(records, filled, most);
    starts[line] = filled;
    filled += records.write(text, filled);
    sizes[line] = filled - (starts[line] ?? 0);
    records[filled++] = NEWLINE;
    outcomes[line] = OUTCOMES.indexOf(record.outcome) + 1;
    spent.set(spentOn(record), line * 4);
  }
  return {
    ...{ bytes, whole, lines, ends, outcomes, keys, starts, sizes, spent },
    records: new Uint8Array(records.buffer, 0, filled) as Uint8Array<ArrayBuffer>,
    extras: [...extras],
  };
}

/** Undefined for what is no JSON object. */
export function understand(line: Buffer, whole: boolean, reading: Reading) {
  const row = (whole && reading.asked ? parseAround(line) : undefined) ?? parseLine(line);
  return row && readLine(row, reading);
}

export const spentOn = ({ usd = 0, tokens: [prompt, , answer, thought, tool] }: ResultRecord) =>
  [usd, prompt + tool, answer, thought] as const;

/** Without line ends, and without empty lines. */
function lineEnds(buffer: Buffer): Uint32Array<ArrayBuffer> {
  const ends: number[] = [];
  for (let start = 0; start < buffer.length; ) {
    const newline = buffer.indexOf(NEWLINE, start);
    const end = newline === -1 ? buffer.length : newline;
    ends.push(end);
    start = end + 1;
  }
  return Uint32Array.from(ends);
}

function larger(buffer: Buffer<ArrayBuffer>, filled: number, least: number): Buffer<ArrayBuffer> {
  const grown = Buffer.allocUnsafeSlow(Math.max(least, buffer.length * 2));
  buffer.copy(grown, 0, 0, filled);
  return grown;
}

/** What can be handed over instead of copied. */
export const buffersOf = ({ bytes, ends, outcomes, keys, records, starts, sizes, spent }: UnderstoodLines) =>
  [bytes, ends, outcomes, keys.bytes, keys.ends, records, starts, sizes, spent].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );
