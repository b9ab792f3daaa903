import { appendKeys, type KeyLog, newKeyLog } from './key-log.ts';
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
  keys: KeyLog;
  /** Response schemas. */
  schemas: Variants;
  /** Function declarations. */
  functions: Variants;
}

/** Keys of later rows are not compared: a job takes a million rows at most. */
export const MOST_KEYS = 1 << 21;

export const newPart = (): LintPart => ({
  lines: 0,
  rows: 0,
  bytes: 0,
  tally: newTally(),
  structure: newStructure(),
  keys: newKeyLog(),
  schemas: newVariants(),
  functions: newVariants(),
});

/** `a` with the lines of `b` behind its own. Takes both over. */
export function mergeLint(a: LintPart, b: LintPart): LintPart {
  mergeTally(a.tally, b.tally, a.lines);
  mergeStructure(a.structure, b.structure, a.lines);
  if (a.keys.size < MOST_KEYS) appendKeys(a.keys, b.keys, a.lines);
  mergeVariants(a.schemas, b.schemas, a.lines);
  mergeVariants(a.functions, b.functions, a.lines);
  return { ...a, lines: a.lines + b.lines, rows: a.rows + b.rows, bytes: a.bytes + b.bytes };
}
