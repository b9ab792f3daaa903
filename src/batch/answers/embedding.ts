import { isRecord } from '../../support/records.ts';
import { parseUsage, promptUsage } from '../usage.ts';
import type { Reply } from './reply.ts';

type Members = Record<string, unknown>;

/**
 * Both kinds of embedding rows: `predictions[].embeddings` of the text-embedding models, which stands on the row
 * itself, and the EmbedContentResponse of gemini-embedding.
 */
export function readEmbedding(response: Members, row: Members): Reply {
  const predicted = first(typeof row.predictions === 'string' ? listIn(row.predictions) : row.predictions);
  const found = predicted?.embeddings ?? response.embedding ?? first(response.embeddings);
  const made = isRecord(found) ? found : {};
  const statistics = isRecord(made.statistics) ? made.statistics : {};
  const values = vectorOf(made.values);
  const reply: Reply = {
    outcome: values ? 'ok' : 'empty',
    candidates: [],
    usage: isRecord(response.usageMetadata)
      ? parseUsage(response.usageMetadata)
      : promptUsage(statistics.token_count ?? statistics.tokenCount ?? response.tokenCount),
  };
  if (values) reply.embedding = values;
  if (statistics.truncated === true || response.truncated === true) reply.inputTruncated = true;
  return reply;
}

/** A vector; undefined for what is empty or holds anything but numbers. */
export const vectorOf = (values: unknown): number[] | undefined =>
  Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'number')
    ? values
    : undefined;

const first = (list: unknown): Members | undefined =>
  Array.isArray(list) && isRecord(list[0]) ? list[0] : undefined;

/** BigQuery keeps the list as JSON text. */
function listIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
