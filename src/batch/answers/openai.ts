import { isRecord } from '../../support/records.ts';
import { OPENAI_REASONS, outcomeOfFinish } from '../finish-reasons.ts';
import { parseOpenAiUsage } from '../usage.ts';
import { vectorOf } from './embedding.ts';
import { type AnswerCall, type Reply, stringOf } from './reply.ts';

type Members = Record<string, unknown>;

/** The body of a chat completion or of a list of embeddings, as OpenAI's API and the open models have it. */
export function readOpenAi(body: Members): Reply {
  const choices = Array.isArray(body.choices) ? body.choices.filter(isRecord) : [];
  const [first] = choices;
  const reply = first ? fromChoice(first) : fromData(body.data);
  reply.usage = parseOpenAiUsage(body.usage);
  for (const choice of choices.slice(1)) reply.candidates.push(textOf(choice));
  if (stringOf(body.model)) reply.modelVersion = stringOf(body.model);
  return reply;
}

const NO_USAGE = parseOpenAiUsage(undefined);

function fromData(data: unknown): Reply {
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  const embedding = isRecord(first) ? vectorOf(first.embedding) : undefined;
  const reply: Reply = { outcome: embedding ? 'ok' : 'empty', candidates: [], usage: NO_USAGE };
  if (embedding) reply.embedding = embedding;
  return reply;
}

function fromChoice(choice: Members): Reply {
  const message = messageOf(choice);
  const finishReason = stringOf(choice.finish_reason);
  const refusal = stringOf(message.refusal);
  const reply: Reply = {
    outcome: refusal ? 'blocked' : outcomeOfFinish(finishReason, OPENAI_REASONS),
    candidates: [textOf(choice)],
    usage: NO_USAGE,
  };
  if (finishReason) reply.finishReason = finishReason;
  if (refusal) reply.blockReason = 'refusal';
  if (stringOf(message.reasoning_content) || stringOf(message.reasoning)) reply.thought = true;
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isRecord) : [];
  if (calls.length > 0) reply.calls = calls.map(callOf);
  return reply;
}

const messageOf = ({ message }: Members): Members => (isRecord(message) ? message : {});

/** The message's text, whole or in parts; a plain completion has it on the choice. */
function textOf(choice: Members): string {
  const { content, refusal } = messageOf(choice);
  if (Array.isArray(content))
    return content.map((part) => (isRecord(part) ? stringOf(part.text) : '')).join('');
  return stringOf(content) || stringOf(refusal) || stringOf(choice.text);
}

/** Arguments come as JSON text; what does not parse stays text. */
function callOf(call: Members): AnswerCall {
  const { name, arguments: given } = isRecord(call.function) ? call.function : {};
  let args: unknown = given ?? {};
  try {
    if (typeof given === 'string') args = JSON.parse(given);
  } catch {}
  return { name: stringOf(name), args, ...(stringOf(call.id) && { id: stringOf(call.id) }) };
}
