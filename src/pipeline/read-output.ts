import { emptyTally, type Outcome, type Tally, tallyTotal } from '../batch/outcomes.ts';
import { classifyRow, type ResultRow } from '../batch/result-row.ts';
import { parseGsUri } from '../google/gs-uri.ts';
import type { ObjectMetadata } from '../google/storage-types.ts';
import { lines } from '../support/lines.ts';
import { clip, quoteUntrusted } from '../support/text.ts';
import type { JobFacts } from './job-facts.ts';
import type { Ports } from './ports.ts';

/** Output that a status call still reads through; more than this is told from Vertex AI's own counts. */
const MOST_BYTES = 64_000_000;
const SAMPLES = 3;
const CAUSES = 5;

/** What the output of an ended job holds, counted row by row. */
export interface OutputTally {
  tally: Tally;
  /** Rows of the input, where known; what is not in the output counts as `missing`. */
  rows: number;
  /** Failed rows by what Vertex AI said of them; most frequent first. Quoted, since it is not our text. */
  causes: { outcome: Outcome; cause: string; rows: number }[];
  samples: { key: string; prompt: string; answer: string }[];
}

/**
 * Counts the rows of a job's output by outcome. Undefined where there is no output, or too much to read in passing.
 * Final files win over the chunks that a running job leaves behind.
 */
export async function tallyOutput(facts: JobFacts, ports: Ports): Promise<OutputTally | undefined> {
  const files = await outputFiles(facts, ports);
  const size = files.reduce((sum, file) => sum + Number(file.size), 0);
  if (files.length === 0 || size > MOST_BYTES) return undefined;
  const tally = emptyTally();
  const causes = new Map<string, { outcome: Outcome; cause: string; rows: number }>();
  const samples: OutputTally['samples'] = [];
  for (const { bucket, name, generation } of files) {
    const bytes = ports.storage.download(bucket, name, { generation, signal: ports.signal });
    for await (const line of lines(bytes)) {
      const row = parse(line);
      const result = classifyRow(row);
      tally[result.outcome] += 1;
      if (result.outcome === 'ok' && samples.length < SAMPLES) samples.push(sample(row, result));
      const cause = causeOf(result);
      if (cause === undefined) continue;
      const { outcome } = result;
      const key = `${outcome} ${cause}`;
      causes.set(key, { outcome, cause, rows: (causes.get(key)?.rows ?? 0) + 1 });
    }
  }
  const rows = Math.max(facts.rows?.total ?? 0, tallyTotal(tally));
  tally.missing = rows - tallyTotal(tally);
  const frequent = [...causes.values()].sort((a, b) => b.rows - a.rows).slice(0, CAUSES);
  return { tally, rows, causes: frequent, samples };
}

async function outputFiles(facts: JobFacts, { storage, signal }: Ports): Promise<ObjectMetadata[]> {
  if (!facts.output?.startsWith('gs://')) return [];
  const { bucket, name } = parseGsUri(facts.output);
  const files: ObjectMetadata[] = [];
  for await (const object of storage.list(bucket, { prefix: `${name.replace(/\/+$/, '')}/`, signal })) {
    if (object.name.endsWith('.jsonl')) files.push(object);
  }
  const final = files.filter(
    (file) => /(^|\/)predictions[^/]*\.jsonl$/.test(file.name) && !isIncremental(file),
  );
  return final.length ? final : files.filter(isIncremental);
}

const isIncremental = ({ name }: ObjectMetadata) => name.includes('/incremental_predictions/');

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    // A line cut short by the end of a job is a row without an answer.
    return undefined;
  }
}

function causeOf({ outcome, error, blockReason, finishReason }: ResultRow): string | undefined {
  if (outcome === 'ok') return undefined;
  return quoteUntrusted(error?.message ?? blockReason ?? finishReason ?? 'no answer', 200);
}

function sample(row: unknown, result: ResultRow): OutputTally['samples'][number] {
  const { key, request } = row as {
    key?: unknown;
    request?: { contents?: { parts?: { text?: unknown }[] }[] };
  };
  const prompt = request?.contents?.at(-1)?.parts?.find(({ text }) => typeof text === 'string')?.text;
  return {
    key: clip(String(key ?? ''), 80),
    prompt: quoteUntrusted(String(prompt ?? ''), 160),
    answer: quoteUntrusted(result.text ?? '', 160),
  };
}
