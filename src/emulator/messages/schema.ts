import type { FieldType, Message } from './messages.ts';

/** google.cloud.aiplatform.v1beta1.Schema: the subset of OpenAPI 3.0 that `responseSchema` speaks. Source: openapi.proto. */
export const SCHEMA_TYPES = [
  'TYPE_UNSPECIFIED',
  'STRING',
  'NUMBER',
  'INTEGER',
  'BOOLEAN',
  'ARRAY',
  'OBJECT',
  'NULL',
] as const;

export const schema: Message = { name: 'Schema', fields: () => fields };

const fields: Record<string, FieldType> = {
  type: { enum: SCHEMA_TYPES, name: 'Type' },
  format: 'string',
  title: 'string',
  description: 'string',
  nullable: 'bool',
  default: 'value',
  items: { message: schema },
  minItems: 'integer',
  maxItems: 'integer',
  enum: { repeated: 'string' },
  properties: { map: { message: schema } },
  propertyOrdering: { repeated: 'string' },
  required: { repeated: 'string' },
  minProperties: 'integer',
  maxProperties: 'integer',
  minimum: 'number',
  maximum: 'number',
  minLength: 'integer',
  maxLength: 'integer',
  pattern: 'string',
  example: 'value',
  anyOf: { repeated: { message: schema } },
  additionalProperties: 'value',
  ref: 'string',
  defs: { map: { message: schema } },
};
