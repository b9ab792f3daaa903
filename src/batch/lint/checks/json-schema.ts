import { isRecord } from '../../../support/records.ts';
import type { Notes } from '../notes.ts';
import { MOST_DEPTH } from '../schema-message.ts';
import { checkPropertyName } from './schema.ts';

/** A JSON Schema, as `responseJsonSchema` takes it: only what breaks it in a batch file. */
export function checkJsonSchema(schema: unknown, notes: Notes, depth = 0): void {
  if (typeof schema === 'string' && depth === 0) {
    notes.say('schema-as-text', schema);
    return;
  }
  if (!isRecord(schema) || depth > MOST_DEPTH) return;
  if (Array.isArray(schema.type)) notes.say('schema-type-union', JSON.stringify(schema.type).slice(0, 60));
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) notes.say('schema-null-in-enum');
  for (const name in schema) {
    const value = schema[name];
    notes.path.push(name);
    if (Array.isArray(value)) for (const item of value) checkJsonSchema(item, notes, depth + 1);
    else if (isRecord(value) && NAMED.includes(name)) checkNamed(value, name === 'properties', notes, depth);
    else if (isRecord(value)) checkJsonSchema(value, notes, depth + 1);
    notes.path.pop();
  }
}

/** Members that hold schemas by name. */
const NAMED = ['properties', '$defs', 'definitions', 'patternProperties'];

function checkNamed(
  schemas: Record<string, unknown>,
  properties: boolean,
  notes: Notes,
  depth: number,
): void {
  for (const name in schemas) {
    notes.path.push(name);
    if (properties) checkPropertyName(name, notes);
    checkJsonSchema(schemas[name], notes, depth + 1);
    notes.path.pop();
  }
}
