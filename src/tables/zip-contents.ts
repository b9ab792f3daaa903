export interface ZipContents {
  names: string[];
  /** Of all files in it, as the directory says. */
  unpackedBytes: number;
}

const END = Buffer.from('PK\x05\x06');
const ENTRY = Buffer.from('PK\x01\x02');

/** What a zip file's directory lists, without unpacking anything; undefined where it is no zip file. */
export function zipContents(zip: Buffer): ZipContents | undefined {
  const end = zip.lastIndexOf(END);
  if (end === -1 || end + 22 > zip.length) return undefined;
  const [length, start] = [zip.readUInt32LE(end + 12), zip.readUInt32LE(end + 16)];
  const directory = zip.subarray(start, start + length);
  const contents: ZipContents = { names: [], unpackedBytes: 0 };
  for (let at = 0; at + 46 <= directory.length && directory.subarray(at, at + 4).equals(ENTRY); ) {
    const nameLength = directory.readUInt16LE(at + 28);
    contents.unpackedBytes += directory.readUInt32LE(at + 24);
    contents.names.push(directory.toString('utf8', at + 46, at + 46 + nameLength));
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return contents;
}
