import { isRecord } from '../../../support/records.ts';
import type { Notes } from '../notes.ts';
import { CONTENT, PART, PART_DATA } from '../request-messages.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';
import { checkFields } from './fields.ts';
import { checkMedia } from './media.ts';

/** Contents with their roles and parts. Returns the characters of all texts. */
export function checkContents(contents: unknown, target: Target, notes: Notes): number {
  if (contents === undefined || contents === null) {
    notes.say('contents-missing');
    return 0;
  }
  if (!Array.isArray(contents)) {
    notes.say('contents-not-a-list', contents);
    return 0;
  }
  if (contents.length === 0) notes.say('contents-missing');
  let characters = 0;
  for (let i = 0; i < contents.length; i++) {
    const content: unknown = contents[i];
    notes.path.push(i);
    if (isRecord(content)) {
      checkRole(content, notes);
      characters += checkContent(content, target, notes);
    } else notes.say('content-not-an-object', content);
    notes.path.pop();
  }
  if (PREFILL_REFUSED.has(target.model?.id ?? '')) {
    const last: unknown = contents.at(-1);
    if (isRecord(last) && last.role === 'model') notes.say('last-turn-of-model');
  }
  return characters;
}

/** By the notes of the catalogue. */
const PREFILL_REFUSED = new Set(['gemini-3.5-flash-lite']);

function checkRole({ role }: JsonObject, notes: Notes): void {
  if (role === 'user' || role === 'model') return;
  if (role === undefined || role === null || role === '') notes.say('role-missing');
  else if (role === 'system') notes.say('system-role');
  else notes.say('role-unknown', role);
}

/** Names and parts of a content; a system instruction is one, too, without a role. Returns the characters of its texts. */
export function checkContent(content: JsonObject, target: Target, notes: Notes): number {
  checkFields(content, CONTENT, notes);
  const { parts } = content;
  if (parts === undefined || parts === null) {
    notes.say('parts-missing');
    return 0;
  }
  notes.path.push('parts');
  const characters = checkParts(parts, target, notes);
  notes.path.pop();
  return characters;
}

function checkParts(parts: unknown, target: Target, notes: Notes): number {
  if (!Array.isArray(parts)) {
    notes.say('parts-not-a-list', parts);
    return 0;
  }
  if (parts.length === 0) notes.say('parts-missing');
  let characters = 0;
  for (let i = 0; i < parts.length; i++) {
    const part: unknown = parts[i];
    notes.path.push(i);
    if (isRecord(part)) characters += checkPart(part, target, notes);
    else notes.say('part-not-an-object', part);
    notes.path.pop();
  }
  return characters;
}

const PLACEHOLDER = /\{\{\s*[\p{L}_][\p{L}\p{N}_ .-]{0,60}\}\}/u;

/** By both spellings. */
const DATA: ReadonlySet<string> = new Set(
  [...PART.fields]
    .filter(([, { name }]) => (PART_DATA as readonly string[]).includes(name))
    .map(([name]) => name),
);

function checkPart(part: JsonObject, target: Target, notes: Notes): number {
  const known = notes.found.length;
  checkFields(part, PART, notes);
  let kinds = 0;
  for (const name in part) if (part[name] !== null && DATA.has(name)) kinds += 1;
  // A part whose only member has a wrong name is told of by that.
  if (kinds === 0 && notes.found.length === known) notes.say('part-without-data');
  if (kinds > 1) notes.say('part-with-two-kinds');
  const { text } = part;
  if (typeof text !== 'string') {
    checkMedia(part, target, notes);
    return 0;
  }
  if (text === '') notes.say('empty-text');
  else if (text.includes('{{') && PLACEHOLDER.test(text)) {
    notes.say('unfilled-placeholder', PLACEHOLDER.exec(text)?.[0]);
  }
  return text.length;
}
