export type Value = string | number | boolean | null | object;

/** A file that may be read, and what an error calls it. */
export interface SourceFile {
  /** Real path, allowed to be read. */
  path: string;
  /** As it was asked for: the extension says the format. */
  name: string;
  /** Bytes. */
  size: number;
}

export interface Row {
  /** The line that the row starts at, or its number in a list: counted from 1. */
  place: number;
  cells: Readonly<Record<string, Value | undefined>>;
}

/** Something between rows that is none, told so that every line stays accounted for. */
export interface Skipped {
  place: number;
  skipped: string;
}

export interface Table {
  /** A header's names, or the members of the first rows where there is no header. */
  columns: readonly string[];
  /** What `place` counts. */
  unit: 'line' | 'item';
  /** Reads the file anew each time; throws a UserError that names the place where the file is broken. */
  rows: AsyncIterable<Row | Skipped>;
}

export type Reader = (file: SourceFile, signal: AbortSignal) => Promise<Table>;

/** Rows longer than this are a quote or a bracket left open, not data: a prompt of a million tokens is smaller. */
export const MOST_ROW_BYTES = 16 * 1024 * 1024;
