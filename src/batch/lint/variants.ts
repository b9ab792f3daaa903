import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

/** Different values that rows have in one place, such as response schemas. Plain data. */
export interface Variants {
  byHash: Map<string, Variant>;
  /** Rows with values that were too many to be told apart. */
  others: number;
}

export interface Variant {
  /** The first line that has it. */
  line: number;
  rows: number;
}

const MOST_VARIANTS = 1_000;

export const newVariants = (): Variants => ({ byHash: new Map(), others: 0 });

/** Counts a row with the value. The variant comes back, so that equal values of later rows can be counted without a hash. */
export function countVariant(variants: Variants, value: unknown, line: number): Variant {
  const hash = createHash('sha1').update(canonicalJson(value)).digest('base64');
  return add(variants, hash, { line, rows: 1 });
}

function add(variants: Variants, hash: string, { line, rows }: Variant): Variant {
  const known = variants.byHash.get(hash);
  if (known) {
    known.rows += rows;
    return known;
  }
  const added = { line, rows };
  if (variants.byHash.size < MOST_VARIANTS) variants.byHash.set(hash, added);
  else variants.others += rows;
  return added;
}

export function mergeVariants(a: Variants, b: Variants, lines: number): void {
  for (const [hash, { line, rows }] of b.byHash) add(a, hash, { line: line + lines, rows });
  a.others += b.others;
}
