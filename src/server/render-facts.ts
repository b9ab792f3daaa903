import { isRecord } from '../support/records.ts';

/** A thing with things in it, such as a request, is clearest as what it is: JSON. */
const isDeep = (value: unknown): boolean => isRecord(value) && Object.values(value).some(isRecord);

/** Lists of sentences read badly in one line; lists of names do not. */
const isSentence = (value: unknown): boolean => typeof value === 'string' && value.includes(' ');

/**
 * Facts as short lines for a reader with a token budget: `key: value`, one line a record of a list,
 * nothing for what is absent. The same facts stand in `structuredContent`.
 */
export function renderFacts(data: Record<string, unknown>): string {
  return entries(data)
    .map(([key, value]) => {
      // A table: no cell holds a tab.
      if (Array.isArray(value) && value.every(Array.isArray))
        return [`${key}:`, ...value.map((cells) => cells.map(inline).join('\t'))].join('\n');
      if (Array.isArray(value) && value.some((item) => isRecord(item) || isSentence(item)))
        return [`${key}:`, ...value.map((item) => `- ${inline(item)}`)].join('\n');
      return `${key}: ${isDeep(value) ? JSON.stringify(value) : inline(value)}`;
    })
    .join('\n');
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (!isRecord(value))
    return typeof value === 'number' ? String(value) : String(value).replaceAll('\n', ' ');
  return entries(value)
    .map(
      ([key, member]) =>
        `${key} ${isRecord(member) || Array.isArray(member) ? `(${inline(member)})` : inline(member)}`,
    )
    .join(', ');
}

const entries = (data: Record<string, unknown>): [string, unknown][] =>
  Object.entries(data).filter(
    ([, value]) =>
      value !== undefined &&
      value !== null &&
      !(typeof value === 'object' && Object.keys(value).length === 0),
  );
