import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { answerColumns } from '../batch/answer-columns.ts';
import type { AnswerSchema } from '../batch/answer-row.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { timestamp } from '../support/clock.ts';
import { collectNotes } from './collect-notes.ts';
import { readingOf, takenNames } from './collect-reading.ts';
import { type Report, readReport, reportFile, rowsFile } from './collect-report.ts';
import { type CollectWork, collectWork } from './collect-threads.ts';
import { type FoundJob, findResults, manifestsOf, readOf } from './find-results.ts';
import { findJobs, jobsOfRun, parseRunId } from './find-run.ts';
import { jobCost, sumOfCosts } from './job-cost.ts';
import { jobFacts } from './job-facts.ts';
import { type InputRows, rowsOfInput } from './join-rows.ts';
import { duplicatesFile } from './manifest.ts';
import { findPart, type Part } from './part.ts';
import type { Ports } from './ports.ts';
import { readResults } from './read-results.ts';
import { readRepeats } from './repeats.ts';
import { retryNotes } from './retry-record.ts';
import { runRows } from './run-rows.ts';
import { type SourceRows, sourceRows } from './source-rows.ts';
import { type RowsToWrite, writeRows } from './write-rows.ts';

export interface Collected {
  report: Report;
  /** `results/<run>` in the workspace, with `rows.parquet` and `summary.json`. */
  folder: string;
  /** True where nothing has changed since an earlier call, and nothing was read. */
  unchanged: boolean;
}

/**
 * Collects the results of a job, or of all jobs of a run, into a table: every row of the input once, with how it
 * ended. Reads only what is new since the last call, and settles the ledger. Throws what finding jobs throws, and
 * `input_gone`, `input_not_in_storage`, `output_not_in_storage`, `output_changed`, `object_rewritten`.
 */
export async function collect(spec: { job: string }, ports: Ports): Promise<Collected> {
  const { jobs } = await findJobs(spec.job, ports);
  const name = await nameOf(spec.job, jobs, ports);
  const folder = join(ports.workspace.folder, 'results', name);
  const { found, schema } = await findResults(jobs.map(jobFacts), ports);
  const earlier = await readReport(folder, ports);
  if (earlier && isSame(earlier, found) && (await isThere(rowsFile(folder))))
    return { report: earlier, folder, unchanged: true };

  const plan = await planReads(found, folder, ports);
  const { sources, notes } = await openSources(found, ports);
  const table: Table = { folder, schema, taken: takenNames(found.map(({ input }) => input)), sources };
  const { parts, written } = await readAndWrite(plan, table, ports);
  const reused = plan.filter(({ part }) => part !== undefined).length;
  const { usd, estimate, tokens } = await settle(found, parts, ports);
  const { columns, ...tallied } = written;
  const report: Report = {
    run: name,
    collected: timestamp(ports.clock.now()),
    settled: found.every(({ facts }) => facts.ended),
    ...tallied,
    findings: findingsOf(parts),
    ...(usd !== undefined && { usd }),
    ...(estimate && { estimate }),
    tokens,
    columns,
    ...(schema && { schema: { ...schema } }),
    notes: [
      ...collectNotes(found, parts, { reused, priced: usd !== undefined }),
      ...(await retryNotes(
        found.map(({ facts }) => facts),
        ports,
      )),
      ...notes,
    ],
    jobs: found.map((job, index) => ({ ...readOf(job), rows: parts[index]?.rows ?? 0 })),
  };
  await ports.workspace.writeJson(reportFile(folder), report);
  return { report, folder, unchanged: false };
}

/** A job that is its run is called like it; one of several has results of its own. */
async function nameOf(named: string, jobs: readonly BatchPredictionJob[], ports: Ports): Promise<string> {
  const run = parseRunId(named);
  if (run !== undefined) return run;
  const { id, location, run: own } = jobFacts(jobs[0] ?? {});
  const siblings = own === undefined ? [] : await jobsOfRun(own, location, ports);
  return own !== undefined && siblings.length === 1 ? own : `job-${id}`;
}

const isSame = ({ jobs }: Report, found: readonly FoundJob[]): boolean =>
  JSON.stringify(jobs.map(({ rows: _, ...read }) => read)) === JSON.stringify(found.map(readOf));

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A job whose part is there from an earlier call, or is to be read. */
interface PlannedRead extends FoundJob {
  part?: Part | undefined;
  rows?: InputRows | undefined;
}

/** What the parts of a run have in common. */
interface Table {
  folder: string;
  schema: AnswerSchema | undefined;
  taken: readonly string[];
  sources: readonly SourceRows[];
}

