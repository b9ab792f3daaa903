/** A running CRC32C (Castagnoli), which Cloud Storage keeps for each object. */
export interface Crc32c {
  update(bytes: Uint8Array): void;
  /** Base64 of the four bytes, most significant first, as in the object's `crc32c`. Ends the run. */
  digest(): string;
}

/** Loads its WebAssembly when first asked for: 2 GB/s, where a table in JavaScript does 0.4. */
export async function createCrc32c(): Promise<Crc32c> {
  const { createCRC32 } = await import('hash-wasm');
  // 0x1EDC6F41, bits reversed: hash-wasm's default polynomial is that of zip, not Castagnoli's.
  const hasher = await createCRC32(0x82f63b78);
  hasher.init();
  return {
    update: (bytes) => {
      hasher.update(bytes);
    },
    digest: () => Buffer.from(hasher.digest('binary')).toString('base64'),
  };
}
