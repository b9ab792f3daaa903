import type { DuckDBDataChunk, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Cell } from './query.ts';

/** Nobody is shown more of one cell; and of each only a little where there is so much text in all. */
const MOST_UNITS = 24_000;
const LEAST_UNITS = 500;
const MOST_UNITS_IN_ALL = 2_000_000;

/** Reads the first rows of one chunk after the other. */
export function cellReader(): (chunk: DuckDBDataChunk, most: number) => Cell[][] {
  let units = 0;
  const cut = (text: string): Cell => {
    const kept = text.slice(0, units < MOST_UNITS_IN_ALL ? MOST_UNITS : LEAST_UNITS);
    units += kept.length;
    return { text: kept, length: text.length };
  };
  return (chunk, most) => {
    const types = Array.from({ length: chunk.columnCount }, (_, index) => chunk.getColumnVector(index).type);
    return Array.from({ length: Math.min(most, chunk.rowCount) }, (_, row) =>
      chunk.getRowValues(row).map((value, column) => cell(value, types[column] as DuckDBType, cut)),
    );
  };
}

const DATES = /^(DATE|TIME|INTERVAL|UUID)/;

function cell(value: DuckDBValue, type: DuckDBType, cut: (text: string) => Cell): Cell {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'string':
      return cut(value);
    default:
      if (value === null) return null;
      if (/^DECIMAL/.test(String(type))) return decimal(String(value));
      return DATES.test(String(type)) ? String(value) : cut(String(value));
  }
}

/** A double holds 15 digits of any decimal. */
const decimal = (digits: string): number | string =>
  digits.replace(/\D/g, '').length <= 15 ? Number(digits) : digits;
