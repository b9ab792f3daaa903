import { isRecord } from '../../support/records.ts';
import type { RowFormat } from '../catalogue-types.ts';
import { parseStatus, type RowError } from '../row-status.ts';
import { readClaude } from './claude.ts';
import { readEmbedding } from './embedding.ts';
import { readGemini } from './gemini.ts';
import { parseJson } from './json-text.ts';
import { readOpenAi } from './openai.ts';
import type { Reply } from './reply.ts';

type Members = Record<string, unknown>;

/** An output line, taken apart. */
export interface ReadLine {
  row: Members;
  format: RowFormat;
  reply: Reply;
  error?: RowError | undefined;
}

const READERS: Record<RowFormat, (response: Members, row: Members) => Reply> = {
  gemini: readGemini,
  claude: readClaude,
  openai: readOpenAi,
  embedding: readEmbedding,
};

/** Takes any parsed line. What Vertex AI wrote into a table has its response as JSON text. */
export function readReply(line: unknown): ReadLine {
  const row = isRecord(line) ? line : {};
  const envelope = structureOf(row.response);
  const response = isRecord(envelope.body) ? envelope.body : envelope;
  const format = formatOf(row, envelope, response);
  return { row, format, reply: READERS[format](response, row), error: errorOf(row, envelope, response) };
}

/** A JSON object, also where it is written as text; empty for anything else. */
export function structureOf(value: unknown): Members {
  const structure = typeof value === 'string' ? parseJson(value) : value;
  return isRecord(structure) ? structure : {};
}

/** By what the model said, and where it said nothing, by what it was asked. */
function formatOf(row: Members, envelope: Members, response: Members): RowFormat {
  if (response.candidates || response.promptFeedback) return 'gemini';
  if (response.embedding || response.embeddings) return 'embedding';
  if (Array.isArray(response.choices) || 'status_code' in envelope) return 'openai';
  if (Array.isArray(response.content) || response.type === 'message' || response.type === 'error')
    return 'claude';
  if (Array.isArray(response.data)) return 'openai';
  return formatOfRequest(row);
}

function formatOfRequest(row: Members): RowFormat {
  const request = structureOf(row.request);
  if (request.contents) return 'gemini';
  if (request.messages || request.anthropic_version) return 'claude';
  if (request.content || row.instance || row.predictions || typeof row.content === 'string')
    return 'embedding';
  return row.body || row.method || row.url ? 'openai' : 'gemini';
}

/**
 * Why the row failed. Vertex AI writes it to `status`; the Gemini Developer API and OpenAI's form have `error` beside
 * the response or in it. A row that was answered may have a column of its own of that name.
 */
function errorOf(row: Members, envelope: Members, response: Members): RowError | undefined {
  const status = parseStatus(row.status);
  if (status) return status;
  const { status_code } = envelope;
  if (typeof status_code === 'number' && status_code >= 400)
    return { ...(parseStatus(response) ?? { message: `HTTP ${status_code}` }), code: status_code };
  if (isRecord(response.error)) return parseStatus(response);
  return Object.keys(response).length === 0 ? parseStatus(row.error) : undefined;
}
