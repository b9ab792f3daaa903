/**
 * Keys seen so far, as 64-bit hashes in typed arrays: 12 bytes a slot, where strings in a Set take some 100 a key.
 * Two of a million different keys share a hash with a chance of 1 in 40 million. Plain data, so that it travels
 * between threads.
 */
export interface KeySet {
  high: Uint32Array;
  low: Uint32Array;
  /** Line of the first row with the key; 0 marks a free slot. */
  line: Uint32Array;
  size: number;
  /** Rows whose key an earlier row had. */
  duplicates: number;
  /** The first of them, in order of lines. */
  first: { line: number; earlier: number; high: number; low: number }[];
}

const FIRST_SLOTS = 1 << 12;
/** Beyond this many keys no more are added: a job takes a million rows at most. Half the slots are in use. */
const MOST_KEYS = 1 << 21;
const MOST_NAMED = 5;

export const newKeySet = (slots = FIRST_SLOTS): KeySet => ({
  high: new Uint32Array(slots),
  low: new Uint32Array(slots),
  line: new Uint32Array(slots),
  size: 0,
  duplicates: 0,
  first: [],
});

/** `line` from 1, lines in ascending order. */
export function addKey(set: KeySet, key: string, line: number): void {
  // Two lanes of multiply and xor in the manner of cyrb53, each finished as murmur3 does.
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  insert(set, finish(a ^ (b >>> 15)), finish(b ^ (a >>> 13) ^ key.length), line);
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function insert(set: KeySet, high: number, low: number, line: number): void {
  const slot = find(set, high, low);
  const earlier = set.line[slot] ?? 0;
  if (earlier > 0) {
    set.duplicates += 1;
    if (set.first.length < MOST_NAMED) set.first.push({ line, earlier, high, low });
    return;
  }
  if (set.size >= MOST_KEYS) return;
  set.high[slot] = high;
  set.low[slot] = low;
  set.line[slot] = line;
  set.size += 1;
  if (set.size * 2 > set.line.length) double(set);
}

/** The slot of a hash, or the free one where it belongs. */
function find({ high, low, line }: KeySet, h: number, l: number): number {
  const mask = line.length - 1;
  let slot = l & mask;
  while (line[slot] !== 0 && (high[slot] !== h || low[slot] !== l)) slot = (slot + 1) & mask;
  return slot;
}

function double(set: KeySet): void {
  const larger = newKeySet(set.line.length * 2);
  set.line.forEach((line, slot) => {
    if (line === 0) return;
    const [high, low] = [set.high[slot] ?? 0, set.low[slot] ?? 0];
    const free = find(larger, high, low);
    larger.high[free] = high;
    larger.low[free] = low;
    larger.line[free] = line;
  });
  set.high = larger.high;
  set.low = larger.low;
  set.line = larger.line;
}

/** Adds the keys of later rows. `lines`: how many lines come before those of `b`. */
export function mergeKeys(a: KeySet, b: KeySet, lines: number): void {
  const before = a.first.length;
  const found: KeySet['first'] = [];
  const inB = b.first.map(({ line, earlier, high, low }) => {
    const inA = a.line[find(a, high, low)] ?? 0;
    return { line: line + lines, earlier: inA > 0 ? inA : earlier + lines, high, low };
  });
  b.line.forEach((line, slot) => {
    if (line === 0) return;
    const [high, low] = [b.high[slot] ?? 0, b.low[slot] ?? 0];
    const earlier = a.line[find(a, high, low)] ?? 0;
    if (earlier > 0) found.push({ line: line + lines, earlier, high, low });
    insert(a, high, low, line + lines);
  });
  a.duplicates += b.duplicates;
  const later = [...inB, ...found].sort((x, y) => x.line - y.line);
  a.first = [...a.first.slice(0, before), ...later].slice(0, MOST_NAMED);
}
