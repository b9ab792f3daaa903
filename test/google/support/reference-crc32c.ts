/** CRC32C bit by bit from its definition (RFC 3720, appendix B.4), base64 as Cloud Storage writes it. */
export async function referenceCrc32c(bytes: Uint8Array): Promise<string> {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8)) >>> 0;
  const big = Buffer.alloc(4);
  big.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return big.toString('base64');
}

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});
