import { advise } from '../google/advice.ts';
import { GoogleApiError } from '../google/errors.ts';
import { UserError } from '../support/errors.ts';
import type { Ids } from '../support/ids.ts';
import type { Log } from '../support/log.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Reply } from '../tools/define.ts';
import { renderFacts } from './render-facts.ts';

export interface ToolResult {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: true;
  [key: string]: unknown;
}

const text = (value: string) => [{ type: 'text' as const, text: value }];

/** The only place that makes an MCP result of facts: what happened, the facts, one next step. */
export function renderReply(reply: Reply<Record<string, unknown>>, emulated: boolean): ToolResult {
  const { data, next } = reply;
  const summary = marked(reply.summary, emulated);
  const step = next && `Next: ${next.tool} ${JSON.stringify(next.arguments)} — ${next.reason}`;
  return {
    content: text([summary, renderFacts(data), step].filter(Boolean).join('\n\n')),
    structuredContent: { summary, emulated, data, ...(next && { next }) },
  };
}

/** The only place that makes an MCP result of an error. Never dressed as a success. */
export function renderError(
  error: unknown,
  emulated: boolean,
  { ids, log }: { ids: Ids; log: Log },
): ToolResult {
  return { content: text(marked(errorText(error, ids, log), emulated)), isError: true };
}

/** Nobody should take the emulator's word for Google's. */
const marked = (sentence: string, emulated: boolean): string =>
  emulated ? `${sentence} (Emulated: no Google account, nothing billed.)` : sentence;

function errorText(error: unknown, ids: Ids, log: Log): string {
  if (error instanceof UserError) return `[${error.code}] ${error.message}`;
  if (error instanceof GoogleApiError) {
    const { code, why, fix } = advise(error);
    const said = `Google answered ${error.status || 'nothing'} to ${error.method} ${error.path}: ${quoteUntrusted(error.message)}.`;
    return [`[${code}]`, said, why, fix].filter(Boolean).join(' ');
  }
  const id = ids.token(8);
  log('error', error instanceof Error ? (error.stack ?? error.message) : String(error), { defect: id });
  return `[defect_${id}] Something broke inside vertex-batch-mcp. Nothing is known about whether the call took effect. Look at the server's stderr for ${id}, check with list_batch_jobs, and report it with that line.`;
}
