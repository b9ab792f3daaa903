/** A statement over tables in files. */
export interface Query {
  /** Parquet files, each a table. */
  files: readonly { table: string; path: string }[];
  /** Further tables, made of those before them by a SELECT. */
  views: readonly { table: string; select: string }[];
  /** Left out, the answer says what tables there are. */
  sql?: string | undefined;
  /** At most so many rows come back. */
  rows: number;
  /** Folder for what does not fit into memory. */
  spill: string;
}

export interface QueryColumn {
  name: string;
  /** As the SQL engine calls it: `VARCHAR`, `BIGINT`, `DOUBLE`. */
  type: string;
}

export interface TableFacts {
  table: string;
  rows: number;
  columns: QueryColumn[];
}

export interface QueryAnswer {
  columns: QueryColumn[];
  rows: Cell[][];
  /** True where the query has more rows than were asked for. */
  more: boolean;
}

/**
 * A value of an answer, as JSON can hold it. Dates, times, and whole numbers beyond 2^53 are strings. Text is somebody
 * else's, and apart from these: it is cut where it is longer than anybody reads, and `length` is what it was, in
 * UTF-16 units.
 */
export type Cell = null | number | boolean | string | { text: string; length: number };
