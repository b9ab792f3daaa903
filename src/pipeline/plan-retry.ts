import { modelById } from '../batch/catalogue.ts';
import { dayOf } from '../batch/day.ts';
import { createMender } from '../batch/lint/mend-line.ts';
import { targetOf } from '../batch/lint/target.ts';
import { parseModelName } from '../batch/model-name.ts';
import type { Outcome } from '../batch/outcomes.ts';
import { type Repair, repairRow } from '../batch/repair-row.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { writeFileAtomic } from '../support/files.ts';
import { lines } from '../support/lines.ts';
import { collect } from './collect.ts';
import { type CollectInput, findInput, keyOfLine, parseLine } from './collect-input.ts';
import { rowsFile } from './collect-report.ts';
import { type FailedRow, failedRows } from './failed-rows.ts';
import { findJobs } from './find-run.ts';
import { jobFacts } from './job-facts.ts';
import { LABELS, RESERVED_LABELS } from './job-labels.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import type { Ports } from './ports.ts';
import { retryFile, writeRetry } from './retry-record.ts';
import { writeHashed } from './write-hashed.ts';

export interface RetrySpec {
  /** A run, or a job of one. */
  job: string;
  /** Another model for the rows that are sent again. */
  model?: string | undefined;
  /** Only rows that ended so. */
  outcomes?: readonly Outcome[] | undefined;
  /** Rows that were tried so often are left. */
  maxAttempts: number;
}

/** Rows with the same cause and the same repair, or with the same reason to be left. */
export interface RetryGroup {
  outcome: Outcome;
  what: string;
  rows: number;
}

export interface RetryPlan {
  run: string;
  attempt: number;
  again: RetryGroup[];
  left: RetryGroup[];
  /** Keys of some rows that are left. */
  leftKeys: string[];
  /** Of the job that sends them again; left out where nothing can be helped. */
  plan?: RunPlan | undefined;
}

const MOST_KEYS_NAMED = 10;

/**
 * Collects a run, and plans another job of it with the rows that a further try can help, each with the repair that its
 * cause asks for. Writes their requests into the workspace; creates nothing at Google.
 * Throws what collecting and planning throw, `run_not_ended`, `nothing_failed` and `not_in_a_run`.
 */
export async function planRetry(spec: RetrySpec, ports: Ports): Promise<RetryPlan> {
  const { report, folder } = await collect({ job: spec.job }, ports);
  if (!report.settled) throw notEnded(report.run);
  const { jobs } = await findJobs(spec.job, ports);
  const [first] = jobs;
  const run = first?.labels?.[LABELS.run];
  if (!first || run === undefined) throw notInARun(spec.job);
  const failed = await failedRows(rowsFile(folder), ports.signal);
  if (failed.size === 0) throw nothingFailed(run);
  const attempt = 1 + Math.max(...jobs.map(({ labels }) => Number(labels?.[LABELS.attempt] ?? 1)));
  const sorted = sorter();
  const { workspace } = ports;
  const path = retryFile(workspace, run, attempt, '.jsonl');
  await writeHashed(path, repaired(jobs, failed, { spec, sorted }, ports), { bytes: 0 });
  for (const [key, { outcome }] of failed) sorted.left(key, outcome, KEYLESS);
  const { again, left, leftKeys, changes } = sorted.groups();
  const plan = { run, attempt, again, left, leftKeys };
  if (again.length === 0) return plan;
  await writeFileAtomic(retryFile(workspace, run, attempt, '.changes.jsonl'), changes);
  await writeRetry(workspace, run, { attempt, again, left });
  return {
    ...plan,
    plan: await planRun({ ...specOf(first, spec), input: path, retry: { run, attempt } }, ports),
  };
}

const KEYLESS = 'it has no key, so that a second answer could not be tied to it';

