import type { Prices } from '../batch/cost-prices.ts';
import { dayOf } from '../batch/day.ts';
import type { Tally } from '../batch/outcomes.ts';
import { classifyRow, type ResultRow } from '../batch/result-row.ts';
import { lines } from '../support/lines.ts';
import { isRecord } from '../support/records.ts';
import { clip, quoteUntrusted } from '../support/text.ts';
import { meter, type Used } from './job-cost.ts';
import { type JobFacts, modelIdOf } from './job-facts.ts';
import type { OutputFiles } from './output-files.ts';
import type { Ports } from './ports.ts';
import type { Cause, RowTally } from './tally-rows.ts';

/** Output that a status call still reads through; more than this is told from Vertex AI's own counts. */
export const MOST_BYTES = 64_000_000;
export const MOST_SAMPLES = 3;

export interface Sample {
  key: string;
  prompt: string;
  answer: string;
}

/** What the output of ended jobs holds, counted row by row. */
export interface OutputTally {
  tally: Tally;
  /** Rows of the input, where known; what is not in the output counts as `missing`. */
  rows: number;
  /** Failed rows by what Vertex AI said of them; most frequent first. Quoted, since it is not our text. */
  causes: Cause[];
  samples: Sample[];
}

/** What is learnt of one job's output, beside the rows that are counted. */
export interface OutputRead {
  /** Left out where the answers do not say what they used, and where only chunks are there, since more may come. */
  used?: Used | undefined;
  /** Some of the rows that are ok. */
  samples: Sample[];
}

/** Reads the files of an ended job and adds its rows to a tally. */
export async function readOutput(
  facts: JobFacts,
  { files, final }: OutputFiles,
  { rows, prices }: { rows: RowTally; prices: Prices },
  ports: Pick<Ports, 'storage' | 'signal' | 'clock'>,
): Promise<OutputRead> {
  const end = facts.ended_at ? Date.parse(facts.ended_at) : ports.clock.now();
  const usage = meter(modelIdOf(facts), dayOf(end), prices);
  const samples: Sample[] = [];
  let ok = 0;
  for (const { bucket, name, generation } of files) {
    const bytes = ports.storage.download(bucket, name, { generation, signal: ports.signal });
    for await (const line of lines(bytes)) {
      const row = parse(line);
      const result = classifyRow(row);
      const { outcome } = result;
      rows.add(isRecord(row) ? row.key : undefined, { outcome, cause: causeOf(result) }, facts.attempt ?? 1);
      usage.add(result.usage);
      if (outcome !== 'ok') continue;
      ok += 1;
      if (samples.length < MOST_SAMPLES) samples.push(sample(row, result));
    }
  }
  const used = usage.read();
  const told = used.rows > 0 || ok === 0;
  const whole = final || (files.length === 0 && facts.started === undefined);
  return { used: told && whole ? used : undefined, samples };
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    // A line cut short by the end of a job is a row without an answer.
    return undefined;
  }
}

function causeOf({ outcome, error, mismatch, blockReason, finishReason }: ResultRow): string | undefined {
  if (outcome === 'ok') return undefined;
  if (mismatch) return quoteUntrusted(`${mismatch.path} should be ${mismatch.expected}`, 200);
  if (outcome === 'invalid_json') return 'the answer does not parse as JSON';
  return quoteUntrusted(error?.message ?? blockReason ?? finishReason ?? 'no answer', 200);
}

function sample(row: unknown, result: ResultRow): Sample {
  const { key, request } = isRecord(row) ? row : {};
  const contents = isRecord(request) && Array.isArray(request.contents) ? request.contents : [];
  const last: unknown = contents.at(-1);
  const parts: unknown[] = isRecord(last) && Array.isArray(last.parts) ? last.parts : [];
  const prompt = parts.filter(isRecord).find(({ text }) => typeof text === 'string')?.text;
  return {
    key: clip(String(key ?? ''), 80),
    prompt: quoteUntrusted(String(prompt ?? ''), 160),
    answer: quoteUntrusted(result.text ?? '', 160),
  };
}
