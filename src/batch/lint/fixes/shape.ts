import { isRecord } from '../../../support/records.ts';
import { textOf } from '../messages.ts';
import type { Fix, JsonObject } from '../rule.ts';
import { allContents, contentsOf, listOf, requestOf, some } from './parts-of-row.ts';

const textPart = (text: string) => ({ text });
const isText = (value: unknown): value is string => typeof value === 'string';
const userContent = (...texts: string[]) => ({ role: 'user', parts: texts.map(textPart) });

/** Text, or one content, in place of a list; texts in the list are the parts of one prompt, as SDKs read them. */
export const listContents: Fix = (row) => {
  const request = requestOf(row);
  const { contents } = request;
  if (isText(contents)) request.contents = [userContent(contents)];
  else if (isRecord(contents)) request.contents = [contents];
  else if (
    !Array.isArray(contents) ||
    contents.length === 0 ||
    !contents.every((item) => isText(item) || isRecord(item))
  )
    return false;
  else if (contents.every(isText)) request.contents = [userContent(...contents)];
  else request.contents = contents.map((item) => (isText(item) ? userContent(item) : item));
  return true;
};

/** Text beside the role, under the name of another API, becomes a part. */
export const partsFromText: Fix = (row) =>
  some(allContents(row), (content) => {
    if (content.parts !== undefined && content.parts !== null) return false;
    const name = ['text', 'content'].find((candidate) => isText(content[candidate]));
    if (!name) return false;
    content.parts = [textPart(content[name] as string)];
    delete content[name];
    return true;
  });

export const listParts: Fix = (row) =>
  some(allContents(row), (content) => {
    if (isText(content.parts)) content.parts = [textPart(content.parts)];
    else if (isRecord(content.parts)) content.parts = [content.parts];
    else return false;
    return true;
  });

export const textParts: Fix = (row) =>
  some(allContents(row), (content) => {
    const parts = listOf(content.parts);
    if (!parts.some(isText)) return false;
    content.parts = parts.map((part) => (isText(part) ? textPart(part) : part));
    return true;
  });

/** Only where there is one content: in a conversation the turns cannot be guessed. */
export const userRole: Fix = (row) => {
  const contents = contentsOf(row);
  if (contents.length !== 1) return false;
  return some(contents, (content) => {
    if (content.role) return false;
    content.role = 'user';
    return true;
  });
};

/** Words of other APIs for the two roles. */
const ROLES: Record<string, string> = {
  assistant: 'model',
  bot: 'model',
  ai: 'model',
  model: 'model',
  human: 'user',
  user: 'user',
};

export const modelRole: Fix = (row) =>
  some(contentsOf(row), (content) => {
    const word = textOf(content.role).toLowerCase();
    const role = Object.hasOwn(ROLES, word) ? ROLES[word] : undefined;
    if (!role || role === content.role) return false;
    content.role = role;
    return true;
  });

/** The first content, where it is the only one with that role and there is no instruction yet. */
export const dropSystemRole: Fix = (row) => {
  const request = requestOf(row);
  const contents = listOf(request.contents);
  const [first, ...rest] = contents;
  const free = request.systemInstruction === undefined && request.system_instruction === undefined;
  const isSystem = (content: unknown): content is JsonObject =>
    isRecord(content) && content.role === 'system';
  if (!free || !isSystem(first) || rest.length === 0 || rest.some(isSystem)) return false;
  const { role: _, ...instruction } = first;
  request.systemInstruction = instruction;
  request.contents = rest;
  return true;
};

export const systemInstructionFromText: Fix = (row) => {
  const request = requestOf(row);
  return some(['systemInstruction', 'system_instruction'], (name) => {
    const value = request[name];
    const list = isText(value) ? [value] : listOf(value);
    if (list.length === 0 || !list.every((item) => isText(item) || isRecord(item))) return false;
    request[name] = { parts: list.map((item) => (isText(item) ? textPart(item) : item)) };
    return true;
  });
};