/** Request rows to send again, the latest form of each: a repair of a repair goes on from there. */
async function* repaired(
  jobs: readonly BatchPredictionJob[],
  failed: Map<string, FailedRow>,
  { spec, sorted }: { spec: RetrySpec; sorted: ReturnType<typeof sorter> },
  ports: Ports,
): AsyncGenerator<string> {
  const { signal, clock } = ports;
  for (const job of [...jobs].reverse()) {
    const used = parseModelName(job.model ?? '');
    const named = spec.model === undefined ? used : parseModelName(spec.model);
    const model = named.kind === 'publisher' ? modelById(named.id) : undefined;
    const target = targetOf({ ...(model && { model: model.id }), on: dayOf(clock.now()) });
    const otherModel = spec.model !== undefined && JSON.stringify(named) !== JSON.stringify(used);
    const how = { model, otherModel, mend: createMender(target) };
    const { files } = await findInput(jobFacts(job), ports);
    for await (const line of linesOf(files, signal)) {
      const key = keyOfLine(line);
      const failure = key === undefined ? undefined : failed.get(key);
      const row = failure && parseLine(line);
      if (key === undefined || !failure || !row) continue;
      failed.delete(key);
      const repair = repairOf(row, failure, spec, how);
      sorted.add(key, failure.outcome, repair);
      if ('row' in repair) yield `${JSON.stringify(repair.row)}\n`;
    }
  }
}

async function* linesOf(files: CollectInput['files'], signal: AbortSignal): AsyncGenerator<Buffer> {
  for (const file of files) yield* lines(file.bytes(signal));
}

function repairOf(
  row: Record<string, unknown>,
  failure: FailedRow,
  { outcomes, maxAttempts }: RetrySpec,
  how: Parameters<typeof repairRow>[2],
): Repair {
  if (outcomes && !outcomes.includes(failure.outcome)) return { left: 'it was not asked for' };
  if (failure.attempts >= maxAttempts) return { left: `it was tried ${failure.attempts} times` };
  return repairRow(row, failure, how);
}

/** Counts rows by what happens to them, and keeps what is changed in each. */
function sorter() {
  const groups = { again: new Map<string, RetryGroup>(), left: new Map<string, RetryGroup>() };
  const leftKeys: string[] = [];
  let changes = '';
  const count = (kind: keyof typeof groups, outcome: Outcome, what: string) => {
    const name = `${outcome} ${what}`;
    const group = groups[kind].get(name) ?? { outcome, what, rows: 0 };
    group.rows += 1;
    groups[kind].set(name, group);
  };
  const left = (key: string, outcome: Outcome, why: string) => {
    count('left', outcome, why);
    if (leftKeys.length < MOST_KEYS_NAMED) leftKeys.push(key);
  };
  const most = (kind: keyof typeof groups) => [...groups[kind].values()].sort((a, b) => b.rows - a.rows);
  return {
    left,
    add: (key: string, outcome: Outcome, repair: Repair) => {
      if ('left' in repair) return left(key, outcome, repair.left);
      count('again', outcome, repair.changes.join(', ') || 'as it was');
      changes += `${JSON.stringify({ key, outcome, changes: repair.changes })}\n`;
    },
    groups: () => ({ again: most('again'), left: most('left'), leftKeys, changes }),
  };
}

/** The new job is like the run's first, but for what it is told. */
function specOf(
  { model = '', name, labels = {}, outputConfig, encryptionSpec }: BatchPredictionJob,
  spec: RetrySpec,
) {
  const prefix = outputConfig?.gcsDestination?.outputUriPrefix ?? '';
  return {
    model: spec.model ?? model,
    location: jobFacts({ name }).location,
    place: prefix.replace(/\/outputs\/run-[0-9a-f]{10}.*$/, ''),
    labels: Object.fromEntries(Object.entries(labels).filter(([key]) => !RESERVED_LABELS.includes(key))),
    kmsKey: encryptionSpec?.kmsKeyName,
    again: false,
  };
}

const notEnded = (run: string) =>
  new UserError('run_not_ended', {
    what: `${run} has jobs that are still going.`,
    why: 'Rows without an answer may still get one, and would be paid twice.',
    fix: `Wait for the end with get_job_status {"job":"${run}","wait_seconds":30}, or cancel it: finished rows are kept.`,
  });

const nothingFailed = (run: string) =>
  new UserError('nothing_failed', {
    what: `All rows of ${run} are ok: there is nothing to send again.`,
    fix: 'Query or export the results.',
  });

const notInARun = (job: string) =>
  new UserError('not_in_a_run', {
    what: `${job} was not submitted by this server.`,
    why: 'Retries are jobs of the same run, and it has none.',
    fix: 'Collect its results, compose the failed rows anew, and submit them with create_batch_job.',
  });
