import type { ColumnChunk, RowGroup } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { type Column, type EncodedColumn, schemaElement, writeColumn } from './parquet-column.ts';

/** `PAR1` */
const MAGIC = 0x31524150;

/** The column chunks of some rows, wherever they are in the file. */
export interface Group {
  rows: number;
  chunks: ColumnChunk[];
}

/**
 * A Parquet file in the making, whose bytes are taken away piece by piece. The columns of a row group need not lie
 * together: the format only asks that each of them does, and says for each where it is.
 */
export function parquetFile() {
  const writer = new ByteWriter(1 << 20);
  let other = new ArrayBuffer(1 << 20);
  writer.appendUint32(MAGIC);

  /** The bytes since the last call. Two buffers take turns: these may be overwritten after the next call. */
  function take(): Uint8Array {
    const bytes = writer.getBytes();
    const buffer = writer.buffer as ArrayBuffer;
    writer.buffer = other;
    writer.view = new DataView(other);
    writer.index = 0;
    other = buffer;
    return bytes;
  }

  return {
    /** Adds columns to a row group. */
    add(group: Group, columns: readonly Column[], encoded: readonly EncodedColumn[]): Uint8Array {
      encoded.forEach((one, index) => {
        const at = BigInt(writer.offset);
        group.chunks.push({
          file_offset: at,
          meta_data: writeColumn(writer, columns[index] as Column, one),
        });
      });
      return take();
    },
    /** The end of the file: `columns` in the order of the chunks of each group. */
    finish(columns: readonly Column[], groups: readonly Group[]): Uint8Array {
      writeMetadata(writer, {
        version: 1,
        created_by: 'vertex-batch-mcp',
        schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaElement)],
        num_rows: BigInt(groups.reduce((sum, { rows }) => sum + rows, 0)),
        row_groups: groups.map(rowGroup),
        // The library writes the length itself.
        metadata_length: 0,
      });
      writer.appendUint32(MAGIC);
      return take();
    },
  };
}

const rowGroup = ({ rows, chunks }: Group): RowGroup => ({
  columns: chunks,
  num_rows: BigInt(rows),
  total_byte_size: chunks.reduce((sum, { meta_data }) => sum + (meta_data?.total_compressed_size ?? 0n), 0n),
});
