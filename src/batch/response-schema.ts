export const SCHEMA_TYPES = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT'] as const;
export type SchemaType = (typeof SCHEMA_TYPES)[number];

/**
 * What `generationConfig.responseSchema` and a function's `parameters` take: a subset of OpenAPI 3.0.
 * Source: openapi.proto of google.cloud.aiplatform.v1.
 */
export interface ResponseSchema {
  /** Left out only where `anyOf` stands. */
  type?: SchemaType | undefined;
  format?: string | undefined;
  title?: string | undefined;
  description?: string | undefined;
  nullable?: boolean | undefined;
  enum?: string[] | undefined;
  pattern?: string | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  items?: ResponseSchema | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  properties?: Record<string, ResponseSchema> | undefined;
  required?: string[] | undefined;
  /** The order in which the model writes the properties. */
  propertyOrdering?: string[] | undefined;
  /** Vertex AI refuses every other member beside it: "it must be the only field set". */
  anyOf?: ResponseSchema[] | undefined;
}

/** Which members say something about a value of a type. `format` has its own table. */
export const MEMBERS_OF: Readonly<Record<SchemaType, readonly (keyof ResponseSchema)[]>> = {
  STRING: ['enum', 'pattern', 'minLength', 'maxLength'],
  NUMBER: ['minimum', 'maximum'],
  INTEGER: ['minimum', 'maximum'],
  BOOLEAN: [],
  ARRAY: ['items', 'minItems', 'maxItems'],
  OBJECT: ['properties', 'required', 'propertyOrdering'],
};

/** Formats that Vertex AI documents for structured output; others are refused by some models. */
export const FORMATS: Readonly<Record<SchemaType, readonly string[]>> = {
  STRING: ['date', 'date-time', 'duration', 'time', 'enum'],
  NUMBER: ['float', 'double'],
  INTEGER: ['int32', 'int64'],
  BOOLEAN: [],
  ARRAY: [],
  OBJECT: [],
};
