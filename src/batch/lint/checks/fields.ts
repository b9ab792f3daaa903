import { isRecord } from '../../../support/records.ts';
import { clip, nearest } from '../../../support/text.ts';
import { foreignName, HOMES, SDK_ONLY, sameName } from '../homes.ts';
import { camelCase, fieldNames, type Kind, type Message, textOf } from '../messages.ts';
import type { Notes } from '../notes.ts';
import { GENERATION_CONFIG, REQUEST } from '../request-messages.ts';
import type { JsonObject } from '../rule.ts';

/** Names, places and kinds of the members of a message, down to what has checks of its own. */
export function checkFields(value: JsonObject, message: Message, notes: Notes): void {
  for (const name in value) {
    // Most members are plain ones with the right name: they are done with one look.
    const field = message.fields.get(name);
    if (field?.snake === false && isPlain(value[name], field.kind)) continue;
    notes.path.push(name);
    if (isTwice(name, value, message)) notes.say('both-spellings');
    checkField(name, value[name], message, notes);
    notes.path.pop();
  }
}

const isPlain = (value: unknown, kind: Kind): boolean =>
  kind === 'elsewhere' || value === null || (kind === 'string' && typeof value === 'string');

/** A member in snake_case beside the same in camelCase. */
export function isTwice(name: string, value: JsonObject, message: Message): boolean {
  const field = message.fields.get(name);
  return field?.snake === true && value[field.name] !== undefined;
}

/** One member; its name is on the path already. */
export function checkField(name: string, value: unknown, message: Message, notes: Notes): void {
  const field = message.fields.get(name);
  if (field === undefined) {
    checkStranger(name, value, message, notes);
    return;
  }
  if (field.snake) notes.say('snake-case', undefined, field.name);
  if (value !== null && field.kind !== 'elsewhere') checkKind(value, field.kind, notes);
}

function checkKind(value: unknown, kind: Kind, notes: Notes): void {
  if (typeof kind === 'string') {
    if (!isKind(value, kind)) notes.say('wrong-type', value, `write ${NAMES[kind]}`);
    else if (kind === 'object') checkEmpty(value, notes);
  } else if ('list' in kind) {
    if (!Array.isArray(value)) notes.say('wrong-type', value, 'write a list');
    else
      for (let i = 0; i < value.length; i++) {
        notes.path.push(i);
        checkKind(value[i], kind.list, notes);
        notes.path.pop();
      }
  } else if ('oneOf' in kind) {
    const known = typeof value === 'number' || kind.oneOf.includes(textOf(value).toUpperCase());
    if (!known) notes.say('unknown-value', value, alternatives(textOf(value), kind.oneOf));
  } else if (isRecord(value)) {
    checkEmpty(value, notes);
    checkFields(value, kind, notes);
  } else notes.say('wrong-type', value, 'write an object');
}

function checkEmpty(value: unknown, notes: Notes): void {
  for (const _ in value as object) return;
  notes.say('empty-object');
}

const NAMES = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  any: 'anything',
  elsewhere: 'anything',
} as const;

/** As proto3's JSON form has it: numbers may be written as text. */
function isKind(value: unknown, kind: keyof typeof NAMES): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(asNumber(value));
    case 'number':
      return Number.isFinite(asNumber(value));
    case 'object':
      return isRecord(value);
    default:
      return true;
  }
}

const asNumber = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? Number(value)
    : Number.NaN;

/** A member that the message does not have: what was meant by it decides the rule. */
function checkStranger(name: string, value: unknown, message: Message, notes: Notes): void {
  const camel = camelCase(name);
  const top = message === REQUEST || message === GENERATION_CONFIG;
  if (top && SDK_ONLY.has(camel)) {
    notes.say('sdk-only-field');
    return;
  }
  if (message === REQUEST && name === 'config' && isRecord(value)) {
    notes.say('sdk-config');
    return;
  }
  const same = sameName(name, message);
  if (same) {
    notes.say('misspelled-field', undefined, same);
    return;
  }
  const home = HOMES.get(camel);
  if (home) {
    const flat = message === REQUEST && home[1] === 'generationConfig';
    notes.say(flat ? 'flat-setting' : 'misplaced-field', value, [...home, camel].join('.'));
  } else notes.say('unknown-field', value, foreignName(name) ?? alternatives(camel, fieldNames(message)));
}

/** Characters. Comparing takes the product of both lengths. */
const MOST_COMPARED = 60;

/** Near names where there are some; else the whole choice where it is short. */
function alternatives(word: string, names: readonly string[]): string {
  const near = nearest(clip(word, MOST_COMPARED), names, 2);
  if (near.length > 0) return near.join(' or ');
  const usual = names.filter((name) => !name.endsWith('_UNSPECIFIED'));
  return usual.length <= 8 ? `one of ${usual.join(', ')}` : 'remove it';
}
