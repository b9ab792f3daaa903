import type { ObjectMetadata } from '../google/storage-types.ts';
import type { RowCounts } from './job-facts.ts';
import type { OutputFiles } from './output-files.ts';
import type { Ports } from './ports.ts';

const NEWLINE = 0x0a;

/**
 * How many lines files have: counted in up to `most` bytes, and told from the size of those lines for what is beyond.
 * Nothing is parsed, and the memory is that of a chunk.
 */
export async function countLines(
  { files, bytes }: Pick<OutputFiles, 'files' | 'bytes'>,
  most: number,
  ports: Pick<Ports, 'storage' | 'signal'>,
): Promise<Pick<RowCounts, 'done' | 'about'>> {
  let lines = 0;
  let read = 0;
  for (const file of files) {
    if (read >= most) break;
    const part = Math.min(file.size, most - read);
    lines += await newlines(file, part, ports);
    read += part;
  }
  return read < bytes ? { about: Math.round((lines * bytes) / Math.max(read, 1)) } : { done: lines };
}

/** A last line without its end is still being written, and is not counted. */
async function newlines(
  { bucket, name, generation }: ObjectMetadata,
  part: number,
  { storage, signal }: Pick<Ports, 'storage' | 'signal'>,
): Promise<number> {
  if (part === 0) return 0;
  let lines = 0;
  for await (const chunk of storage.download(bucket, name, { generation, end: part - 1, signal }))
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
