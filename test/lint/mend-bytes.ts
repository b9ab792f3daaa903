import { createMender } from '../../src/batch/lint/mend-line.ts';
import type { Given } from '../../src/batch/lint/rule.ts';
import { targetOf } from '../../src/batch/lint/target.ts';
import { TODAY } from './lint-lines.ts';

/** A file's lines after mending, and the rules that were put right. */
export function mendBytes(bytes: Buffer, given: Given = {}): { lines: string[]; rules: string[] } {
  const mend = createMender(targetOf({ ...given, on: given.on ?? TODAY }));
  const mended = bytes
    .toString()
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mend(line));
  return {
    lines: mended.flatMap(({ text }) => (text === undefined ? [] : [text])),
    rules: [...new Set(mended.flatMap(({ rules }) => rules))],
  };
}
