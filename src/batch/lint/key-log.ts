/**
 * Keys of rows, in their order, as 64-bit hashes: 12 bytes a key, where strings in a Map take some 100. Two of a
 * million different keys share a hash with a chance of 1 in 40 million. Plain data in chunks, which go from thread
 * to thread and from a part to the whole without being copied.
 */
export interface KeyLog {
  chunks: KeyChunk[];
  /** Keys in all chunks. */
  size: number;
}

interface KeyChunk {
  /** Three for each key: the halves of its hash, and the line of its row. */
  words: Uint32Array<ArrayBuffer>;
  /** Keys in it. Less than it holds in the last chunk of each part. */
  size: number;
}

const KEYS_A_CHUNK = 1 << 10;
const WORDS_A_KEY = 3;

export const newKeyLog = (): KeyLog => ({ chunks: [], size: 0 });

/** `line` from 1, lines in ascending order. Gives the key's number in the log: they ascend, and have gaps behind parts. */
export function logKey(log: KeyLog, key: string, line: number): number {
  // Two lanes of multiply and xor in the manner of cyrb53, each finished as murmur3 does.
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  const chunk = openChunk(log);
  const place = chunk.size;
  const at = place * WORDS_A_KEY;
  chunk.words[at] = finish(a ^ (b >>> 15));
  chunk.words[at + 1] = finish(b ^ (a >>> 13) ^ key.length);
  chunk.words[at + 2] = line;
  chunk.size += 1;
  log.size += 1;
  return (log.chunks.length - 1) * KEYS_A_CHUNK + place;
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function openChunk({ chunks }: KeyLog): KeyChunk {
  const last = chunks.at(-1);
  if (last && last.size < KEYS_A_CHUNK) return last;
  const added = { words: new Uint32Array(KEYS_A_CHUNK * WORDS_A_KEY), size: 0 };
  chunks.push(added);
  return added;
}

/** Adds the keys of later rows, and takes them over. `lines`: how many lines come before those of `b`. */
export function appendKeys(a: KeyLog, b: KeyLog, lines: number): void {
  for (const { words } of b.chunks)
    for (let at = 2; at < words.length; at += WORDS_A_KEY) words[at] = (words[at] ?? 0) + lines;
  for (const chunk of b.chunks) a.chunks.push(chunk);
  a.size += b.size;
}

/** What can be handed to another thread. */
export const buffersOf = ({ chunks }: KeyLog): ArrayBuffer[] => chunks.map(({ words }) => words.buffer);

/** Numbers of all keys, in the order of rows. */
export function* keyNumbers({ chunks }: KeyLog): Generator<number, void, undefined> {
  for (const [index, { size }] of chunks.entries())
    for (let place = 0; place < size; place++) yield index * KEYS_A_CHUNK + place;
}

const chunkOf = ({ chunks }: KeyLog, key: number): Uint32Array =>
  (chunks[Math.floor(key / KEYS_A_CHUNK)] as KeyChunk).words;

const placeOf = (key: number): number => (key % KEYS_A_CHUNK) * WORDS_A_KEY;

export const lineOf = (log: KeyLog, key: number): number => chunkOf(log, key)[placeOf(key) + 2] as number;

/** Half of the hash. */
export const hashOf = (log: KeyLog, key: number): number => chunkOf(log, key)[placeOf(key) + 1] as number;

export function sameKey(log: KeyLog, a: number, b: number): boolean {
  const wordsOfA = chunkOf(log, a);
  const wordsOfB = chunkOf(log, b);
  const [atA, atB] = [placeOf(a), placeOf(b)];
  return wordsOfA[atA] === wordsOfB[atB] && wordsOfA[atA + 1] === wordsOfB[atB + 1];
}
