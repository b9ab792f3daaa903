/** Schemas deeper than this are not looked at further; no model takes them. */
export const MOST_DEPTH = 60;

/** Members of google.cloud.aiplatform.v1.Schema, in camelCase. A test holds them against the proto. */
export const SCHEMA: ReadonlySet<string> = new Set([
  'type',
  'format',
  'title',
  'description',
  'nullable',
  'default',
  'items',
  'minItems',
  'maxItems',
  'enum',
  'properties',
  'propertyOrdering',
  'required',
  'minProperties',
  'maxProperties',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'pattern',
  'example',
  'anyOf',
  'additionalProperties',
  'ref',
  'defs',
]);

export const SCHEMA_TYPES: readonly string[] = [
  'STRING',
  'NUMBER',
  'INTEGER',
  'BOOLEAN',
  'ARRAY',
  'OBJECT',
  'NULL',
];
