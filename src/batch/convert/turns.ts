import type { Content, GenerateContentRequest, Part } from '../request-row.ts';
import { type LineConversion, notConverted } from './conversion.ts';

/** One message of a conversation, with its place in the line. */
export interface Turn {
  role: 'system' | 'user' | 'model';
  parts: Part[];
  path: string;
}

/**
 * A conversation as Gemini takes it: system messages apart, neighbours of one role together,
 * since the roles have to alternate. Throws `line_not_converted` where nothing is left to ask.
 */
export function contentsOf(
  turns: readonly Turn[],
  path: string,
  { drop }: LineConversion,
): Pick<GenerateContentRequest, 'contents' | 'systemInstruction'> {
  const system: Part[] = [];
  const contents: Content[] = [];
  for (const { role, parts, path: at } of turns) {
    if (parts.length === 0) continue;
    if (role === 'system') {
      if (contents.length > 0) drop(at, 'was moved to the system instruction');
      system.push(...parts);
    } else addContent(contents, role, parts);
  }
  if (contents.length === 0 && system.length > 0) {
    drop(path, 'has system messages only; they were sent as the user');
    return { contents: [{ role: 'user', parts: system }] };
  }
  const last = contents.at(-1);
  if (!last)
    throw notConverted(path, 'It has no text and no media.', 'Take the line out, or give it a message.');
  if (last.role === 'model') drop(path, 'ends with an answer, which Gemini does not go on writing');
  return { contents, ...(system.length > 0 && { systemInstruction: { parts: system } }) };
}

/** Answers of functions stand alone: as many as there were calls, and nothing else. */
function addContent(contents: Content[], role: 'user' | 'model', parts: readonly Part[]): void {
  const answers = parts.filter((part) => part.functionResponse);
  const others = parts.filter((part) => !part.functionResponse);
  for (const group of [answers, others]) {
    if (group.length === 0) continue;
    const last = contents.at(-1);
    const same =
      last?.role === role && (last.parts[0]?.functionResponse === undefined) === (group === others);
    if (last && same) last.parts.push(...group);
    else contents.push({ role, parts: [...group] });
  }
}
