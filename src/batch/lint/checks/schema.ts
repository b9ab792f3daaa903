import { isRecord } from '../../../support/records.ts';
import { clip, nearest } from '../../../support/text.ts';
import { camelCase, textOf } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import { MOST_DEPTH, SCHEMA, SCHEMA_TYPES } from '../schema-message.ts';

/** A Schema, the OpenAPI subset of `responseSchema` and of function parameters. */
export function checkSchema(schema: unknown, notes: Notes, depth = 0): void {
  if (typeof schema === 'string' && depth === 0) {
    notes.say('schema-as-text', schema);
    return;
  }
  if (!isRecord(schema)) {
    notes.say('schema-not-an-object', schema);
    return;
  }
  if (depth > MOST_DEPTH) return;
  checkKeywords(schema, notes);
  const type = checkType(schema, notes);
  checkEnum(schema, notes);
  checkProperties(schema, type, notes, depth);
  if (type === 'ARRAY' && (schema.items === undefined || schema.items === null))
    notes.say('schema-without-items');
  if (schema.items !== undefined && schema.items !== null)
    at('items', () => checkSchema(schema.items, notes, depth + 1), notes);
  const choices = choicesOf(schema);
  if (choices.name !== 'oneOf' && choices.list.some(isNull)) notes.say('schema-null-choice');
  for (const [index, choice] of choices.list.entries())
    at(choices.name, () => at(index, () => checkSchema(choice, notes, depth + 1), notes), notes);
}

const isNull = (schema: unknown): boolean =>
  isRecord(schema) && typeof schema.type === 'string' && schema.type.toUpperCase() === 'NULL';

function choicesOf(schema: JsonObject): { name: string; list: unknown[] } {
  const name = ['anyOf', 'any_of', 'oneOf'].find((candidate) => Array.isArray(schema[candidate])) ?? '';
  return { name, list: name ? (schema[name] as unknown[]) : [] };
}

const REFERENCES = ['$ref', '$defs', 'definitions'];
const LEFTOVERS = ['title', 'default'];

function checkKeywords(schema: JsonObject, notes: Notes): void {
  for (const name in schema) {
    const camel = camelCase(name);
    at(
      name,
      () => {
        if (REFERENCES.includes(name)) notes.say('schema-reference', schema[name]);
        else if (name.endsWith('_') && SCHEMA.has(name.slice(0, -1))) notes.say('schema-underscored');
        else if (camel === 'additionalProperties') notes.say('schema-additional-properties');
        else if (LEFTOVERS.includes(name)) notes.say('schema-leftover');
        else if (!SCHEMA.has(camel))
          notes.say('schema-unknown-keyword', undefined, KEYWORDS[name] ?? 'remove it');
      },
      notes,
    );
  }
}

/** What to write for keywords of JSON Schema. */
const KEYWORDS: Record<string, string> = {
  const: 'enum of one',
  oneOf: 'anyOf',
  allOf: 'one schema with all of it',
  examples: 'example',
  exclusiveMinimum: 'minimum',
  exclusiveMaximum: 'maximum',
};

/** The type in upper case; `''` where none can be told. */
function checkType(schema: JsonObject, notes: Notes): string {
  const { type } = schema;
  if (Array.isArray(type)) {
    at('type', () => notes.say('schema-type-union', JSON.stringify(type).slice(0, 60)), notes);
    return textOf(type.find((one) => one !== 'null')).toUpperCase();
  }
  if (type === undefined || type === null) {
    const elsewhere =
      choicesOf(schema).list.length > 0 || '$ref' in schema || 'ref' in schema || 'type_' in schema;
    if (!elsewhere && !('allOf' in schema)) notes.say('schema-without-type');
    return '';
  }
  const name = textOf(type).toUpperCase();
  if (typeof type !== 'number' && !SCHEMA_TYPES.includes(name))
    at('type', () => notes.say('schema-unknown-type', type, typeNamed(textOf(type))), notes);
  return name;
}

/** Words of other languages for the same. */
const OTHER_TYPES: Record<string, string> = {
  int: 'INTEGER',
  long: 'INTEGER',
  str: 'STRING',
  text: 'STRING',
  date: 'STRING',
  datetime: 'STRING',
  float: 'NUMBER',
  double: 'NUMBER',
  decimal: 'NUMBER',
  bool: 'BOOLEAN',
  list: 'ARRAY',
  dict: 'OBJECT',
  map: 'OBJECT',
};

const typeNamed = (word: string): string =>
  (Object.hasOwn(OTHER_TYPES, word.toLowerCase()) ? OTHER_TYPES[word.toLowerCase()] : undefined) ??
  nearest(clip(word, 60), SCHEMA_TYPES, 1)[0] ??
  'STRING';

function checkEnum(schema: JsonObject, notes: Notes): void {
  const values = schema.enum;
  if (!Array.isArray(values)) return;
  notes.path.push('enum');
  if (values.includes(null)) notes.say('schema-null-in-enum');
  const other = values.find((value) => value !== null && typeof value !== 'string');
  if (other !== undefined) notes.say('schema-enum-not-text', other);
  notes.path.pop();
}

function checkProperties(schema: JsonObject, type: string, notes: Notes, depth: number): void {
  const { properties } = schema;
  const given = properties !== undefined && properties !== null;
  if (given && !isRecord(properties)) {
    at('properties', () => notes.say('schema-not-an-object', properties), notes);
    return;
  }
  const names = given ? Object.keys(properties as JsonObject) : [];
  if (type === 'OBJECT' && names.length === 0 && !('$ref' in schema)) notes.say('schema-without-properties');
  if (given && type !== '' && type !== 'OBJECT')
    notes.say('schema-misplaced-properties', undefined, 'OBJECT');
  checkRequired(schema, names, notes);
  for (const name of names) {
    notes.path.push('properties', name);
    checkPropertyName(name, notes);
    checkSchema((properties as JsonObject)[name], notes, depth + 1);
    notes.path.length -= 2;
  }
}

function checkRequired(schema: JsonObject, names: readonly string[], notes: Notes): void {
  if (names.length === 0) return;
  for (const list of ['required', 'propertyOrdering', 'property_ordering']) {
    const listed = schema[list];
    if (!Array.isArray(listed)) continue;
    const unknown = listed.find((name) => !names.includes(textOf(name)));
    if (unknown !== undefined)
      at(
        list,
        () => notes.say('schema-required-unknown', unknown, nearest(clip(textOf(unknown), 60), names, 1)[0]),
        notes,
      );
  }
}

const READ_AS_BOOLEAN = /^(y|n|yes|no|on|off|true|false)$/i;

export function checkPropertyName(name: string, notes: Notes): void {
  if (READ_AS_BOOLEAN.test(name)) notes.say('schema-boolean-name');
  else if (name.length === 1) notes.say('schema-one-letter-name');
  else if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) notes.say('schema-name-characters');
}

function at(step: string | number, say: () => void, notes: Notes): void {
  notes.path.push(step);
  say();
  notes.path.pop();
}
