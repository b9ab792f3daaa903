import { dayOf } from '../batch/day.ts';
import { conclude, type LintReport } from '../batch/lint/conclude.ts';
import { createLinter } from '../batch/lint/linter.ts';
import { type LintPart, mergeLint } from '../batch/lint/part.ts';
import { ruleOf } from '../batch/lint/rules.ts';
import { targetOf } from '../batch/lint/target.ts';
import { bytes } from '../support/text.ts';
import { type Mend, mendInput } from './lint-mend.ts';
import { type LintSource, lintSource } from './lint-source.ts';
import { lintInThreads } from './lint-threads.ts';
import type { Ports } from './ports.ts';

export interface LintSpec {
  /** Local path, `gs://` object or wildcard. */
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
 * Reads request rows once and says what is wrong with them. The lines of several objects are numbered through, in
 * the order of their names. With `fix` the input is read twice more.
 * Throws `bad_model_name`, what `workspace.readableFile` and Cloud Storage throw, and `input_not_found`.
 */
export async function lint(spec: LintSpec, ports: Ports): Promise<Linted> {
  const given = { model: spec.model, on: dayOf(ports.clock.now()) };
  const target = targetOf(given);
  const source = await lintSource(spec.input, ports);
  const report = conclude(await lintSourceOf(source, given, ports), target);
  if (!spec.fix || !isMendable(report)) return { report };
  const mended = await mendInput(source, target, report, ports);
  const copy = await lintSource(mended.file, ports);
  return { report: conclude(await lintSourceOf(copy, given, ports), target), mended };
}

/** True where a finding can be mended without changing what a row means. */
export const isMendable = ({ findings }: LintReport): boolean =>
  findings.some(({ rule }) => ruleOf(rule).fix !== undefined);

async function lintSourceOf(
  source: LintSource,
  given: Parameters<typeof targetOf>[0],
  ports: Ports,
): Promise<LintPart> {
  const onBytes = progressOf(source, ports);
  if (source.local && source.size >= LEAST_FOR_THREADS) {
    const file = { path: source.local, size: source.size };
    const { signal } = ports;
    const part = await lintInThreads(file, given, { signal, onBytes }).catch(() => undefined);
    signal.throwIfAborted();
    if (part) return part;
  }
  return lintHere(source, given, ports.signal, onBytes);
}

async function lintHere(
  source: LintSource,
  given: Parameters<typeof targetOf>[0],
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<LintPart> {
  let whole: LintPart | undefined;
  for (const open of source.files) {
    const linter = createLinter(targetOf(given));
    for await (const chunk of open()) {
      signal.throwIfAborted();
      linter.push(chunk);
      onBytes(chunk.length);
    }
    const part = linter.finish();
    whole = whole ? mergeLint(whole, part) : part;
  }
  return whole ?? createLinter(targetOf(given)).finish();
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
