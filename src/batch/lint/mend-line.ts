import { createRowChecker } from './check-row.ts';
import { newPart } from './part.ts';
import { BYTE_ORDER_MARK, readLine, withoutComma } from './read-line.ts';
import type { JsonObject } from './rule.ts';
import { type RuleId, ruleOf } from './rules.ts';
import { MOST_DEPTH } from './structure.ts';
import type { Target } from './target.ts';

export interface Mended {
  /** Undefined where the line goes. */
  text: string | undefined;
  /** Rules that were put right; empty where the line stays as it is, to the byte. */
  rules: RuleId[];
}

/** One fix can show what another has to do: a request that was wrapped may have flat settings. */
const MOST_PASSES = 6;

/** Mends lines as far as that cannot change what they mean. */
export function createMender(target: Target): (text: string) => Mended {
  // What the file as a whole would show is not asked for.
  const scratch = newPart();
  const check = createRowChecker(target, scratch);
  return (text) => {
    const rules = new Set<RuleId>();
    let line = text;
    if (line.startsWith(BYTE_ORDER_MARK)) {
      line = line.slice(1);
      rules.add('byte-order-mark');
    }
    if (line.trim() === '') return { text: undefined, rules: ['blank-line'] };
    const bare = withoutComma(line);
    if (bare !== undefined) {
      line = bare;
      rules.add('trailing-comma');
    }
    const read = readLine(line);
    const found = 'row' in read ? check(read.row, 1).map(({ rule }) => rule) : [];
    if (!('row' in read) || !found.some(isMendable) || !survives(read.row))
      return { text: line, rules: [...rules] };
    // Checks keep what they have seen: the row that is changed has to be another one.
    const row = JSON.parse(line) as JsonObject;
    const mended = mendRow(row, found, () =>
      createRowChecker(target, scratch)(row, 1).map(({ rule }) => rule),
    );
    for (const rule of mended) rules.add(rule);
    return { text: mended.length > 0 ? JSON.stringify(row) : line, rules: [...rules] };
  };
}

const isMendable = (rule: RuleId): boolean => typeof ruleOf(rule).fix === 'function';

function mendRow(row: JsonObject, rules: readonly RuleId[], check: () => readonly RuleId[]): RuleId[] {
  const mended = new Set<RuleId>();
  let found = rules;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const changed = [...new Set(found)].filter((rule) => {
      const { fix } = ruleOf(rule);
      return typeof fix === 'function' && fix(row);
    });
    if (changed.length === 0) break;
    for (const rule of changed) mended.add(rule);
    found = check();
  }
  return [...mended];
}

/** False where a number would be written differently from how it was read, or the value is too deep to be walked. */
function survives(value: unknown, depth = 0): boolean {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  if (typeof value !== 'object' || value === null) return true;
  return depth < MOST_DEPTH && Object.values(value).every((member) => survives(member, depth + 1));
}
