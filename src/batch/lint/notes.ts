import { clip } from '../../support/text.ts';
import type { RuleId } from './rules.ts';

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
}

export function createNotes(): Notes {
  const path: (string | number)[] = [];
  const notes: Notes = {
    path,
    found: [],
    say: (rule, value, instead) => {
      const what = [pathText(path), value === undefined ? '' : shown(value)].filter(Boolean).join(': ');
      notes.found.push({ rule, example: instead === undefined ? what : `${what} → ${instead}` });
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
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );

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
