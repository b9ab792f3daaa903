import { lifecycleWarning, stageOn } from '../catalogue.ts';
import { addDays } from '../day.ts';
import { describeSuccessor, liveSuccessors } from '../find-model.ts';
import { duplicatesIn } from './key-index.ts';
import type { LintPart } from './part.ts';
import type { Severity } from './rule.ts';
import { RULE_IDS, type RuleId, ruleOf } from './rules.ts';
import { conflicts } from './structure.ts';
import type { Count } from './tally.ts';
import { isRetired, type Target } from './target.ts';
import type { Variants } from './variants.ts';

/** All that one rule says of a file. */
export interface RuleFinding {
  rule: RuleId;
  severity: Severity;
  /** Set for errors that fail the job as a whole. */
  breaksJob: boolean;
  /** Rows it is said of; for what only the file as a whole shows, places. */
  count: number;
  /** The first of them, in ascending order. */
  lines: number[];
  /** Text of the file: quote it before anybody reads it. */
  examples: string[];
}

export interface LintReport {
  rows: number;
  bytes: number;
  /** Rows that an error is said of, beside errors of the file as a whole. */
  rowsWithErrors: number;
  /** Worst first. */
  findings: RuleFinding[];
}

const MOST_LINES = 5;
const MOST_EXAMPLES = 3;

/** What one job reads. */
export interface JobSize {
  rows: number;
  bytes: number;
}

/**
 * What a whole input comes to: what was said of its rows, and what only all of them together show. `jobs`: what
 * each job of it reads, where it takes several.
 */
export function conclude(part: LintPart, target: Target, jobs: readonly JobSize[] = [part]): LintReport {
  const counts = new Map<RuleId, Count>(part.tally.byRule);
  const say = (rule: RuleId, examples: string[], lines: number[] = [], rows = 1) => {
    const ordered = [...new Set(lines)].sort((a, b) => a - b);
    counts.set(rule, {
      rows,
      lines: ordered.slice(0, MOST_LINES),
      examples: examples.slice(0, MOST_EXAMPLES),
    });
  };
  concludeFile(part, say);
  concludeLimits(jobs, target, say);
  concludeModel(target, say);
  const findings = RULE_IDS.flatMap((rule) => {
    const count = counts.get(rule);
    if (!count) return [];
    const { severity, breaks } = ruleOf(rule);
    const { rows, lines, examples } = count;
    return [{ rule, severity, breaksJob: breaks === 'job', count: rows, lines, examples }];
  });
  const { rows, bytes, tally } = part;
  return { rows, bytes, rowsWithErrors: tally.rowsWithErrors, findings: findings.sort(worstFirst) };
}

type Say = (rule: RuleId, examples: string[], lines?: number[], rows?: number) => void;

function concludeFile(part: LintPart, say: Say): void {
  if (part.rows === 0) say('no-rows', []);
  const { rows: duplicates, first } = duplicatesIn(part.keys);
  if (duplicates > 0)
    say(
      'key-duplicate',
      first.map(({ line, earlier }) => `lines ${earlier} and ${line}`),
      first.map(({ line }) => line),
      duplicates,
    );
  const all = conflicts(part.structure.root);
  for (const scalars of [false, true]) {
    const some = all.filter((conflict) => conflict.scalars === scalars);
    if (some.length > 0)
      say(
        scalars ? 'mixed-scalars' : 'mixed-structure',
        some.map(
          ({ path, kinds }) =>
            `${path}: ${kinds.map(({ kind, line }) => `${kind} on line ${line}`).join(', ')}`,
        ),
        some.flatMap(({ kinds }) => kinds.map(({ line }) => line)),
        some.length,
      );
  }
  if (part.structure.fullAt > 0) say('too-many-members', [], [part.structure.fullAt]);
  sayVariants('different-schemas', part.schemas, say);
  sayVariants('different-tools', part.functions, say);
}

function sayVariants(rule: RuleId, { byHash, others }: Variants, say: Say): void {
  if (byHash.size < 2) return;
  const [first, ...rest] = [...byHash.values()].sort((a, b) => a.line - b.line);
  const rows = rest.reduce((sum, variant) => sum + variant.rows, others.rows);
  const example = `${byHash.size} different ones: lines ${first?.line} and ${rest[0]?.line} differ`;
  say(
    rule,
    [example],
    rest.map(({ line }) => line),
    rows,
  );
}

function concludeLimits(jobs: readonly JobSize[], { limits }: Target, say: Say): void {
  const rows = Math.max(0, ...jobs.map((job) => job.rows));
  const bytes = Math.max(0, ...jobs.map((job) => job.bytes));
  if (limits.maxRows !== undefined && rows > limits.maxRows)
    say('too-many-rows', [`${number(rows)} → at most ${number(limits.maxRows)}`]);
  if (limits.maxBytes !== undefined && bytes > limits.maxBytes)
    say('too-many-bytes', [`${number(bytes)} bytes → at most ${number(limits.maxBytes)}`]);
}

/** 72 hours in the queue and 24 hours of running. */
const LONGEST_JOB_DAYS = 4;

function concludeModel(target: Target, say: Say): void {
  const { model, unknownModel, on } = target;
  if (unknownModel !== undefined) say('model-unknown', [unknownModel]);
  if (!model) return;
  if (isRetired(target)) {
    const successors = liveSuccessors(model, on).map(describeSuccessor);
    say('model-retired', [`${model.id} → ${successors.join(', or ') || 'another model'}`]);
    return;
  }
  const end = addDays(on, LONGEST_JOB_DAYS);
  if (stageOn(model, end) === 'retired') {
    say('model-retires-first', [`${model.id} retires on ${model.retires?.date}`]);
    return;
  }
  const warning = lifecycleWarning(model, on);
  if (warning) say('model-ends', [warning]);
}

const number = (value: number): string => value.toLocaleString('en-US');

const WEIGHT: Record<Severity, number> = { error: 0, warning: 2, note: 3 };
const weight = ({ severity, breaksJob }: RuleFinding) =>
  breaksJob && severity === 'error' ? 0 : severity === 'error' ? 1 : WEIGHT[severity];

/** Errors that fail the job, other errors, warnings, notes; the more frequent first. */
const worstFirst = (a: RuleFinding, b: RuleFinding): number => weight(a) - weight(b) || b.count - a.count;
