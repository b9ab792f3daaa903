import { clip } from '../../support/text.ts';
import type { RuleId } from './rules.ts';
import { sameJson } from './same-json.ts';

/** One rule speaking of one place in a row. */
export interface Finding {
  rule: RuleId;
  /** `request.temperature: 0 → request.generationConfig.temperature`. Text of the file, not quoted yet. */
  example: string;
}

/** Where checks are in a row, and what they found there. */
export interface Notes {
  /** Names and indexes on the way to what is being looked at. Whoever pushes pops. */
  readonly path: (string | number)[];
  found: Finding[];
  /** `instead`: what to write in its place, or what would be right. */
  say(rule: RuleId, value?: unknown, instead?: string): void;
  /**
   * Runs the check of a value; or, where the value in this place is the same as on the last row, says again what was
   * said then, and gives the same result. Nothing is remembered of a check without a result.
   */
  once<Result>(place: string, value: unknown, check: () => Result | undefined): Result | undefined;
}

interface Remembered {
  value: unknown;
  found: readonly Finding[];
  result: unknown;
}

export function createNotes(): Notes {
  const path: (string | number)[] = [];
  const last = new Map<string, Remembered>();
  const notes: Notes = {
    path,
    found: [],
    say: (rule, value, instead) => {
      const what = [pathText(path), value === undefined ? '' : shown(value)].filter(Boolean).join(': ');
      const example = [what, instead ?? ''].filter(Boolean).join(' → ');
      notes.found.push({ rule, example });
    },
    once: <Result>(place: string, value: unknown, check: () => Result | undefined) => {
      const before = last.get(place);
      if (before && sameJson(before.value, value)) {
        for (const finding of before.found) notes.found.push(finding);
        return before.result as Result;
      }
      const rest = notes.found;
      notes.found = [];
      const result = check();
      if (result !== undefined) last.set(place, { value, found: notes.found, result });
      for (const finding of notes.found) rest.push(finding);
      notes.found = rest;
      return result;
    },
  };
  return notes;
}

/** Runs `check` one step further down. */
export function within(notes: Notes, step: string | number, check: () => void): void {
  notes.path.push(step);
  check();
  notes.path.pop();
}

/** `request.contents[0].parts[1]`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = clip(step, MOST_SHOWN);
    return text ? `${text}.${name}` : name;
  }, '');

const MOST_SHOWN = 60;

export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clip(value, MOST_SHOWN));
  return typeof value === 'object' && value !== null ? kindOf(value) : String(value);
}

/** `text`, `a number`, `a list` … for sentences. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}
