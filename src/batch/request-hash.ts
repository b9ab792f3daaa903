import { hash } from 'node:crypto';
import { isRecord } from '../support/records.ts';
import { camelCase } from './lint/messages.ts';

/**
 * The identity of a request: 32 hexadecimal digits. The request that an output line echoes has that of the input
 * line, though Vertex AI loads a file like a table: members are in another order, those that only other rows have
 * are null, empty objects and lists are gone. Names of the API may be in camelCase or snake_case; names that are the
 * user's own are taken as they are. Requests that differ in anything else differ here, but for a chance of 1 in 10²⁶
 * among a million. Requests for other models than Gemini have no second spelling.
 * Throws `RangeError` for thousands of values in each other.
 */
export function requestHash(request: unknown): string {
  const foreign = isRecord(request) && (request.messages !== undefined || request.input !== undefined);
  return hash('sha256', said(request, foreign ? 'data' : 'api'), 'hex').slice(0, 32);
}

/** Whose names an object's members have. */
type Place =
  /** The API's: in either spelling. */
  | 'api'
  /** The user's, and what is in them is the API's: properties of a schema. */
  | 'names'
  /** The user's, all the way down. */
  | 'data'
  /** The API's, but `response` holds the user's; a function's declaration has a `response` that is the API's. */
  | 'result';

/** Fields that hold a map, a Struct or a Value. A test holds them against Google's protos. */
export const PLACES: ReadonlyMap<string, Place> = new Map([
  ['labels', 'names'],
  ['properties', 'names'],
  ['defs', 'names'],
  ['args', 'data'],
  ['default', 'data'],
  ['example', 'data'],
  ['additionalProperties', 'data'],
  ['parametersJsonSchema', 'data'],
  ['responseJsonSchema', 'data'],
  ['customConfigs', 'data'],
  ['partMetadata', 'data'],
  ['functionResponse', 'result'],
  ['toolResponse', 'result'],
]);

/** The value as text, the same for the same value; empty where nothing is said. */
function said(value: unknown, place: Place): string {
  if (typeof value === 'string') return saidText(value);
  if (typeof value !== 'object') return value === undefined ? '' : String(value);
  if (value === null) return '';
  return Array.isArray(value) ? saidByItems(value, place) : saidByMembers(value, place);
}

/** With its length a text needs no end and no escapes, which would cost as much as all the rest. */
const saidText = (text: string): string => `"${text.length}:${text}`;

/** Items keep their places, so that those which say nothing count where others say something. */
function saidByItems(items: readonly unknown[], place: Place): string {
  let text = '';
  let any = false;
  for (const item of items) {
    const one = said(item, place);
    any ||= one !== '';
    text += `${one},`;
  }
  return any ? `[${text}]` : '';
}

function saidByMembers(value: object, place: Place): string {
  const members = value as Record<string, unknown>;
  const texts: string[] = [];
  for (const given in members) {
    const member = members[given];
    if (member === null) continue;
    const text =
      place === 'api' || place === 'result' ? ofField(given, members, place) : ofName(given, member, place);
    if (text) texts.push(text);
  }
  return texts.length > 0 ? `{${texts.sort().join()}}` : '';
}

function ofName(name: string, member: unknown, place: Place): string {
  const text = said(member, place === 'names' ? 'api' : 'data');
  return text && saidText(name) + text;
}

function ofField(given: string, members: Record<string, unknown>, place: Place): string {
  const field = fieldOf(given);
  const inside = place === 'result' && field.name === 'response' ? 'data' : field.place;
  const text = field.isSetting ? setting(field.name, members[given]) : said(members[given], inside);
  if (!text) return '';
  // Where both spellings stand, each counts.
  const twice = given !== field.name && (members[field.name] ?? null) !== null;
  return (twice ? saidText(given) : field.text) + text;
}

interface Field {
  /** In camelCase. */
  name: string;
  text: string;
  place: Place;
  isSetting: boolean;
}

/** Names are few, and folding one costs more than all else that is done with it. */
const FIELDS = new Map<string, Field>();
const MOST_FIELDS = 1_000;

const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/;
const SETTINGS: ReadonlySet<string> = new Set(['generationConfig', 'safetySettings', 'tools', 'toolConfig']);

function fieldOf(given: string): Field {
  const known = FIELDS.get(given);
  if (known) return known;
  const name = SNAKE_CASE.test(given) ? camelCase(given) : given;
  const field = {
    name,
    text: saidText(name),
    place: PLACES.get(name) ?? 'api',
    isSetting: SETTINGS.has(name),
  };
  if (FIELDS.size < MOST_FIELDS) FIELDS.set(given, field);
  return field;
}

const lastSettings = new Map<string, { json: string; text: string }>();

/** Settings are the same on most rows of a file, and telling so is quicker than saying them again. */
function setting(name: string, value: unknown): string {
  const json = JSON.stringify(value);
  const last = lastSettings.get(name);
  if (last?.json === json) return last.text;
  const text = said(value, 'api');
  lastSettings.set(name, { json, text });
  return text;
}
