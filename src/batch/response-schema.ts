export type SchemaType = 'STRING' | 'NUMBER' | 'INTEGER' | 'BOOLEAN' | 'ARRAY' | 'OBJECT';

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

/** Formats that Vertex AI documents for structured output; others are refused by some models. */
export const FORMATS: Readonly<Record<SchemaType, readonly string[]>> = {
  STRING: ['date', 'date-time', 'duration', 'time', 'enum'],
  NUMBER: ['float', 'double'],
  INTEGER: ['int32', 'int64'],
  BOOLEAN: [],
  ARRAY: [],
  OBJECT: [],
};
