import { isUtf8 } from 'node:buffer';
import type { ParquetParsers, SchemaElement, SchemaTree } from 'hyparquet';
import { dateText, decimalText, shortestFloat, timestampText, timeText } from './number-texts.ts';
import type { Row, Value } from './table.ts';

/** Bytes, or whatever a damaged schema calls so: what is thrown here would be caught by nobody. */
const text = (value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : value && String(value);

/** What the library would turn into a Date or parse, and so lose digits of. */
export const parsers: Partial<ParquetParsers> = {
  dateFromDays: dateText,
  timestampFromMilliseconds: (value) => timestampText(value, 3),
  timestampFromMicroseconds: (value) => timestampText(value, 6),
  timestampFromNanoseconds: (value) => timestampText(value, 9),
  stringFromBytes: text,
  jsonFromBytes: text,
};

/**
 * Makes cells of a row that the library has read: JSON values, and text where JSON has no value that holds it.
 * Takes the mark off decimals, which the library would turn into floating point numbers; those in lists stay that.
 */
export function cellReader(
  columns: readonly SchemaTree[],
): (row: Readonly<Record<string, unknown>>) => Row['cells'] {
  const readers = columns.map(({ element, children }) => ({
    name: element.name,
    read: children.length > 0 ? cell : leafReader(element),
  }));
  return (row) =>
    Object.fromEntries(
      readers.map(({ name, read }) => {
        const value = row[name];
        return [name, value === undefined || value === null ? null : read(value)];
      }),
    );
}

function leafReader(element: SchemaElement): (value: unknown) => Value | null {
  const { type, converted_type: old, logical_type: logical, scale = 0 } = element;
  if (element.repetition_type === 'REPEATED') return cell;
  if (old === 'DECIMAL' || logical?.type === 'DECIMAL') {
    delete element.converted_type;
    delete element.logical_type;
    return (value) => decimalText(unscaled(value), scale);
  }
  if (old === 'TIME_MILLIS') return (value) => timeText(BigInt(value as number), 3);
  if (logical?.type === 'TIME' || old === 'TIME_MICROS') {
    const digits = logical?.type === 'TIME' && logical.unit === 'NANOS' ? 9 : 6;
    return (value) => timeText(BigInt(value as bigint), digits);
  }
  if (logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : old?.startsWith('TIMESTAMP_'))
    return (value) => `${value}Z`;
  if (type === 'FLOAT')
    return (value) => (typeof value === 'number' ? cell(shortestFloat(value)) : cell(value));
  return cell;
}

function cell(value: unknown): Value | null {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return bytesText(value);
      if (Array.isArray(value)) return value.map(cell);
      return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cell(member)]));
    default:
      return (value ?? null) as Value | null;
  }
}

/** Old writers do not say which bytes are text. What is none becomes base64. */
function bytesText(value: Uint8Array): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('base64');
}

/** A decimal's digits without its point: a number, or bytes with the highest first. */
function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint);
  const hex = Buffer.from(value).toString('hex');
  return hex === '' ? 0n : BigInt.asIntN(value.length * 8, BigInt(`0x${hex}`));
}