/** Jobs that are as they were are not read again; of the others the rows are looked at first. */
async function planReads(found: readonly FoundJob[], folder: string, ports: Ports): Promise<PlannedRead[]> {
  const plan: PlannedRead[] = [];
  for (const job of found) {
    const part = await findPart(join(folder, 'parts'), job.facts.id, job.made);
    plan.push(part ? { ...job, part } : { ...job, rows: await rowsOfInput(job.input, ports.signal) });
  }
  return plan;
}

/** Reads what is new and writes the table; the columns of the sources are written while outputs are read. */
async function readAndWrite(plan: readonly PlannedRead[], table: Table, ports: Ports) {
  const { folder, schema, taken, sources } = table;
  const run = runRows(plan.map(({ part, rows }) => part ?? (rows as InputRows)));
  const repeats = await readRepeats(duplicatesOf(plan, ports), run);
  const size = (jobs: readonly PlannedRead[]) => jobs.reduce((sum, { output }) => sum + output.bytes, 0);
  const work = collectWork(size(plan.filter(({ part }) => part === undefined)));
  const stop = new AbortController();
  const signal = AbortSignal.any([ports.signal, stop.signal]);
  const reading = readAll(plan, table, work, { ...ports, signal });
  // A failure is met when the columns of the sources are written; until then nobody listens.
  reading.catch(() => undefined);
  const rows: RowsToWrite = {
    ...{ run, repeats, sources, work },
    answers: schema ? answerColumns(schema, taken).columns : [],
    bytesPerRow: size(plan) / Math.max(1, run.rows),
    parts: () => reading,
    jobs: plan.map(({ facts }) => facts.id),
    folder: join(folder, 'parts'),
  };
  try {
    const written = await writeRows(rowsFile(folder), rows, ports);
    return { written, parts: await reading };
  } catch (error) {
    stop.abort(error);
    await reading.catch(() => undefined);
    throw error;
  } finally {
    await work.close();
  }
}

/** The parts of all jobs, in their order. */
async function readAll(
  plan: readonly PlannedRead[],
  table: Table,
  work: CollectWork,
  ports: Ports,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [index, { facts, input, output, made, part, rows }] of plan.entries()) {
    if (part || !rows) {
      if (part) parts.push(part);
      continue;
    }
    const { folder, schema, taken } = table;
    const reading = { ...(await readingOf(facts, input, ports)), schema, taken };
    // Another attempt at a row must not write over what the first one made.
    const media = index === 0 ? 'media' : `media/${facts.id}`;
    const job = { id: facts.id, made, input, rows, output: output.files, reading, folder, media };
    parts.push(await readResults(job, work, ports));
  }
  return parts;
}

const duplicatesOf = (found: readonly FoundJob[], { workspace }: Ports): string[] =>
  manifestsOf(found)
    .filter(({ duplicates }) => duplicates > 0)
    .map(({ id }) => duplicatesFile(workspace, id));

async function openSources(found: readonly FoundJob[], ports: Ports) {
  const sources: SourceRows[] = [];
  const notes: string[] = [];
  for (const manifest of manifestsOf(found)) {
    const opened = await sourceRows(manifest, ports);
    if ('source' in opened) sources.push(opened.source);
    else notes.push(opened.why);
  }
  return { sources, notes };
}

function findingsOf(parts: readonly Part[]): Report['findings'] {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    duplicate: sum(({ findings }) => findings.duplicate),
    unmatched: sum(({ findings }) => findings.unmatched),
    cut: sum(({ findings }) => findings.cut),
    unmatched_keys: parts.flatMap(({ findings }) => findings.unmatchedKeys),
  };
}

/** What it cost. The ledger's entries of jobs that have ended are settled, once. */
async function settle(found: readonly FoundJob[], parts: readonly Part[], ports: Ports) {
  const costs = [];
  for (const [index, { facts }] of found.entries())
    costs.push(await jobCost(facts, facts.ended ? parts[index]?.used : undefined, ports));
  const sum = (of: (part: Part) => number | undefined) =>
    parts.reduce<number | undefined>((total, part) => {
      const one = of(part);
      return total === undefined || one === undefined ? undefined : total + one;
    }, 0);
  return {
    usd: sum(({ used }) => used.usd),
    estimate: sumOfCosts(costs).committed,
    tokens: {
      input: sum(({ used }) => used.input_tokens) ?? 0,
      output: sum(({ used }) => used.output_tokens) ?? 0,
      thinking: sum(({ used }) => used.thinking_tokens) ?? 0,
    },
  };
}
