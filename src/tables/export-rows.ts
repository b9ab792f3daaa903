/** What a file is written of. Whole numbers beyond 2^53 are their digits. */
export type ExportValue = string | number | boolean | null;

export interface ExportColumn {
  name: string;
  /** Its texts are JSON. */
  json: boolean;
}

export interface ExportRows {
  columns: readonly ExportColumn[];
  /** How many there are. */
  rows: number;
  /** Some 2,000 rows at a time, as lists of values: one list a column. */
  batches: AsyncIterable<readonly (readonly ExportValue[])[]>;
}

/** What a file cannot hold as it was, counted while it is written. */
export interface ExportFindings {
  /** Cells that a spreadsheet would have run as a formula. */
  neutralised: number;
  /** Cells that lost their end, or characters that no file of the format may have. */
  clipped: number;
}
