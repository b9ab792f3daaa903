import { isRecord } from '../../../support/records.ts';
import type { Fix, JsonObject } from '../rule.ts';
import { SCHEMA } from '../schema-message.ts';
import { eachSchema } from './each-schema.ts';
import { some } from './parts-of-row.ts';

/** `["string", "null"]` → `string`, nullable. */
export const nullableFromUnion: Fix = (row) =>
  eachSchema(row, (schema) => {
    const { type } = schema;
    if (!Array.isArray(type)) return false;
    const types = type.filter((one) => one !== 'null');
    if (types.length !== 1) return false;
    schema.type = types[0];
    if (types.length < type.length) schema.nullable = true;
    return true;
  });

/** `anyOf: [X, null]` → X, nullable. */
export const nullableFromChoice: Fix = (row) =>
  eachSchema(row, (schema) => {
    const name = ['anyOf', 'any_of'].find((candidate) => Array.isArray(schema[candidate]));
    const choices = name ? (schema[name] as unknown[]) : [];
    const rest = choices.filter((choice) => !isNull(choice));
    if (!name || rest.length === choices.length || rest.length === 0) return false;
    const [only] = rest;
    if (rest.length === 1 && isRecord(only)) {
      delete schema[name];
      Object.assign(schema, { ...only, ...schema });
    } else schema[name] = rest;
    schema.nullable = true;
    return true;
  });

const isNull = (schema: unknown): boolean =>
  isRecord(schema) && typeof schema.type === 'string' && schema.type.toUpperCase() === 'NULL';

export const dropNullFromEnum: Fix = (row) =>
  eachSchema(row, (schema) => {
    if (!Array.isArray(schema.enum) || !schema.enum.includes(null)) return false;
    schema.enum = schema.enum.filter((value) => value !== null);
    schema.nullable = true;
    return true;
  });

export const renameUnderscored: Fix = (row) =>
  eachSchema(row, (schema) =>
    some(Object.keys(schema), (name) => {
      const bare = name.slice(0, -1);
      if (!name.endsWith('_') || !SCHEMA.has(bare) || bare in schema) return false;
      schema[bare] = schema[name];
      return delete schema[name];
    }),
  );

/** Keywords that say nothing here, and those that have another name. */
export const rewriteKeywords: Fix = (row) =>
  eachSchema(row, (schema) =>
    [dropSilent(schema), renameConst(schema), renameOneOf(schema), mergeOnly(schema)].includes(true),
  );

const SILENT = ['$schema', '$id', '$comment', 'strict'];

function dropSilent(schema: JsonObject): boolean {
  const closed = ['additionalProperties', 'additional_properties'].filter((name) => schema[name] === false);
  return some([...SILENT.filter((name) => name in schema), ...closed], (name) => delete schema[name]);
}

function renameConst(schema: JsonObject): boolean {
  if (typeof schema.const !== 'string' || 'enum' in schema) return false;
  schema.type ??= 'STRING';
  schema.enum = [schema.const];
  return delete schema.const;
}

function renameOneOf(schema: JsonObject): boolean {
  if (!Array.isArray(schema.oneOf) || 'anyOf' in schema) return false;
  schema.anyOf = schema.oneOf;
  return delete schema.oneOf;
}

/** `allOf` of one schema is that schema. */
function mergeOnly(schema: JsonObject): boolean {
  const [only, ...rest] = Array.isArray(schema.allOf) ? schema.allOf : [];
  if (!isRecord(only) || rest.length > 0) return false;
  delete schema.allOf;
  Object.assign(schema, { ...only, ...schema });
  return true;
}
