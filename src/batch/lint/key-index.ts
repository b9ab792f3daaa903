import { hashOf, type KeyLog, keyNumbers, lineOf, sameKey } from './key-log.ts';

const LEAST_SLOTS = 1 << 11;

const slotsFor = (keys: number): number => Math.max(LEAST_SLOTS, 2 ** Math.ceil(Math.log2(keys * 2)));

/** Finds the keys of a log that an earlier row has. Takes 8 bytes a key beside the log's own, 16 where it had to grow. */
export function keyIndex(log: KeyLog) {
  /** Numbers of keys plus one, where the hash points or behind; 0 is free. At most half are in use. */
  let slots = new Uint32Array(slotsFor(log.size));
  let used = 0;

  /** The slot of a key, or the free one where it belongs. */
  function find(key: number): number {
    const mask = slots.length - 1;
    let slot = hashOf(log, key) & mask;
    for (let other = slots[slot] ?? 0; other > 0; other = slots[slot] ?? 0) {
      if (sameKey(log, other - 1, key)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  function double(): void {
    const before = slots;
    slots = new Uint32Array(before.length * 2);
    for (const key of before) if (key > 0) slots[find(key - 1)] = key;
  }

  return {
    /** The line of an earlier row with the key of this number; undefined where the key is new. */
    earlier(key: number): number | undefined {
      const slot = find(key);
      const known = slots[slot] ?? 0;
      if (known > 0) return lineOf(log, known - 1);
      slots[slot] = key + 1;
      used += 1;
      if (used * 2 > slots.length) double();
      return undefined;
    },
  };
}

/** Rows whose key an earlier row has. */
export interface Duplicates {
  rows: number;
  /** The first of them, in order of lines. */
  first: { line: number; earlier: number }[];
}

const MOST_NAMED = 5;

export function duplicatesIn(log: KeyLog): Duplicates {
  const index = keyIndex(log);
  const found: Duplicates = { rows: 0, first: [] };
  for (const key of keyNumbers(log)) {
    const earlier = index.earlier(key);
    if (earlier === undefined) continue;
    found.rows += 1;
    if (found.first.length < MOST_NAMED) found.first.push({ line: lineOf(log, key), earlier });
  }
  return found;
}
