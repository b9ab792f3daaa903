/**
 * Row numbers by the text that tells rows apart, as 64-bit hashes in typed arrays: 16 bytes a slot and 4 a row, where
 * a Map of strings takes some 150. Two of a million different texts share a hash with a chance of 1 in 40 million.
 */
export interface RowIndex {
  /** The row that was added first with this text, if any; -1 where this is it. */
  add(text: string, row: number): number;
  /** The row that was added first with this text; -1 where there is none. */
  first(text: string): number;
  /** The row that was added next with the same text; -1 after the last one. */
  next(row: number): number;
}

const FIRST_SLOTS = 1 << 12;
const NONE = -1;

export function rowIndex(): RowIndex {
  let high = new Uint32Array(FIRST_SLOTS);
  let low = new Uint32Array(FIRST_SLOTS);
  /** Rows counted from 1; 0 marks a free slot. */
  let heads = new Uint32Array(FIRST_SLOTS);
  let tails = new Uint32Array(FIRST_SLOTS);
  /** By row: the next one with the same text, counted from 1. */
  let nexts = new Uint32Array(FIRST_SLOTS);
  let used = 0;

  function slotOf(h: number, l: number): number {
    const mask = heads.length - 1;
    let slot = l & mask;
    while (heads[slot] !== 0 && (high[slot] !== h || low[slot] !== l)) slot = (slot + 1) & mask;
    return slot;
  }

  function double(): void {
    const old = { high, low, heads, tails };
    const slots = heads.length * 2;
    high = new Uint32Array(slots);
    low = new Uint32Array(slots);
    heads = new Uint32Array(slots);
    tails = new Uint32Array(slots);
    old.heads.forEach((head, from) => {
      if (head === 0) return;
      const slot = slotOf(old.high[from] ?? 0, old.low[from] ?? 0);
      high[slot] = old.high[from] ?? 0;
      low[slot] = old.low[from] ?? 0;
      heads[slot] = head;
      tails[slot] = old.tails[from] ?? 0;
    });
  }

  return {
    add(text, row) {
      hash(text);
      const slot = slotOf(lanes.high, lanes.low);
      if (row >= nexts.length) nexts = grown(nexts, row + 1);
      nexts[row] = 0;
      const earlier = (heads[slot] ?? 0) - 1;
      if (isRow(earlier)) nexts[(tails[slot] ?? 1) - 1] = row + 1;
      else {
        high[slot] = lanes.high;
        low[slot] = lanes.low;
        heads[slot] = row + 1;
        used += 1;
      }
      tails[slot] = row + 1;
      if (used * 2 > heads.length) double();
      return earlier;
    },
    first(text) {
      hash(text);
      return (heads[slotOf(lanes.high, lanes.low)] ?? 0) - 1;
    },
    next: (row) => (nexts[row] ?? 0) - 1,
  };
}

export const isRow = (row: number): boolean => row !== NONE;

const lanes = { high: 0, low: 0 };

/** Two lanes of multiply and xor in the manner of cyrb53, each finished as murmur3 does; they are left in `lanes`. */
function hash(text: string): void {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x9e3779b1);
    b = Math.imul(b ^ code, 0x5f356495);
  }
  lanes.high = finish(a ^ (b >>> 15));
  lanes.low = finish(b ^ (a >>> 13) ^ text.length);
}

function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** At least twice as long, so that growing row by row costs little. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  array: T,
  length: number,
): T {
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}
