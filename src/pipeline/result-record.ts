import type { AnswerColumns, AnswerValue } from '../batch/answer-columns.ts';
import { type AnswerRow, type AnswerSchema, type Asked, readAnswerRow } from '../batch/answer-row.ts';
import { chargedTokens, costOf } from '../batch/cost.ts';
import type { Outcome } from '../batch/outcomes.ts';
import type { PricePeriod } from '../batch/price-list.ts';

/** What is kept of an output line: a line of a part file. What is empty is left out. */
export interface ResultRecord {
  outcome: Exclude<Outcome, 'missing'>;
  answer?: string | undefined;
  /** One a column of the schema. */
  cells?: AnswerValue[] | undefined;
  finish?: string | undefined;
  block?: string | undefined;
  code?: number | undefined;
  message?: string | undefined;
  /** Prompt, cached, answer, thought and tool tokens. */
  tokens: [number, number, number, number, number];
  usd?: number | undefined;
  /** As JSON, where there is more than one. */
  candidates?: string | undefined;
  calls?: string | undefined;
  citations?: string | undefined;
  embedding?: string | undefined;
  /** Names of files, or addresses. */
  images?: string[] | undefined;
}

/** How the lines of a job are read: plain data, for threads. */
export interface ReadingSpec {
  /** Known of all rows of a composed input: their echoed requests need not be parsed. */
  asked?: Asked | undefined;
  /** On the job's last day. */
  price?: PricePeriod | undefined;
  /** Of the answers of the run, and names that no column for them may have. */
  schema?: AnswerSchema | undefined;
  taken: readonly string[];
}

export interface Reading extends Pick<ReadingSpec, 'asked' | 'price'> {
  columns?: AnswerColumns | undefined;
}

/** A line as it was understood; media still have to be written. */
export interface ReadLine {
  key: string | undefined;
  record: ResultRecord;
  media: NonNullable<AnswerRow['media']>;
}

export function readLine(row: Record<string, unknown>, { asked = {}, columns, price }: Reading): ReadLine {
  const answer = readAnswerRow(row, asked);
  const { usage, error, mismatch } = answer;
  const record: ResultRecord = {
    outcome: answer.outcome,
    tokens: [
      usage.promptTokens,
      usage.cachedTokens,
      usage.candidateTokens,
      usage.thoughtTokens,
      usage.toolPromptTokens,
    ],
  };
  // Written member by member: this runs once a row.
  if (answer.text !== undefined) record.answer = answer.text;
  if (columns && answer.json !== undefined) record.cells = columns.valuesOf(answer.json);
  if (answer.finishReason) record.finish = answer.finishReason;
  if (answer.blockReason) record.block = answer.blockReason;
  if (error?.code !== undefined) record.code = error.code;
  if (error) record.message = error.message;
  if (mismatch) record.message = `${mismatch.path} is not ${mismatch.expected}`;
  if (price) {
    const { input, output } = costOf(chargedTokens(usage), price, 'batch');
    record.usd = input + output;
  }
  if (answer.candidates.length > 1) record.candidates = JSON.stringify(answer.candidates);
  if (answer.calls) record.calls = JSON.stringify(answer.calls);
  if (answer.citations) record.citations = JSON.stringify(answer.citations);
  if (answer.embedding) record.embedding = JSON.stringify(answer.embedding);
  return { key: answer.key, record, media: answer.media ?? [] };
}

const REQUEST = Buffer.from(',"request":');
const RESPONSE = Buffer.from(',"response":');

/**
 * A line without its echoed request, which is most of it. What is left parses only where both members are the line's
 * own: a `response` further in would leave a brace too many. Undefined where the line is written in another way; a
 * line that was cut must not come here.
 */
export function parseAround(line: Buffer): Record<string, unknown> | undefined {
  const request = line.indexOf(REQUEST);
  if (request < 0) return undefined;
  const response = line.lastIndexOf(RESPONSE);
  if (response <= request) return undefined;
  try {
    return JSON.parse(line.toString('utf8', 0, request) + line.toString('utf8', response));
  } catch {
    return undefined;
  }
}
