import { grown } from './row-index.ts';

/** Many short texts as one run of UTF-8, numbered from 0: a tenth of what strings take, and quick to store. */
export interface PackedTexts {
  bytes: Buffer;
  /** Where each one ends. */
  ends: Uint32Array;
  length: number;
}

export const packedTexts = (): PackedTexts => ({
  bytes: Buffer.allocUnsafeSlow(1 << 12),
  ends: new Uint32Array(1 << 8),
  length: 0,
});

const MOST_BYTES_A_UNIT = 3;

export function addText(packed: PackedTexts, text: string): void {
  const start = endOf(packed, packed.length - 1);
  const most = start + text.length * MOST_BYTES_A_UNIT;
  if (most > packed.bytes.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(most, packed.bytes.length * 2));
    packed.bytes.copy(larger);
    packed.bytes = larger;
  }
  if (packed.length === packed.ends.length) packed.ends = grown(packed.ends, packed.length + 1);
  packed.ends[packed.length] = start + packed.bytes.write(text, start);
  packed.length += 1;
}

/** What has been in another thread comes back as plain bytes. */
export const revived = (packed: PackedTexts): PackedTexts => ({
  ...packed,
  bytes: Buffer.from(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength),
});

/** Empty for a text that is not there. */
export const textAt = (packed: PackedTexts, index: number): string =>
  packed.bytes.toString('utf8', endOf(packed, index - 1), endOf(packed, index));

/** Without the room for more. */
export const trimmed = ({ bytes, ends, length }: PackedTexts): PackedTexts => ({
  bytes: Buffer.from(bytes.subarray(0, length === 0 ? 0 : ends[length - 1])),
  ends: ends.slice(0, length),
  length,
});

const endOf = ({ ends }: PackedTexts, index: number): number => (index < 0 ? 0 : (ends[index] ?? 0));
