import { readReply } from './answers/read-reply.ts';
import { type AnswerCall, type AnswerMedium, stringOf } from './answers/reply.ts';
import { keyOf } from './answers/row-key.ts';
import type { Asked } from './answers/wanted.ts';
import type { RowFormat } from './catalogue-types.ts';
import { classifyReply, type ResultRow } from './result-row.ts';

export type { AnswerSchema } from './answers/schema-node.ts';
export type { AnswerCall, AnswerMedium, Asked };

/** All that one output line says. */
export interface AnswerRow extends ResultRow {
  /** By the row itself, never by the first line of a file. */
  format: RowFormat;
  /** `key`, else `custom_id`, else `id`, else a scalar of another name: as text. */
  key?: string | undefined;
  /** Every candidate's text, empty where one has none; the first is the answer. */
  candidates: string[];
  /** Of the first candidate, as all that follows. */
  calls?: AnswerCall[] | undefined;
  media?: AnswerMedium[] | undefined;
  embedding?: number[] | undefined;
  /** The input was longer than an embedding takes, and its end was left out. */
  inputTruncated?: true | undefined;
  /** Addresses of sources, each once. */
  citations?: string[] | undefined;
  modelVersion?: string | undefined;
  /** RFC 3339, as Vertex AI wrote it. */
  processedTime?: string | undefined;
}

/** Reads one line of a batch output, parsed. Never throws, whatever the line holds. */
export function readAnswerRow(line: unknown, asked: Asked = {}): AnswerRow {
  const read = readReply(line);
  const { row, format, reply } = read;
  const answer: AnswerRow = Object.assign(classifyReply(read, asked), {
    format,
    candidates: reply.candidates,
  });
  const key = keyOf(row);
  if (key !== undefined) answer.key = key;
  if (reply.calls) answer.calls = reply.calls;
  if (reply.media) answer.media = reply.media;
  if (reply.embedding) answer.embedding = reply.embedding;
  if (reply.inputTruncated) answer.inputTruncated = true;
  if (reply.citations) answer.citations = reply.citations;
  if (reply.modelVersion) answer.modelVersion = reply.modelVersion;
  const processed = stringOf(row.processed_time);
  if (processed) answer.processedTime = processed;
  return answer;
}
