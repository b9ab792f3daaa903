import { conclude, type LintReport } from '../../src/batch/lint/conclude.ts';
import { createLinter } from '../../src/batch/lint/linter.ts';
import type { ExampleLine, Given } from '../../src/batch/lint/rule.ts';
import { targetOf } from '../../src/batch/lint/target.ts';

export const TODAY = '2026-11-22';

/** The bytes of a file of these lines. */
export const fileOf = (lines: readonly ExampleLine[]): Buffer =>
  Buffer.concat(
    lines.flatMap((line) => {
      if (line instanceof Uint8Array) return [line, Buffer.from('\n')];
      return [Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)];
    }),
  );

/** What the linter says of a file. */
export function lintBytes(bytes: Uint8Array, given: Given = {}): LintReport {
  const target = targetOf({ ...given, on: given.on ?? TODAY });
  const linter = createLinter(target);
  linter.push(bytes);
  return conclude(linter.finish(), target);
}

export const lintLines = (lines: readonly ExampleLine[], given?: Given): LintReport =>
  lintBytes(fileOf(lines), given);

export const rulesOf = ({ findings }: LintReport): string[] => findings.map(({ rule }) => rule).sort();
