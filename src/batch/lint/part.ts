import { type KeySet, mergeKeys, newKeySet } from './key-set.ts';
import { mergeStructure, newStructure, type Structure } from './structure.ts';
import { mergeTally, newTally, type Tally } from './tally.ts';
import { mergeVariants, newVariants, type Variants } from './variants.ts';

/** What was found in consecutive lines of a file. Plain data: parts are made in threads of their own and merged. */
export interface LintPart {
  /** Line ends, and a last line without one. Lines are numbered from 1 in each part. */
  lines: number;
  /** Lines that are not blank. */
  rows: number;
  bytes: number;
  tally: Tally;
  structure: Structure;
  keys: KeySet;
  /** Response schemas. */
  schemas: Variants;
  /** Function declarations. */
  functions: Variants;
}

export const newPart = (): LintPart => ({
  lines: 0,
  rows: 0,
  bytes: 0,
  tally: newTally(),
  structure: newStructure(),
  keys: newKeySet(),
  schemas: newVariants(),
  functions: newVariants(),
});

/** `a` with the lines of `b` behind its own. Takes both over. */
export function mergeLint(a: LintPart, b: LintPart): LintPart {
  mergeTally(a.tally, b.tally, a.lines);
  mergeStructure(a.structure, b.structure, a.lines);
  mergeKeys(a.keys, b.keys, a.lines);
  mergeVariants(a.schemas, b.schemas, a.lines);
  mergeVariants(a.functions, b.functions, a.lines);
  return { ...a, lines: a.lines + b.lines, rows: a.rows + b.rows, bytes: a.bytes + b.bytes };
}
