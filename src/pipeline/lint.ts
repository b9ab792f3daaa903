import { dayOf } from '../batch/day.ts';
import { conclude, type JobSize, type LintReport } from '../batch/lint/conclude.ts';
import { createLinter } from '../batch/lint/linter.ts';
import { type LintPart, mergeLint } from '../batch/lint/part.ts';
import { ruleOf } from '../batch/lint/rules.ts';
import { type Target, targetOf } from '../batch/lint/target.ts';
import { bytes } from '../support/text.ts';
import { type Mend, mendInput } from './lint-mend.ts';
import { type LintFile, type LintSource, lintSource } from './lint-source.ts';
import { type LintTask, lintInThreads } from './lint-threads.ts';
import { missingMedia } from './missing-media.ts';
import type { Ports } from './ports.ts';

export interface LintSpec {
  /** Local path, id of a composed input, `gs://` object or wildcard. */
  input: string;
  /** The model that the job is meant for; Gemini in general without one. */
  model?: string | undefined;
  /** Write a copy in which is mended what can be, and lint that. */
  fix?: boolean | undefined;
}

export interface Linted {
  /** Of the mended copy, where there is one. */
  report: LintReport;
  mended?: Mend | undefined;
}

/** Smaller files are done before threads have started. */
const LEAST_FOR_THREADS = 8_000_000;

/**
 * Reads request rows once and says what is wrong with them. The lines of several files are numbered through, in
 * the order of their names. With `fix` the input is read twice more.
 * Throws `bad_model_name`, what `workspace.readableFile` and Cloud Storage throw, and `input_not_found`.
 */
export async function lint(spec: LintSpec, ports: Ports): Promise<Linted> {
  const asked = { model: spec.model, on: dayOf(ports.clock.now()) };
  const target = targetOf(asked);
  const source = await lintSource(spec.input, ports);
  const given = { ...asked, missing: await missingMedia(source.files, ports) };
  const report = await reportOn(source, given, ports);
  if (!spec.fix || !isMendable(report)) return { report };
  const mended = await mendInput(source, target, report, ports);
  return { report: await reportOn(await lintSource(mended.file, ports), given, ports), mended };
}

/** True where a finding can be mended without changing what a row means. */
export const isMendable = ({ findings }: LintReport): boolean =>
  findings.some(({ rule }) => ruleOf(rule).fix !== undefined);

async function reportOn(source: LintSource, given: LintTask['given'], ports: Ports): Promise<LintReport> {
  const target = targetOf(given);
  const onBytes = progressOf(source, ports);
  const jobs: JobSize[] = [];
  let whole: LintPart | undefined;
  for (const file of source.files) {
    const part = await lintFile(file, given, ports.signal, onBytes);
    addToJobs(jobs, part, file.path === undefined, target);
    whole = whole ? mergeLint(whole, part) : part;
  }
  return conclude(whole ?? createLinter(target).finish(), target, jobs);
}

/** Local files are jobs of their own; objects go together as far as the limit on bytes lets them. */
function addToJobs(
  jobs: JobSize[],
  { rows, bytes: size }: LintPart,
  together: boolean,
  { limits }: Target,
): void {
  const last = jobs.at(-1);
  if (last && together && last.bytes + size <= (limits.maxBytes ?? Infinity)) {
    last.rows += rows;
    last.bytes += size;
  } else jobs.push({ rows, bytes: size });
}

async function lintFile(
  { path, size, open }: LintFile,
  given: LintTask['given'],
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<LintPart> {
  if (path !== undefined && size >= LEAST_FOR_THREADS) {
    const part = await lintInThreads({ path, size }, given, { signal, onBytes }).catch(() => undefined);
    signal.throwIfAborted();
    if (part) return part;
  }
  const linter = createLinter(targetOf(given));
  for await (const chunk of open()) {
    signal.throwIfAborted();
    linter.push(chunk);
    onBytes(chunk.length);
  }
  return linter.finish();
}

const BYTES_BETWEEN_PROGRESS = 50_000_000;

function progressOf({ size }: LintSource, { progress }: Ports): (bytes: number) => void {
  let done = 0;
  let told = 0;
  return (read) => {
    done += read;
    if (done - told < BYTES_BETWEEN_PROGRESS) return;
    told = done;
    progress({ done, total: size, message: `checked ${bytes(done)} of ${bytes(size)}` });
  };
}
