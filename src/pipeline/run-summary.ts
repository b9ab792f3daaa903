import { emptyTally, OUTCOMES, type Outcome, type Tally } from '../batch/outcomes.ts';
import { clip, quoteUntrusted } from '../support/text.ts';
import type { ResultRecord } from './result-record.ts';
import type { ResultsRow } from './results-columns.ts';

export interface Cause {
  outcome: Outcome;
  /** Quoted: it is not our text. */
  cause: string;
  rows: number;
}

export interface Sample {
  key: string;
  answer: string;
}

/** What the rows of a run come to. */
export interface RunTally {
  tally: Tally;
  /** Most frequent first. */
  causes: Cause[];
  samples: Sample[];
}

const MOST_CAUSES = 10;
const MOST_SAMPLES = 3;
/** Beyond this many different ones, causes are counted together: messages may hold ids. */
const MOST_REMEMBERED = 1_000;
const OTHERS = 'others';

/** A count in the making: plain data, for threads. */
export interface Counting {
  tally: Tally;
  causes: Map<string, Cause>;
  samples: Sample[];
}

export const newCounting = (): Counting => ({ tally: emptyTally(), causes: new Map(), samples: [] });

/** Counts a row as it is written, so that what is told is what stands in the file. */
export function countRow({ tally, causes, samples }: Counting, { key, outcome, record }: ResultsRow): void {
  tally[outcome] += 1;
  if (outcome === 'ok') {
    if (samples.length < MOST_SAMPLES && record?.answer !== undefined)
      samples.push({ key: clip(key, 80), answer: quoteUntrusted(record.answer, 160) });
  } else if (outcome !== 'missing') addCause(causes, { outcome, cause: causeOf(record), rows: 1 });
}

/** Adds what comes behind. */
export function addCounting(all: Counting, more: Counting): void {
  for (const outcome of OUTCOMES) all.tally[outcome] += more.tally[outcome];
  for (const cause of more.causes.values()) addCause(all.causes, cause);
  all.samples.push(...more.samples.slice(0, MOST_SAMPLES - all.samples.length));
}

export const told = ({ tally, causes, samples }: Counting): RunTally => ({
  tally,
  causes: [...causes.values()].sort((a, b) => b.rows - a.rows).slice(0, MOST_CAUSES),
  samples,
});

function addCause(causes: Map<string, Cause>, { outcome, cause: said, rows }: Cause): void {
  const known = causes.get(`${outcome} ${said}`);
  const cause = known || causes.size < MOST_REMEMBERED ? said : OTHERS;
  const id = `${outcome} ${cause}`;
  causes.set(id, { outcome, cause, rows: (causes.get(id)?.rows ?? 0) + rows });
}

const causeOf = (record: ResultRecord | undefined): string =>
  quoteUntrusted(record?.message ?? record?.block ?? record?.finish ?? 'no answer', 200);
