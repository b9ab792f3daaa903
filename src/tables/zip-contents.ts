import type { Source } from './table.ts';

export interface ZipContents {
  names: string[];
  /** Of all files in it, as the directory says. */
  unpackedBytes: number;
}

/** Where a zip file's directory begins stands in its last bytes, before a comment of at most 64 KiB. */
const TAIL_BYTES = 66_000;
const END = Buffer.from('PK\x05\x06');
const ENTRY = Buffer.from('PK\x01\x02');

/** What a zip file's directory lists, without unpacking anything; undefined where it is no zip file. */
export async function zipContents(source: Source, signal: AbortSignal): Promise<ZipContents | undefined> {
  const tailStart = Math.max(0, source.size - TAIL_BYTES);
  const tail = await read(source, tailStart, source.size, signal);
  const end = tail.lastIndexOf(END);
  if (end === -1 || end + 22 > tail.length) return undefined;
  const [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (start + length > source.size) return undefined;
  const directory = await read(source, start, start + length, signal);
  const contents: ZipContents = { names: [], unpackedBytes: 0 };
  for (let at = 0; at + 46 <= directory.length && directory.subarray(at, at + 4).equals(ENTRY); ) {
    const nameLength = directory.readUInt16LE(at + 28);
    contents.unpackedBytes += directory.readUInt32LE(at + 24);
    contents.names.push(directory.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return contents;
}

async function read(source: Source, start: number, end: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (end > start) for await (const chunk of source.bytes(signal, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
