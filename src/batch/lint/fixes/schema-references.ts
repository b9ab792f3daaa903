import { isRecord } from '../../../support/records.ts';
import { member } from '../messages.ts';
import type { Fix, JsonObject } from '../rule.ts';
import { rootSchemas } from './each-schema.ts';
import { parsed } from './formats.ts';
import { configOf, some } from './parts-of-row.ts';

/** A schema that was encoded twice. */
export const parseSchema: Fix = (row) => {
  const config = configOf(row);
  return some(['responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema'], (name) => {
    const schema = parsed(config[name]);
    if (!isRecord(schema)) return false;
    config[name] = schema;
    return true;
  });
};

/** Values that a schema may have once its references are in place. More would be a bomb. */
const MOST_VALUES = 20_000;

/** Definitions go where they are referred to. Left as it is where one refers to itself, or to something unknown. */
export const inlineReferences: Fix = (row) => some(rootSchemas(row), inline);

function inline(root: JsonObject): boolean {
  let values = 0;
  const resolve = (value: unknown, open: readonly string[]): unknown => {
    values += 1;
    if (values > MOST_VALUES || open.length > 100) throw new Unresolvable();
    if (Array.isArray(value)) return value.map((item) => resolve(item, open));
    if (!isRecord(value)) return value;
    const { $ref: reference, $defs: _, definitions: __, ...rest } = value;
    const members = Object.fromEntries(
      Object.entries(rest).map(([name, item]) => [name, resolve(item, open)]),
    );
    if (typeof reference !== 'string') return members;
    if (open.includes(reference)) throw new Unresolvable();
    const definition = resolve(definitionOf(root, reference), [...open, reference]);
    return { ...(definition as JsonObject), ...members };
  };
  try {
    const resolved = resolve(root, []) as JsonObject;
    for (const name of Object.keys(root)) delete root[name];
    Object.assign(root, resolved);
    return true;
  } catch (error) {
    if (error instanceof Unresolvable) return false;
    throw error;
  }
}

class Unresolvable extends Error {}

/** `#/$defs/Item`, by RFC 6901. Throws where there is no such schema. */
function definitionOf(root: JsonObject, reference: string): JsonObject {
  const steps = /^#\/(?:\$defs|definitions)\//.test(reference) ? reference.slice(2).split('/') : [];
  const found = steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, step) => (isRecord(value) ? member(value, step) : undefined), root);
  if (!isRecord(found)) throw new Unresolvable();
  return found;
}
