import { isRecord } from '../../../support/records.ts';
import { HOMES } from '../homes.ts';
import { camelCase } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';

/** Members that people use for keys; the first that a row has is its key. */
const KEY_NAMES = ['key', 'custom_id', 'customId', 'id', 'row_id', 'request_id'] as const;

/** The text that answers are joined by; undefined where the row has none. */
export function checkKey(row: JsonObject, notes: Notes): string | undefined {
  const name = KEY_NAMES.find((candidate) => row[candidate] !== undefined && row[candidate] !== null);
  if (name === undefined) {
    const inMetadata = isRecord(row.metadata) && row.metadata.key !== undefined;
    notes.say(inMetadata ? 'developer-api-key' : 'key-missing');
    return undefined;
  }
  const key = row[name];
  if (typeof key === 'object') {
    notes.path.push(name);
    notes.say('key-not-scalar', key);
    notes.path.pop();
    return undefined;
  }
  if (key === '' || typeof key !== 'string' || readsAsOtherType(key)) {
    notes.path.push(name);
    notes.say(key === '' ? 'key-empty' : 'key-reads-as-other-type', key);
    notes.path.pop();
  }
  return key === '' ? undefined : String(key);
}

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}.*)?$/;
const WORD = /^(true|false|null|nan|-?inf(inity)?)$/i;

/** Keys that start with a letter, which is most of them, are out with one comparison. */
function readsAsOtherType(key: string): boolean {
  const first = key.charCodeAt(0) | 0x20;
  const letter = first >= 0x61 && first <= 0x7a;
  return letter ? WORD.test(key) : NUMBER.test(key) || DATE.test(key) || WORD.test(key);
}

/** Members that steer a request and do nothing beside it. Scalars are left alone: they may be columns of the user. */
export function checkBeside(row: JsonObject, notes: Notes): void {
  for (const name in row) {
    const value = row[name];
    if (name === 'request' || typeof value !== 'object' || value === null) continue;
    notes.path.push(name);
    const home = HOMES.get(camelCase(name));
    if (home?.length === 1 && home[0] === 'request' && name !== 'labels')
      notes.say('misplaced-field', value, `request.${camelCase(name)}`);
    else if (Array.isArray(value) && !(KEY_NAMES as readonly string[]).includes(name))
      notes.say('list-beside-request');
    notes.path.pop();
  }
}
