import { isRecord } from '../../support/records.ts';
import type { Part } from '../request-row.ts';
import { type LineConversion, notConverted } from './conversion.ts';
import { functionResult } from './functions.ts';
import { openAiParts } from './openai-content.ts';
import type { Turn } from './turns.ts';

const ROLES: Readonly<Record<string, Turn['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'model',
};

/** Messages of chat completions as turns. Throws `line_not_converted`. */
export function openAiTurns(messages: unknown, path: string, conversion: LineConversion): Turn[] {
  if (!Array.isArray(messages))
    throw notConverted(path, 'It is not a list of messages.', 'Give the line its messages.');
  const names = new Map<unknown, string>();
  return messages.map((message: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!isRecord(message)) throw notConverted(at, 'It is not a message.', 'Write it as an object.');
    if (message.role === 'tool' || message.role === 'function')
      return { role: 'user', path: at, parts: [answerPart(message, names, at, conversion)] };
    const role = ROLES[String(message.role)];
    if (!role)
      throw notConverted(
        `${at}.role`,
        'It is none of system, developer, user, assistant and tool.',
        'Correct it.',
      );
    if (message.name) conversion.drop(`${at}.name`, 'has no counterpart; write it into the text');
    const parts = openAiParts(message.content ?? message.refusal, `${at}.content`, conversion);
    return { role, path: at, parts: [...parts, ...callParts(message, names, at)] };
  });
}

function callParts(message: Record<string, unknown>, names: Map<unknown, string>, path: string): Part[] {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  if (isRecord(message.function_call)) calls.push({ function: message.function_call });
  return calls.map((call: unknown, index) => {
    const called = isRecord(call) && isRecord(call.function) ? call.function : undefined;
    if (!called || typeof called.name !== 'string')
      throw notConverted(`${path}.tool_calls[${index}]`, 'It is not the call of a function.', 'Take it out.');
    if (isRecord(call)) names.set(call.id, called.name);
    return { functionCall: { name: called.name, args: argumentsOf(called.arguments, path) } };
  });
}

function argumentsOf(text: unknown, path: string): Record<string, unknown> {
  if (text === undefined || text === '') return {};
  try {
    const args: unknown = typeof text === 'string' ? JSON.parse(text) : text;
    if (isRecord(args)) return args;
  } catch {
    // Told below, as any other value that is no object.
  }
  throw notConverted(`${path}.tool_calls`, 'The arguments of a call are no JSON object.', 'Correct them.');
}

function answerPart(
  message: Record<string, unknown>,
  names: ReadonlyMap<unknown, string>,
  path: string,
  conversion: LineConversion,
): Part {
  const name = names.get(message.tool_call_id) ?? message.name;
  if (typeof name !== 'string')
    throw notConverted(
      `${path}.tool_call_id`,
      'No call before it has this id, so that it is not known which function answers.',
      'Keep the call in the messages.',
    );
  const parts = openAiParts(message.content, `${path}.content`, conversion);
  const text = parts.map((part) => part.text ?? '').join('');
  return { functionResponse: { name, response: functionResult(text) } };
}
