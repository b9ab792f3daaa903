import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { UserError } from '../support/errors.ts';
import { bytes, quoteUntrusted } from '../support/text.ts';
import { checkHeader } from './header.ts';
import { cellReader, parsers } from './parquet-values.ts';
import type { Reader, Row, Source } from './table.ts';

/** Rows are unpacked this many bytes at a time: what is needed of a row group, not the whole of it. */
const BATCH_BYTES = 64_000_000;
/** A row group's bytes, as packed in the file, are held while its rows are read. */
const MOST_GROUP_BYTES = 1_000_000_000;

/**
 * Parquet, read by row group through byte ranges. Whole numbers of 64 bits, decimals, dates and times become text,
 * as JSON has no number that holds them. Throws `no_rows`, `bad_parquet`, `row_group_too_large`.
 */
export const readParquet: Reader = async (source, signal) => {
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  const file = ranges(source, signal);
  const metadata = await explained(source, () => parquetMetadataAsync(file, { geoparquet: false }));
  const schema = await explained(source, async () => parquetSchema(metadata).children);
  const columns = schema.map(({ element }) => element.name);
  if (columns.some((name) => typeof name !== 'string')) throw badParquet(source, 'a column has no name');
  checkHeader(columns, source);
  const tooLarge = metadata.row_groups.find((group) => packedBytes(group) > MOST_GROUP_BYTES);
  if (tooLarge) throw groupTooLarge(source, packedBytes(tooLarge));
  const cellsOf = cellReader(schema);
  return {
    columns,
    unit: 'row',
    rows: { [Symbol.asyncIterator]: () => rows(source, file, metadata, cellsOf, signal) },
    notes: () => [],
  };
};

type RowGroup = FileMetaData['row_groups'][number];

async function* rows(
  source: Source,
  file: AsyncBuffer,
  metadata: FileMetaData,
  cellsOf: (row: Record<string, unknown>) => Row['cells'],
  signal: AbortSignal,
): AsyncGenerator<Row> {
  const [{ parquetReadObjects }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  let place = 0;
  for (const group of metadata.row_groups) {
    const held = holding(file, group);
    const groupEnd = place + Number(group.num_rows);
    const batch = Math.max(1, Math.floor((Number(group.num_rows) * BATCH_BYTES) / unpackedBytes(group)));
    while (place < groupEnd) {
      signal.throwIfAborted();
      const range = { rowStart: place, rowEnd: Math.min(groupEnd, place + batch) };
      const read = await explained(source, () =>
        parquetReadObjects({
          file: held,
          metadata,
          compressors,
          parsers,
          utf8: false,
          useOffsetIndex: true,
          ...range,
        }),
      );
      if (read.length !== range.rowEnd - range.rowStart)
        throw badParquet(source, `rows ${range.rowStart + 1} to ${range.rowEnd} are not all there`);
      // A damaged schema promises other values than there are.
      for (const cells of await explained(source, async () => read.map(cellsOf))) {
        place += 1;
        yield { place, cells };
      }
    }
  }
}

const unpackedBytes = ({ total_byte_size }: RowGroup): number => Math.max(1, Number(total_byte_size));

const packedBytes = ({ columns }: RowGroup): number =>
  columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_compressed_size ?? 0), 0);

/** Columns without an index of their pages are asked for whole with each batch: once from the source is enough. */
function holding(file: AsyncBuffer, { columns }: RowGroup): AsyncBuffer {
  if (columns.every(({ offset_index_offset }) => offset_index_offset)) return file;
  const held = new Map<string, ReturnType<AsyncBuffer['slice']>>();
  return {
    byteLength: file.byteLength,
    slice: (start, end) => {
      const range = `${start}-${end}`;
      const earlier = held.get(range);
      if (earlier) return earlier;
      const read = file.slice(start, end);
      held.set(range, read);
      return read;
    },
  };
}

/** Bytes by range; what goes beyond the source's end is cut. */
const ranges = (source: Source, signal: AbortSignal): AsyncBuffer => ({
  byteLength: source.size,
  slice: async (start, end = source.size) => {
    const range = { start, end: Math.min(end, source.size) };
    const target = new Uint8Array(Math.max(0, range.end - start));
    let filled = 0;
    try {
      if (target.length > 0)
        for await (const chunk of source.bytes(signal, range)) {
          target.set(chunk, filled);
          filled += chunk.length;
        }
    } catch (error) {
      ofSource.add(error as object);
      throw error;
    }
    return target.buffer.slice(0, filled);
  },
});

const ofSource = new WeakSet<object>();

/** What the source throws goes through; all else that is thrown is about the file. */
async function explained<T>(source: Source, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw ofSource.has(error as object)
      ? error
      : badParquet(source, quoteUntrusted((error as Error).message, 120), error);
  }
}

const badParquet = ({ name }: Source, why: string, cause?: unknown) =>
  new UserError('bad_parquet', {
    what: `${quoteUntrusted(name)} cannot be read as Parquet: ${why}.`,
    why: 'It is damaged, or uses a feature that is not supported.',
    fix: "Write it again, for example with DuckDB: COPY (FROM 'old.parquet') TO 'new.parquet'.",
    cause,
  });

const groupTooLarge = ({ name }: Source, size: number) =>
  new UserError('row_group_too_large', {
    what: `${quoteUntrusted(name)} has a row group of ${bytes(size)}.`,
    why: `A row group is held in memory while it is read, up to ${bytes(MOST_GROUP_BYTES)}.`,
    fix: "Write it with smaller ones, for example with DuckDB: COPY (FROM 'old.parquet') TO 'new.parquet' (ROW_GROUP_SIZE 20000).",
  });
