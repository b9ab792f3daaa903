export type Value = string | number | boolean | null | object;

/** Bytes that hold a table, wherever they are, and what an error calls them. */
export interface Source {
  /** As it was asked for: the extension says the format. */
  name: string;
  /** Bytes. */
  size: number;
  /** The bytes anew at each call, from `start` up to but without `end`. */
  bytes(signal: AbortSignal, range?: ByteRange): AsyncIterable<Uint8Array>;
}

export interface ByteRange {
  start: number;
  end: number;
}

export interface Row {
  /** The line that the row starts at, or its number in a list: counted from 1. */
  place: number;
  cells: Readonly<Record<string, Value | undefined>>;
}

/** Something between rows that is none, or a row left out: told so that everything stays accounted for. */
export interface Skipped {
  place: number;
  skipped: string;
}

export interface Table {
  /** A header's names, or the members of the first rows where there is no header. */
  columns: readonly string[];
  /** What `place` counts. */
  unit: 'line' | 'item' | 'row';
  /** Reads the source anew each time; throws a UserError that names the place where it is broken. */
  rows: AsyncIterable<Row | Skipped>;
  /** What a person should know about how it was read, in sentences; whole once the rows have been read. */
  notes(): string[];
}

export interface ReadOptions {
  /** Of a workbook: a sheet's name, or its number from 1. */
  sheet?: string | number | undefined;
}

export type Reader = (source: Source, signal: AbortSignal, options: ReadOptions) => Promise<Table>;

/** Rows longer than this are a quote or a bracket left open, not data: no request may have more than 20 MB. */
export const MOST_ROW_BYTES = 32 * 1024 * 1024;
