import type { Finding } from './notes.ts';
import { type RuleId, ruleOf } from './rules.ts';

/** How often a rule speaks. Plain data. */
export interface Count {
  /** Rows it speaks of. */
  rows: number;
  /** The first lines. */
  lines: number[];
  /** The first different examples. */
  examples: string[];
}

export interface Tally {
  byRule: Map<RuleId, Count>;
  /** Rows that an error is said of. */
  rowsWithErrors: number;
}

const MOST_LINES = 5;
const MOST_EXAMPLES = 3;

export const newTally = (): Tally => ({ byRule: new Map(), rowsWithErrors: 0 });

/** Counts the findings of one row; a rule that speaks twice of it counts once. */
export function tallyRow(tally: Tally, line: number, findings: readonly Finding[]): void {
  let broken = false;
  for (let i = 0; i < findings.length; i++) {
    const { rule, example } = findings[i] as Finding;
    let count = tally.byRule.get(rule);
    if (!count) {
      count = { rows: 0, lines: [], examples: [] };
      tally.byRule.set(rule, count);
    }
    if (!spokeBefore(findings, i)) {
      count.rows += 1;
      if (count.lines.length < MOST_LINES) count.lines.push(line);
    }
    addExample(count, example);
    if (!broken) broken = ruleOf(rule).severity === 'error';
  }
  if (broken) tally.rowsWithErrors += 1;
}

function spokeBefore(findings: readonly Finding[], index: number): boolean {
  const rule = findings[index]?.rule;
  for (let i = 0; i < index; i++) if (findings[i]?.rule === rule) return true;
  return false;
}

function addExample({ examples }: Count, example: string): void {
  if (example !== '' && examples.length < MOST_EXAMPLES && !examples.includes(example))
    examples.push(example);
}

/** Adds what was counted on later lines. */
export function mergeTally(a: Tally, b: Tally, lines: number): void {
  a.rowsWithErrors += b.rowsWithErrors;
  for (const [rule, count] of b.byRule) {
    const own = a.byRule.get(rule) ?? { rows: 0, lines: [], examples: [] };
    a.byRule.set(rule, own);
    own.rows += count.rows;
    own.lines = [...own.lines, ...count.lines.map((line) => line + lines)].slice(0, MOST_LINES);
    for (const example of count.examples) addExample(own, example);
  }
}
