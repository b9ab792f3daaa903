import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';

/** Different values that rows have in one place, such as response schemas. Plain data. */
export interface Variants {
  byHash: Map<string, Variant>;
  /** What came when there were too many to be told apart. */
  others: Variant;
}

export interface Variant {
  /** The first line that has it. */
  line: number;
  rows: number;
}

const MOST_VARIANTS = 1_000;

export const newVariants = (): Variants => ({ byHash: new Map(), others: { line: 0, rows: 0 } });

/** The variant that a value is. The caller counts its rows, so that equal values need no hash. */
export function variantOf(variants: Variants, value: unknown, line: number): Variant {
  const hash = createHash('sha1').update(canonicalJson(value)).digest('base64');
  return add(variants, hash, { line, rows: 0 });
}

function add(variants: Variants, hash: string, { line, rows }: Variant): Variant {
  const known = variants.byHash.get(hash);
  if (known) {
    known.rows += rows;
    return known;
  }
  if (variants.byHash.size >= MOST_VARIANTS) {
    variants.others.rows += rows;
    return variants.others;
  }
  const added = { line, rows };
  variants.byHash.set(hash, added);
  return added;
}

export function mergeVariants(a: Variants, b: Variants, lines: number): void {
  for (const [hash, { line, rows }] of b.byHash) add(a, hash, { line: line + lines, rows });
  a.others.rows += b.others.rows;
}
