import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LintReport } from '../batch/lint/conclude.ts';
import { createMender } from '../batch/lint/mend-line.ts';
import type { RuleId } from '../batch/lint/rules.ts';
import type { Target } from '../batch/lint/target.ts';
import { timestamp } from '../support/clock.ts';
import { writeFileAtomic } from '../support/files.ts';
import { lines } from '../support/lines.ts';
import { count } from '../support/text.ts';
import type { LintSource } from './lint-source.ts';
import { hashFile } from './manifest.ts';
import type { Ports } from './ports.ts';

/** A copy of an input in which is put right what could be; stands as `manifest.json` beside the rows. */
export interface Mend {
  id: string;
  file: string;
  /** Rows, the same number as before. */
  rows: number;
  /** Rows that were changed, by rule. */
  fixes: { rule: RuleId; rows: number }[];
}

/**
 * Writes the copy to `inputs/fx-…/requests.jsonl` of the workspace, atomically. The same content is mended into the
 * same place; the original stays as it is. Rows without a mendable mistake are copied byte for byte.
 */
export async function mendInput(
  source: LintSource,
  target: Target,
  before: LintReport,
  ports: Ports,
): Promise<Mend> {
  const { workspace, clock, signal } = ports;
  const content = source.version ?? (await hashFiles(source, signal));
  const hash = createHash('sha256').update(`${content}\n${target.format}`).digest('hex');
  const id = `fx-${hash.slice(0, 10)}`;
  const folder = workspace.inputFolder(id);
  const file = join(folder, 'requests.jsonl');
  const fixes = new Map<RuleId, number>();
  const tally = { rows: 0, bytes: 0 };
  const sha256 = createHash('sha256');
  async function* counted() {
    for await (const chunk of inChunks(mendedLines(source, target, { fixes, tally }, ports))) {
      sha256.update(chunk);
      tally.bytes += chunk.length;
      yield chunk;
    }
  }
  await writeFileAtomic(file, counted());
  countLineFixes(before, fixes);
  const mend = {
    id,
    file,
    rows: tally.rows,
    fixes: [...fixes].map(([rule, rows]) => ({ rule, rows })).sort((a, b) => b.rows - a.rows),
  };
  await workspace.writeJson(join(folder, 'manifest.json'), {
    id,
    created: timestamp(clock.now()),
    fixed_from: { input: nameOf(source), bytes: source.size },
    rows_in: before.rows,
    rows_out: tally.rows,
    fixes: Object.fromEntries(fixes),
    bytes: tally.bytes,
    sha256: sha256.digest('hex'),
  });
  return mend;
}

async function hashFiles({ files }: LintSource, signal: AbortSignal): Promise<string> {
  const hashes: string[] = [];
  for (const { path } of files) if (path !== undefined) hashes.push(await hashFile(path, signal));
  return hashes.join('\n');
}

/** Of one local file the real path. */
const nameOf = ({ name, files: [first, ...more] }: LintSource): string =>
  more.length === 0 ? (first?.path ?? name) : name;

const ROWS_BETWEEN_PROGRESS = 5_000;
const NEWLINE = Buffer.from('\n');

/** Lines with their ends. What is no text, or too long to be a row, goes through as it is. */
async function* mendedLines(
  source: LintSource,
  target: Target,
  { fixes, tally }: { fixes: Map<RuleId, number>; tally: { rows: number } },
  { signal, progress }: Ports,
): AsyncGenerator<Buffer> {
  const mend = createMender(target);
  for (const { open } of source.files) {
    for await (const line of lines(open())) {
      const readable = line.length <= target.longestLine && isUtf8(line);
      const { text, rules } = readable ? mend(line.toString()) : { text: line, rules: [] };
      for (const rule of rules) fixes.set(rule, (fixes.get(rule) ?? 0) + 1);
      if (text === undefined) continue;
      tally.rows += 1;
      yield typeof text === 'string' ? Buffer.from(text) : text;
      yield NEWLINE;
      if (tally.rows % ROWS_BETWEEN_PROGRESS !== 0) continue;
      signal.throwIfAborted();
      progress({ done: tally.rows, message: `mended ${count(tally.rows, 'row')}` });
    }
  }
}

const CHUNK_BYTES = 256 << 10;

/** One write a line would cost more than making it. */
async function* inChunks(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  yield Buffer.concat(held);
}

/** Lines that are not even blank never come by one by one. */
function countLineFixes({ findings }: LintReport, fixes: Map<RuleId, number>): void {
  for (const { rule, count: rows } of findings) if (rule === 'blank-line') fixes.set(rule, rows);
}
