import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';

/** The rows of a results table, as another reader of Parquet sees them. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows its columns.
export const readTable = async (path: string): Promise<any[]> =>
  parquetReadObjects({ file: await asyncBufferFromFile(path) });
