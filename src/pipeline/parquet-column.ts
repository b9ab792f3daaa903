import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import type { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { grown } from './row-index.ts';

/** `count` is a whole number below 2^31, `integer` one below 2^53. */
export type ColumnType = 'text' | 'count' | 'integer' | 'number' | 'boolean';

export interface Column {
  name: string;
  type: ColumnType;
}

/** Values of one column on their way into a row group, as the bytes that they will be there. */
export interface ColumnEncoder {
  /** Null and undefined are no value. */
  add(value: unknown): void;
  /** All values since the last call. The bytes are written over by the next `add`. */
  take(): EncodedColumn;
}

export interface EncodedColumn {
  rows: number;
  /** Which rows have a value. */
  levels: Uint8Array;
  values: Uint8Array;
}

const TYPES = {
  text: 'BYTE_ARRAY',
  count: 'INT32',
  integer: 'INT64',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
} as const;

export const schemaElement = ({ name, type }: Column): SchemaElement => ({
  name,
  type: TYPES[type],
  repetition_type: 'OPTIONAL',
  ...(type === 'text' && { converted_type: 'UTF8' }),
});

const MOST_BYTES_A_UNIT = 3;

/**
 * Plain values in one page, not compressed. The library's own encoder takes lists of values, looks for dictionaries
 * and compresses: with texts of 4 KB that takes ten times as long, more than reading the results does.
 */
export function columnEncoder({ type }: Pick<Column, 'type'>): ColumnEncoder {
  let bytes = Buffer.allocUnsafeSlow(1 << 12);
  let filled = 0;
  /** A byte a row: whether it has a value. */
  let present = new Uint8Array(1 << 10);
  let rows = 0;
  let values = 0;

  function room(most: number): void {
    if (filled + most <= bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(filled + most, bytes.length * 2));
    bytes.copy(larger, 0, 0, filled);
    bytes = larger;
  }

  function addText(text: string): void {
    room(4 + text.length * MOST_BYTES_A_UNIT);
    const size = bytes.write(text, filled + 4);
    bytes.writeUInt32LE(size, filled);
    filled += 4 + size;
  }

  function addValue(value: unknown): void {
    room(8);
    if (type === 'text') addText(String(value));
    else if (type === 'count') filled = bytes.writeInt32LE(Number(value), filled);
    else if (type === 'number') filled = bytes.writeDoubleLE(Number(value), filled);
    else if (type === 'integer') filled = bytes.writeBigInt64LE(BigInt(value as number), filled);
    else {
      // Booleans are bits.
      if (values % 8 === 0) bytes[filled++] = 0;
      if (value === true) bytes[filled - 1] = (bytes[filled - 1] ?? 0) | (1 << (values % 8));
    }
  }

  return {
    add(value) {
      if (rows === present.length) present = grown(present, rows + 1);
      const is = value !== null && value !== undefined;
      present[rows] = is ? 1 : 0;
      rows += 1;
      if (!is) return;
      addValue(value);
      values += 1;
    },
    take() {
      const encoded: EncodedColumn = {
        rows,
        levels: presence(present.subarray(0, rows), values),
        values: bytes.subarray(0, filled),
      };
      filled = 0;
      rows = 0;
      values = 0;
      return encoded;
    },
  };
}

/** Writes a column chunk, and says where it is. */
export function writeColumn(
  writer: ByteWriter,
  { name, type }: Column,
  { rows, levels, values }: EncodedColumn,
): ColumnMetaData {
  const start = writer.offset;
  const size = levels.length + values.length;
  writePageHeader(writer, {
    type: 'DATA_PAGE',
    uncompressed_page_size: size,
    compressed_page_size: size,
    data_page_header: {
      num_values: rows,
      encoding: 'PLAIN',
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    },
  });
  writer.appendBytes(levels);
  writer.appendBytes(values);
  const total = BigInt(writer.offset - start);
  return {
    type: TYPES[type],
    encodings: ['PLAIN', 'RLE'],
    path_in_schema: [name],
    codec: 'UNCOMPRESSED',
    num_values: BigInt(rows),
    total_uncompressed_size: total,
    total_compressed_size: total,
    data_page_offset: BigInt(start),
  };
}

/** Definition levels, with their length before them: a run of equal ones, or a bit a row. */
function presence(present: Uint8Array, values: number): Buffer {
  const rows = present.length;
  const groups = Math.ceil(rows / 8);
  const equal = values === 0 || values === rows;
  const body = equal ? [...varint(rows << 1), values === 0 ? 0 : 1] : varint((groups << 1) | 1);
  const levels = Buffer.alloc(4 + body.length + (equal ? 0 : groups));
  levels.writeUInt32LE(levels.length - 4);
  levels.set(body, 4);
  if (equal) return levels;
  for (let row = 0; row < rows; row++) {
    const at = 4 + body.length + (row >> 3);
    if (present[row] === 1) levels[at] = (levels[at] ?? 0) | (1 << (row & 7));
  }
  return levels;
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) digits.push((rest & 0x7f) | 0x80);
  return [...digits, rest];
}
