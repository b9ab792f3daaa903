import { isRecord } from '../../../support/records.ts';
import { member } from '../messages.ts';
import type { JsonObject } from '../rule.ts';
import { MOST_DEPTH } from '../schema-message.ts';
import { configOf, recordsOf, requestOf } from './parts-of-row.ts';

/** The outermost schemas of a row, of the form that Vertex AI has: of the answer, and of function parameters. */
export function rootSchemas(row: JsonObject): JsonObject[] {
  const functions = recordsOf(member(requestOf(row), 'tools')).flatMap((tool) =>
    recordsOf(member(tool, 'functionDeclarations')),
  );
  return [member(configOf(row), 'responseSchema'), ...functions.map(({ parameters }) => parameters)].filter(
    isRecord,
  );
}

/** Runs a change on every schema in a row; true where it changed any. */
export const eachSchema = (row: JsonObject, change: (schema: JsonObject) => boolean): boolean =>
  rootSchemas(row)
    .map((schema) => inAll(schema, change, 0))
    .includes(true);

function inAll(schema: unknown, change: (schema: JsonObject) => boolean, depth: number): boolean {
  if (!isRecord(schema) || depth > MOST_DEPTH) return false;
  const changed = change(schema);
  return (
    innerSchemas(schema)
      .map((inner) => inAll(inner, change, depth + 1))
      .includes(true) || changed
  );
}

/** Schemas directly inside one. */
export function innerSchemas(schema: JsonObject): unknown[] {
  const named = [schema.properties, schema.$defs, schema.definitions].filter(isRecord).flatMap(Object.values);
  const lists = [schema.anyOf, schema.any_of, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  return [...named, ...lists, schema.items];
}
