import { isObject, type Json } from './messages.ts';
import type { SchemaNode } from './request.ts';

/**
 * What the service refuses in a schema. `batch` adds what only the rows of a batch file suffer from: the file is
 * loaded like a table first, which reads some property names as booleans and knows no union with null.
 */
interface Options {
  batch?: boolean;
}

/** YAML 1.1 booleans: a public project found one-letter property names of batch rows read as such. */
const READ_AS_BOOLEAN = /^(y|n|yes|no|on|off|true|false)$/i;

/** A read `Schema` message: undefined, or the first thing wrong with it. */
export function checkSchema(schema: SchemaNode, where: string, options: Options = {}): string | undefined {
  const { type, properties, items, anyOf } = schema;
  if (type === undefined && anyOf === undefined && schema.ref === undefined)
    return `${where}.type: must be specified`;
  if (type === 'ARRAY' && items === undefined) return `${where}.items: missing field.`;
  if (type === 'OBJECT' && Object.keys(properties ?? {}).length === 0) {
    return `${where}.properties: should be non-empty for OBJECT type`;
  }
  if (schema.enum !== undefined && type !== 'STRING') {
    return `${where}.enum: only allowed for STRING type`;
  }
  if (properties !== undefined) {
    if (type !== 'OBJECT') return `${where}.properties: only allowed for OBJECT type`;
    const problem = checkNames(Object.keys(properties), schema.required, where, options);
    if (problem !== undefined) return problem;
    for (const [name, property] of Object.entries(properties)) {
      const problem = checkSchema(property, `${where}.properties[${name}]`, options);
      if (problem !== undefined) return problem;
    }
  }
  if (items !== undefined) return checkSchema(items, `${where}.items`, options);
  for (const [index, alternative] of (anyOf ?? []).entries()) {
    const problem = checkSchema(alternative, `${where}.any_of[${index}]`, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

/** A JSON Schema: undefined, or the first thing wrong with it. Null members are absent, but a null property is not. */
export function checkJsonSchema(schema: Json, where: string, options: Options = {}): string | undefined {
  if (typeof schema === 'boolean' && !options.batch) return undefined;
  if (!isObject(schema)) return `${where}: must be an object`;
  return checkJsonType(schema.type ?? null, where, options) ?? checkJsonMembers(schema, where, options);
}

function checkJsonType(type: Json, where: string, { batch }: Options): string | undefined {
  if (type === null) return undefined;
  if (Array.isArray(type)) {
    if (batch && type.includes('null')) {
      return `${where}.type: a union with null is not supported in batch prediction; set nullable instead`;
    }
    return type.every((one) => JSON_TYPES.includes(String(one))) ? undefined : `${where}.type: unknown type`;
  }
  return JSON_TYPES.includes(String(type)) ? undefined : `${where}.type: unknown type`;
}

function checkJsonMembers(schema: Record<string, Json>, where: string, options: Options): string | undefined {
  const { properties, items, anyOf, oneOf, required } = schema;
  if (options.batch && Array.isArray(schema.enum) && schema.enum.includes(null)) {
    return `${where}.enum: null is not supported in batch prediction`;
  }
  if (isObject(properties)) {
    const names = Array.isArray(required) ? required.map(String) : undefined;
    const problem = checkNames(Object.keys(properties), names, where, options);
    if (problem !== undefined) return problem;
    for (const [name, property] of Object.entries(properties)) {
      const problem = checkJsonSchema(property, `${where}.properties[${name}]`, options);
      if (problem !== undefined) return problem;
    }
  }
  if (items !== undefined && items !== null) return checkJsonSchema(items, `${where}.items`, options);
  const alternatives = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  for (const [index, alternative] of alternatives.entries()) {
    const problem = checkJsonSchema(alternative, `${where}.any_of[${index}]`, options);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkNames(
  names: readonly string[],
  required: readonly string[] | undefined,
  where: string,
  { batch }: Options,
): string | undefined {
  const odd = batch ? names.find((name) => READ_AS_BOOLEAN.test(name)) : undefined;
  if (odd !== undefined) {
    const index = names.indexOf(odd);
    return `Invalid value at '${where}.properties[${index}].key' (TYPE_STRING), ${/^(y|yes|on|true)$/i.test(odd)}`;
  }
  const missing = required?.findIndex((name) => !names.includes(name)) ?? -1;
  return missing === -1 ? undefined : `${where}.required[${missing}]: property is not defined`;
}
