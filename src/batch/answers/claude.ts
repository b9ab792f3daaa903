import { isRecord } from '../../support/records.ts';
import { CLAUDE_REASONS, outcomeOfFinish } from '../finish-reasons.ts';
import { parseClaudeUsage } from '../usage.ts';
import { type Reply, stringOf } from './reply.ts';

/** A message of Anthropic's Messages API. */
export function readClaude(message: Record<string, unknown>): Reply {
  const { content, model, usage, stop_reason } = message;
  const blocks = Array.isArray(content) ? content.filter(isRecord) : [];
  const finishReason = stringOf(stop_reason);
  const reply: Reply = {
    outcome: Array.isArray(content) || finishReason ? outcomeOfFinish(finishReason, CLAUDE_REASONS) : 'empty',
    candidates: [],
    usage: parseClaudeUsage(usage),
  };
  if (finishReason) reply.finishReason = finishReason;
  if (stringOf(model)) reply.modelVersion = stringOf(model);
  if (Array.isArray(content)) reply.candidates.push(blocks.map(textOf).join(''));
  for (const block of blocks) readBlock(block, reply);
  return reply;
}

const textOf = ({ type, text }: Record<string, unknown>): string => (type === 'text' ? stringOf(text) : '');

function readBlock({ type, id, name, input, citations }: Record<string, unknown>, reply: Reply): void {
  if (type === 'thinking' || type === 'redacted_thinking') reply.thought = true;
  if (type === 'tool_use') {
    reply.calls ??= [];
    reply.calls.push({ name: stringOf(name), args: input ?? {}, ...(stringOf(id) && { id: stringOf(id) }) });
  }
  if (!Array.isArray(citations)) return;
  for (const citation of citations) {
    const url = isRecord(citation) ? stringOf(citation.url) : '';
    if (url && !reply.citations?.includes(url)) reply.citations = [...(reply.citations ?? []), url];
  }
}
