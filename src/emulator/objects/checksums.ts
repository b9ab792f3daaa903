import { createHash } from 'node:crypto';
import { invalid } from './errors.ts';
import type { ExpectedChecksums } from './model.ts';

export interface Checksums {
  /** Base64, big-endian. */
  crc32c: string;
  /** Base64. */
  md5Hash: string;
}

/** Both checksums of a stream of bytes, as it passes. */
export interface Digest {
  /** Bytes seen so far. */
  readonly size: number;
  update(bytes: Uint8Array): void;
  /** Ends the digest. */
  result(): Checksums;
}

/** The Castagnoli polynomial, bit-reversed. */
const CRC32C = 0x82f63b78;

export async function startDigest(): Promise<Digest> {
  const { createCRC32 } = await import('hash-wasm');
  const crc = (await createCRC32(CRC32C)).init();
  const md5 = createHash('md5');
  let size = 0;
  return {
    get size() {
      return size;
    },
    update(bytes) {
      crc.update(bytes);
      md5.update(bytes);
      size += bytes.byteLength;
    },
    result: () => ({
      crc32c: Buffer.from(crc.digest('binary')).toString('base64'),
      md5Hash: md5.digest('base64'),
    }),
  };
}

/** Throws 400, in Google's words, when the sender's checksum is not ours. */
export function assertChecksums(actual: Checksums, expected: ExpectedChecksums = {}): void {
  if (expected.crc32c !== undefined && expected.crc32c !== actual.crc32c) {
    throw invalid(`Provided CRC32C "${expected.crc32c}" doesn't match calculated CRC32C "${actual.crc32c}".`);
  }
  if (expected.md5Hash !== undefined && expected.md5Hash !== actual.md5Hash) {
    throw invalid(
      `Provided MD5 hash "${expected.md5Hash}" doesn't match calculated MD5 hash "${actual.md5Hash}".`,
    );
  }
}
