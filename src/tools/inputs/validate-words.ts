import type { LintReport, RuleFinding } from '../../batch/lint/conclude.ts';
import { ruleOf } from '../../batch/lint/rules.ts';
import type { Linted } from '../../pipeline/lint.ts';
import { count, list } from '../../support/text.ts';

/** Findings, not rows, by severity. */
export function severities({ findings }: LintReport): Record<'errors' | 'warnings' | 'notes', number> {
  const those = (severity: RuleFinding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  return { errors: those('error'), warnings: those('warning'), notes: those('note') };
}

/** One sentence or two: what was mended, whether a job would run, and the worst of what was found. */
export function verdict({ report, mended }: Linted, { fix }: { fix: boolean }): string {
  return [fix ? mendedWords(mended) : undefined, answer(report)].filter(Boolean).join(' ');
}

function mendedWords(mended: Linted['mended']): string {
  if (!mended) return 'There was nothing that could be mended.';
  const { fixes, rows } = mended;
  if (fixes.length === 0) return 'Nothing could be mended without changing what a row means.';
  return `Wrote a mended copy of ${count(rows, 'row')} (${list(fixes.map((fix) => `${fix.rule} ${fix.rows.toLocaleString('en-US')}`))}).`;
}

function answer(report: LintReport): string {
  const { errors, warnings, notes } = severities(report);
  const rows = report.rows === 1 ? 'this row' : `these ${count(report.rows, 'row')}`;
  const [worst] = report.findings;
  if (!worst) return `Nothing speaks against a job on ${rows}.`;
  const more = others({ errors, warnings, notes }, worst);
  const said = `${ruleOf(worst.rule).says.replace(/\.$/, '')}${where(worst)}${more}.`;
  if (worst.severity !== 'error') return `A job on ${rows} would run. Worth knowing: ${said}`;
  if (worst.breaksJob) return `A job on ${rows} would fail: ${said}`;
  return `A job would run, but ${report.rowsWithErrors.toLocaleString('en-US')} of ${count(report.rows, 'row')} would be refused: ${said}`;
}

function where({ count: times, lines }: RuleFinding): string {
  if (lines.length === 0) return '';
  return times > 1
    ? `, ${times.toLocaleString('en-US')} times from line ${lines[0]} on`
    : `, on line ${lines[0]}`;
}

function others(counts: ReturnType<typeof severities>, worst: RuleFinding): string {
  const rest = { ...counts, [`${worst.severity}s`]: counts[`${worst.severity}s`] - 1 };
  const words = [
    rest.errors > 0 && count(rest.errors, 'other error'),
    rest.warnings > 0 && count(rest.warnings, 'warning'),
    rest.notes > 0 && count(rest.notes, 'note'),
  ].filter((word) => word !== false);
  return words.length > 0 ? `; and ${list(words)}` : '';
}
