import { isRecord } from '../support/records.ts';
import { quoteUntrusted } from '../support/text.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ResponseSchema, SchemaType } from './response-schema.ts';
import { memberPath, notSupported, type SchemaConversion, type SchemaNote } from './schema/conversion.ts';
import { alwaysNull, translateEnum } from './schema/enum.ts';
import { flatten } from './schema/flatten.ts';
import { checkPropertyNames } from './schema/names.ts';
import { schemaRefs } from './schema/refs.ts';
import { scalarMembers } from './schema/scalars.ts';

/** Written out, a schema of many references can be of any size, and all of it goes into every request. */
const MOST_PARTS = 2_000;

/**
 * A JSON Schema, as people write it or as pydantic and zod dump it, in the subset that batch prediction takes as
 * `responseSchema`: references written out, unions with null as `nullable`, constants as enums, the rest left out
 * and told in `notes`. Its own output comes back as it is, without notes.
 * Throws a UserError `schema_not_supported` that names the place, the reason and a way out.
 */
export function toResponseSchema(schema: unknown): { schema: ResponseSchema; notes: SchemaNote[] } {
  const notes: SchemaNote[] = [];
  const conversion = {
    target: schemaRefs(schema),
    note: (path: string, what: string) => void notes.push({ path, what }),
  };
  let parts = 0;
  const translate: Translate = (part, path) => {
    parts += 1;
    if (parts > MOST_PARTS)
      throw notSupported(
        '$',
        `With its references written out it has more than ${MOST_PARTS} parts.`,
        'Ask for less in one request.',
      );
    return translateNode(part, path, conversion, translate);
  };
  return { schema: translate(schema, '$'), notes };
}

type Translate = (schema: unknown, path: string) => ResponseSchema;

function translateNode(
  schema: unknown,
  path: string,
  conversion: SchemaConversion,
  translate: Translate,
): ResponseSchema {
  const { members, nullable, branches } = flatten(schema, path, conversion);
  if (branches) {
    const alternatives = branches.map((branch) => translate(branch.schema, branch.path));
    return joinAlternatives(alternatives, nullable);
  }
  const listed =
    members.enum === undefined ? undefined : translateEnum(members.enum, typesOf(members), path, conversion);
  const type = listed?.type ?? typeOf(members, path);
  const told = { ...members };
  delete told.enum;
  return {
    type,
    ...scalarMembers(told, type, path, conversion),
    ...((nullable || listed?.nullable) && { nullable: true }),
    ...(listed?.enum && { enum: listed.enum }),
    ...(type === 'ARRAY' && arrayMembers(members, path, translate)),
    ...(type === 'OBJECT' && objectMembers(members, path, conversion, translate)),
  };
}

/** Vertex AI takes nothing beside `anyOf`, so that each alternative has to say that it may be null. */
function joinAlternatives(alternatives: readonly ResponseSchema[], nullable: boolean): ResponseSchema {
  const all = alternatives
    .flatMap((one) => one.anyOf ?? [one])
    .map((one) => (nullable ? { ...one, nullable: true } : one));
  const each = [...new Map(all.map((one) => [canonicalJson(one), one])).values()];
  const [first] = each;
  if (each.length === 1 && first) return first;
  return joinEnums(each) ?? { anyOf: each };
}

/** Alternatives that are lists of words and nothing else are one list of words. */
function joinEnums(alternatives: readonly ResponseSchema[]): ResponseSchema | undefined {
  const words = alternatives.flatMap(({ type, enum: values = [], nullable, ...rest }) =>
    type === 'STRING' && Object.keys(rest).length === 0 ? [values] : [],
  );
  if (words.length < alternatives.length || words.some((values) => values.length === 0)) return undefined;
  const nullable = alternatives.some((one) => one.nullable);
  return { type: 'STRING', ...(nullable && { nullable }), enum: [...new Set(words.flat())] };
}

const typesOf = ({ type }: Record<string, unknown>): string[] =>
  Array.isArray(type) ? type.map(String) : [];

/** The type that is named, or that the other keywords leave no doubt about. */
function typeOf(members: Record<string, unknown>, path: string): SchemaType {
  const [named] = typesOf(members);
  if (named === 'null') throw alwaysNull(path);
  if (named !== undefined) return named.toUpperCase() as SchemaType;
  const has = (...names: string[]) => names.some((name) => members[name] !== undefined);
  if (has('properties')) return 'OBJECT';
  if (has('items', 'prefixItems')) return 'ARRAY';
  if (has('pattern', 'minLength', 'maxLength')) return 'STRING';
  throw notSupported(path, 'It names no type, so any value would do.', 'Say which type is meant.');
}

function arrayMembers(
  members: Record<string, unknown>,
  path: string,
  translate: Translate,
): Pick<ResponseSchema, 'items'> {
  const { items, prefixItems } = members;
  const tuple = Array.isArray(items) ? items : prefixItems;
  if (Array.isArray(tuple)) return { items: translate(itemOfTuple(tuple, path), `${path}.items`) };
  if (items === undefined || items === true || (isRecord(items) && Object.keys(items).length === 0))
    throw notSupported(
      path,
      'It does not say what the items of the array are.',
      'Give it items with a type.',
    );
  return { items: translate(items, memberPath(path, 'items')) };
}

function itemOfTuple(tuple: readonly unknown[], path: string): unknown {
  const [first] = tuple;
  if (first !== undefined && new Set(tuple.map((item) => canonicalJson(item))).size === 1) return first;
  throw notSupported(
    path,
    'It is a tuple with items of several kinds; all items of an array of Vertex AI are alike.',
    'Make it an object with a named property for each item.',
  );
}

function objectMembers(
  { properties, required, propertyOrdering, additionalProperties }: Record<string, unknown>,
  path: string,
  { note }: SchemaConversion,
  translate: Translate,
): Pick<ResponseSchema, 'properties' | 'required' | 'propertyOrdering'> {
  const named = isRecord(properties) ? properties : {};
  const names = Object.keys(named);
  if (names.length === 0) throw withoutProperties(path);
  if (additionalProperties !== undefined)
    note(path, 'additionalProperties was left out: answers hold the named properties only');
  const inside = memberPath(path, 'properties');
  checkPropertyNames(names, inside);
  const asked = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  const there = asked.filter((name) => names.includes(name));
  for (const name of asked)
    if (!names.includes(name))
      note(path, `required names ${quoteUntrusted(name, 60)}, which is no property; left out`);
  const ordered = Array.isArray(propertyOrdering)
    ? propertyOrdering.filter((name) => names.includes(name))
    : [];
  return {
    properties: Object.fromEntries(
      names.map((name) => [name, translate(named[name], memberPath(inside, name))]),
    ),
    ...(there.length > 0 && { required: [...new Set(there)] }),
    propertyOrdering: [...new Set([...ordered, ...names])],
  };
}

const withoutProperties = (path: string) =>
  notSupported(
    path,
    'It is an object without named properties, which Vertex AI refuses.',
    'Name its properties; for a map with free keys make it an array of objects with a name and a value.',
  );
