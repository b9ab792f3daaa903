import { isRecord } from '../../support/records.ts';
import { dropOthers, type LineConversion, notConverted } from './conversion.ts';

type Body = Readonly<Record<string, unknown>>;

/** Members that chat completions have too, under this name or another. */
const SHARED = [
  'model',
  'temperature',
  'top_p',
  'max_output_tokens',
  'top_logprobs',
  'tools',
  'tool_choice',
  'user',
];
const KNOWN = new Set([...SHARED, 'input', 'instructions', 'text', 'reasoning', 'metadata', 'service_tier']);
const PARALLEL = 'parallel_tool_calls';

/**
 * The body of `/v1/responses` as that of a chat completion that asks the same.
 * Throws `line_not_converted` for what leans on earlier answers that are stored at OpenAI.
 */
export function responsesAsChat(body: Body, path: string, conversion: LineConversion): Body {
  for (const name of ['previous_response_id', 'conversation', 'prompt'])
    if (body[name])
      throw notConverted(
        `${path}.${name}`,
        'It refers to something that is stored at OpenAI.',
        'Write the whole conversation into the line.',
      );
  const { input, instructions, text, reasoning } = body;
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  if (!Array.isArray(items))
    throw notConverted(`${path}.input`, 'It is neither text nor a list.', 'Correct it.');
  const { format, ...otherText } = isRecord(text) ? text : {};
  const { effort, ...otherReasoning } = isRecord(reasoning) ? reasoning : {};
  dropOthers(otherText, `${path}.text`, new Set(), {}, conversion);
  dropOthers(otherReasoning, `${path}.reasoning`, new Set(), {}, conversion);
  dropOthers(body, path, KNOWN, { [PARALLEL]: 'is always allowed by Gemini' }, conversion);
  return {
    ...Object.fromEntries(SHARED.flatMap((name) => (name in body ? [[name, body[name]]] : []))),
    metadata: body.metadata,
    service_tier: body.service_tier,
    response_format: format,
    reasoning_effort: effort,
    messages: [
      ...(instructions ? [{ role: 'system', content: instructions }] : []),
      ...items.map((item: unknown, index) => messageOf(item, `${path}.input[${index}]`)),
    ],
  };
}

/** Items that are calls and their answers are messages in chat completions. */
function messageOf(item: unknown, path: string): unknown {
  if (!isRecord(item)) throw notConverted(path, 'It is not an item.', 'Write it as an object.');
  switch (item.type) {
    case undefined:
    case 'message':
      return { role: item.role, content: item.content };
    case 'function_call':
      return {
        role: 'assistant',
        tool_calls: [{ id: item.call_id, function: { name: item.name, arguments: item.arguments } }],
      };
    case 'function_call_output':
      return { role: 'tool', tool_call_id: item.call_id, content: item.output };
    case 'reasoning':
      // What the model thought cannot be given to another one.
      return { role: 'assistant', content: '' };
    default:
      throw notConverted(
        `${path}.type`,
        'It is no message and no call of a function.',
        'Take the item out of the line.',
      );
  }
}
